// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `context`: what an item of a map may know about the call that runs it, and what the items on one thread may share.

#include <cstddef>
#include <utility>

#include <tandem/backend/detail/worker.hpp>

namespace tandem {

/// The second parameter, `tandem::context&`, of a callable that wants one. It is valid while the item runs.
///
/// Example: `tandem::map(xs, [](double x, tandem::context& c) { auto& buffer = c.scratch<std::vector<double>>(); ... });`
class context {
 public:
  context(backend::worker& who, std::size_t index) noexcept : who_(who), index_(index) {}
  context(context const&) = delete;
  context& operator=(context const&) = delete;

  /// The position of the item in the input, from 0.
  std::size_t index() const noexcept { return index_; }

  /// The number of the thread, from 0 and below the number of jobs. No two items with the same slot run at a time.
  std::size_t slot() const noexcept { return who_.slot(); }

  /// Whether the result is not wanted any more: a stop was requested, the deadline has come, or an item below threw. A long
  /// item asks now and then, and then returns or throws what it likes: if it was wanted after all, that counts.
  bool stop_requested() const { return who_.unwanted(index_); }

  /// A T of this thread's own, made from `arguments` by its first item that asks and destroyed at the end of the call at the
  /// latest: a buffer, a connection, a random number engine. Results must not depend on what earlier items left in it.
  template <class T, class... Arguments> T& scratch(Arguments&&... arguments) {
    return who_.template scratch<T>(std::forward<Arguments>(arguments)...);
  }

 private:
  backend::worker& who_;
  std::size_t index_;
};

}  // namespace tandem
