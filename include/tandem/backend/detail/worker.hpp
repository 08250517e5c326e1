// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// A thread at work for a call, as the items that it runs see it.

#include <cstddef>
#include <memory>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

namespace tandem::backend {

/// Lives on the stack of a thread while the thread works for one call; what items keep between them lives as long.
class worker {
 public:
  /// Whether a loop no longer wants an item.
  using question = bool (*)(void const* loop, std::size_t item);

  worker(std::size_t slot, void const* loop, question ask) noexcept : slot_(slot), loop_(loop), ask_(ask) {}
  worker(worker const&) = delete;
  worker& operator=(worker const&) = delete;

  /// The number of this thread among those of the call, from 0; no two that work at a time have the same.
  std::size_t slot() const noexcept { return slot_; }

  /// Whether a stop, a deadline or the error of an item below makes `item` superfluous.
  bool unwanted(std::size_t item) const { return ask_(loop_, item); }

  /// This thread's own T, made by its first use.
  template <class T, class... Arguments> T& scratch(Arguments&&... arguments) {
    for (auto const& [type, object] : scratch_)
      if (type == typeid(T)) return *static_cast<T*>(object.get());
    scratch_.emplace_back(typeid(T), std::make_shared<T>(std::forward<Arguments>(arguments)...));
    return *static_cast<T*>(scratch_.back().second.get());
  }

 private:
  std::size_t slot_;
  void const* loop_;
  question ask_;
  std::vector<std::pair<std::type_index, std::shared_ptr<void>>> scratch_;
};

}  // namespace tandem::backend
