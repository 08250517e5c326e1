// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What a running call tells about its progress, and the sinks that listen.
///
/// Any object with `update(progress_info const&)` is a sink: pass its address as the option `progress`. Updates of one
/// call never overlap, so a sink needs no lock of its own. They come a few times a second, not once an item.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tandem {

/// A moment of a running call: `done` of `total` items after `seconds`; `label` is the option of that name.
/// `label` is valid during the update only. The last update of a finished call has `done == total`.
struct progress_info {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  double seconds = 0;
  std::string_view label;
};

/// What can follow the progress of a call. An exception from `update` ends the updates and is rethrown when the call
/// has finished, unless an item threw.
template <class Sink>
concept progress_sink = requires(Sink& sink, progress_info const& info) { sink.update(info); };

/// The option `progress`: the address of any sink, or nothing. The sink must outlive the call.
///
/// Example: `tandem::progress_bar bar("fits"); tandem::map(par.with({.progress = &bar}), xs, f);`
class progress_pointer {
 public:
  constexpr progress_pointer() noexcept = default;
  constexpr progress_pointer(std::nullptr_t) noexcept {}

  template <progress_sink Sink> constexpr progress_pointer(Sink* sink) noexcept
      : sink_(const_cast<void*>(static_cast<void const*>(sink))),  // a sink may be const
        update_([](void* object, progress_info const& info) { static_cast<Sink*>(object)->update(info); }) {}

  constexpr explicit operator bool() const noexcept { return sink_ != nullptr; }
  void update(progress_info const& info) const { update_(sink_, info); }

 private:
  void* sink_ = nullptr;
  void (*update_)(void*, progress_info const&) = nullptr;
};

}  // namespace tandem
