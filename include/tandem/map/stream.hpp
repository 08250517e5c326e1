// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `imap` and `imap_unordered`: results one after the other while later items are still at work, from inputs of any length;
/// Python's `Pool.imap`, and joblib's `return_as="generator"`.
///
/// At most a window of items is in flight or waits to be taken, so that memory stays bounded and nothing runs far ahead.

#include <cstddef>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tandem/core/count.hpp>
#include <tandem/execution.hpp>
#include <tandem/map/detail/call.hpp>
#include <tandem/map/detail/flow.hpp>
#include <tandem/map/detail/items.hpp>

namespace tandem {

/// How far `imap` may run ahead.
struct imap_options {
  /// The most items in flight or buffered beside the one delivered. Left out, twice the number of jobs; 0 computes each result
  /// when it is asked for.
  std::optional<count> window = {};
};

/// What `imap` returns: an input range of results, to be walked once, by one thread. Results may be moved out.
///
/// Nothing is read or run before `begin()`. Dropping the range, by leaving the loop for example, requests a stop, waits for the
/// items that run, and joins. It is movable, also while it is being walked.
template <class Flow> class stream {
 public:
  using value_type = typename Flow::value_type;

  /// Where the loop is.
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = typename Flow::value_type;
    using difference_type = std::ptrdiff_t;

    explicit iterator(Flow* flow) noexcept : flow_(flow) {}
    value_type& operator*() const noexcept { return flow_->current(); }
    iterator& operator++() {
      if (!flow_->advance()) flow_ = nullptr;
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(iterator const& at, std::default_sentinel_t) noexcept { return at.flow_ == nullptr; }

   private:
    Flow* flow_;
  };

  /// Made by `imap` and `imap_unordered`.
  explicit stream(std::shared_ptr<Flow> flow) noexcept : flow_(std::move(flow)) {}
  stream(stream&&) noexcept = default;
  stream& operator=(stream&& other) noexcept {
    if (this != &other) {
      close();
      flow_ = std::move(other.flow_);
      begun_ = other.begun_;
    }
    return *this;
  }
  ~stream() { close(); }

  /// The first result; called again, the one at which the walk is.
  iterator begin() {
    iterator at(flow_.get());
    if (!std::exchange(begun_, true)) ++at;
    return at;
  }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  void close() noexcept {
    if (flow_) std::exchange(flow_, nullptr)->close();
  }

  std::shared_ptr<Flow> flow_;
  bool begun_ = false;
};

namespace detail {

template <class Flow> inline constexpr bool gives_away<stream<Flow>> = true;

template <bool Ordered, class Policy, class Input, class F>
auto make_stream(std::string_view function, Policy const& policy, Input&& input, F&& f, imap_options const& how) {
  using Feed = typename feed_for<Input>::type;
  using Call = call_for<Input, plain_call>;
  using Callable = std::decay_t<F>;
  static_assert(
      callable_with<Call, Callable, decltype(std::declval<Feed const&>()(std::declval<typename Feed::item&>()))>,
      "tandem: the callable must take an item, or an item and a tandem::context&; after zip an argument for every part");
  std::optional<std::size_t> window;
  if (how.window) window = how.window->checked(function, "window");
  using Flow = flow<Feed, Call, Callable, Ordered>;
  return stream<Flow>(std::make_shared<Flow>(function, policy, std::forward<Input>(input), std::forward<F>(f), window));
}

}  // namespace detail

struct imap_fn {
  template <execution_policy Policy, detail::map_input Input, class F>
  auto operator()(Policy const& policy, Input&& input, F&& f, imap_options how = {}) const {
    return detail::make_stream<true>("tandem::imap", policy, std::forward<Input>(input), std::forward<F>(f), how);
  }
  template <detail::map_input Input, class F> requires(!execution_policy<Input>)
  auto operator()(Input&& input, F&& f, imap_options how = {}) const {
    return (*this)(par, std::forward<Input>(input), std::forward<F>(f), how);
  }
};

/// `imap([policy,] xs, f [, {.window = w}])`: a range of the f(x) in the order of xs, computed while it is walked.
///
/// - `xs`: any input range, of unknown length or without an end too, or a `zip`. An lvalue is borrowed and must outlive the
///   walk, all else is kept. It is read by the thread that walks, item by item, as far as the window reaches, also before a result
///   that is ready is delivered: where the next item may be long in coming (from a terminal, a socket), `window` 0 delivers
///   each result before it reads on. Of ranges that can be walked again the iterators are kept and read by who runs the item.
/// - `f`: as for `map`; kept by the range. Its results are moved, never copied; `std::monostate` stands for nothing.
/// - Returns an input range; `for (auto&& r : imap(...))`. Chain them: `imap(imap(lines, parse), fit)`,
///   pipe it into `std::views`, reduce it: `sum(imap(files, count_lines))`.
/// - `window`: see `imap_options`. The thread that walks works as well while it waits. Items that take less than about two
///   microseconds it runs all by itself.
/// - Errors: everything before the item that threw is delivered; then the loop gets its exception, as from a serial loop, be
///   it from f or from xs. After a stop or a deadline what had started is delivered as far as it is in order, then
///   `cancelled` or `deadline_exceeded` is thrown. `on_error = collect` leaves out what threw and throws at the end.
///   `std::invalid_argument` for a negative window.
/// - Complexity: some 100 ns an item and the memory of window + 1 results.
///
/// Example: `for (auto&& table : tandem::imap(files, parse, {.window = 8})) { if (!store(table)) break; }`
inline constexpr imap_fn imap{};

struct imap_unordered_fn {
  template <execution_policy Policy, detail::map_input Input, class F>
  auto operator()(Policy const& policy, Input&& input, F&& f, imap_options how = {}) const {
    return detail::make_stream<false>("tandem::imap_unordered", policy, std::forward<Input>(input), std::forward<F>(f), how);
  }
  template <detail::map_input Input, class F> requires(!execution_policy<Input>)
  auto operator()(Input&& input, F&& f, imap_options how = {}) const {
    return (*this)(par, std::forward<Input>(input), std::forward<F>(f), how);
  }
};

/// `imap_unordered([policy,] xs, f [, {.window = w}])`: as `imap`, but each result as soon as it is there, with its place.
///
/// - Returns an input range of pairs: `for (auto&& [index, r] : imap_unordered(...))`, every index once, in no certain order.
/// - Errors: when an item throws, what runs is still delivered; then the exception of the lowest item that threw is thrown.
/// - All else is as for `imap`.
///
/// Example: `for (auto&& [index, page] : tandem::imap_unordered(io, urls, fetch)) show(urls[index], page);`
inline constexpr imap_unordered_fn imap_unordered{};

}  // namespace tandem
