// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What a reduction is made of: accumulators, which fold blocks of elements and merge, and reducers, the values that make
/// them. `monoid` and `commutative_monoid` make a reducer of any associative operation.
///
/// A reducer of one's own is a struct with three members, and may be passed wherever `tandem::sum` may:
///
///     struct spread {
///       double low = INFINITY, high = -INFINITY;
///       void fold(std::span<const double> x) { for (double v : x) low = std::min(low, v), high = std::max(high, v); }
///       void merge(spread const& next) { low = std::min(low, next.low), high = std::max(high, next.high); }
///       double result() const { return high - low; }
///     };
///     double width = tandem::reduce(x, spread{});
///
/// Its parameters are further members: every accumulator is a copy of the value that is passed, which has seen nothing.
/// Where the type of the elements matters a reducer is a value with a member `template <class T> auto accumulator() const`, which
/// returns such an object, initialised, for elements of type T.

#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>

namespace tandem {

/// What a reduction of a matrix gives one result for: each of its `rows`, or each of its `columns`.
///
/// Example: `std::vector<double> totals = tandem::reduce(X, tandem::axis::rows, tandem::sum);`
enum class axis { rows, columns };

/// What folds elements of type T: `fold(std::span<const T>)`, `merge(what follows)`, `result()`.
///
/// - A new one has seen nothing. `fold` takes the next elements, a block at a time; `merge` takes another accumulator that has
///   seen the elements right behind those of this one. Both may be called by several threads, each on objects of its own.
/// - Optional: `static constexpr bool order_independent = true` promises that the result does not depend on the order and
///   grouping of folds and merges; it is then called with blocks of any size, in any order. Otherwise blocks have a fixed
///   number of elements (4096 numbers, or 16 elements of other types) and are merged by a binary tree over their index.
/// - Optional: `fold_lanes(std::span<const T>)`, called in place of `fold` by the policies `unseq` and `par_unseq`.
/// - Optional: `start_at(std::size_t index)`, told before a fold the index of its first element.
template <class A, class T>
concept accumulator = std::movable<A> && requires(A& a, A const& following, std::span<T const> x) {
  a.fold(x);
  a.merge(following);
  following.result();
};

/// What can be given to a reduction of elements of type T: an accumulator that has seen nothing, or a value that makes one.
template <class R, class T>
concept reducer = requires(R const& r) {
  { r.template accumulator<T>() } -> tandem::accumulator<T>;
} || (accumulator<R, T> && std::default_initializable<R>);

namespace detail {

/// The accumulator that a reducer makes for elements of type T: where it is one itself, a copy.
template <class T, class Reducer> auto make_accumulator(Reducer const& r) {
  if constexpr (requires { r.template accumulator<T>(); }) return r.template accumulator<T>();
  else if constexpr (std::copy_constructible<Reducer>) return Reducer(r);
  else return Reducer();
}
template <class Reducer, class T> using accumulator_for = decltype(make_accumulator<T>(std::declval<Reducer const&>()));
template <class Reducer, class T> using result_of =
    std::decay_t<decltype(std::declval<accumulator_for<Reducer, T> const&>().result())>;

template <class Value, class T>
concept computes_with =
    std::convertible_to<T const&, Value> && requires { requires std::same_as<std::common_type_t<Value, T>, Value>; };

template <class Operation, class Value, class T> struct monoid_state {
  Operation operation;
  Value value;

  void fold(std::span<T const> x) {
    for (T const& element : x) value = std::invoke(operation, std::move(value), static_cast<Value const&>(element));
  }
  void merge(monoid_state next) { value = std::invoke(operation, std::move(value), std::move(next.value)); }
  Value result() const { return value; }
};

template <class Operation, class Value> struct monoid_reducer {
  Operation operation;
  Value identity;
  template <class T> requires computes_with<Value, T>
  monoid_state<Operation, Value, T> accumulator() const {
    return {operation, identity};
  }
};

/// Stripes of a block: element i goes to stripe i mod `stripes`, the stripes meet in pairs at half their distance. The tree is
/// the same for scalars and for lanes of any width.
template <class Value> inline constexpr std::size_t stripes = 256 / sizeof(Value);

template <class Operation, class Value, class T> struct commutative_state {
  Operation operation;
  Value identity, value;

  void fold(std::span<T const> x) {
    if constexpr (std::is_arithmetic_v<Value>) {
      constexpr std::size_t count = stripes<Value>;
      Value stripe[count];
      for (Value& s : stripe) s = identity;
      std::span<T const> const rest = x.last(x.size() % count);
      for (std::size_t i = 0; i < x.size() - rest.size(); i += count)
        for (std::size_t s = 0; s < count; ++s)
          stripe[s] = static_cast<Value>(std::invoke(operation, stripe[s], static_cast<Value>(x[i + s])));
      for (std::size_t s = 0; s < rest.size(); ++s)
        stripe[s] = static_cast<Value>(std::invoke(operation, stripe[s], static_cast<Value>(rest[s])));
      add_stripes(stripe, count);
    } else {
      for (T const& element : x) value = std::invoke(operation, std::move(value), static_cast<Value const&>(element));
    }
  }
  void merge(commutative_state next) { value = std::invoke(operation, std::move(value), std::move(next.value)); }
  Value result() const { return value; }

  /// Joins the first `count` stripes, a power of two, and adds them.
  void add_stripes(Value* stripe, std::size_t count) {
    for (std::size_t half = count / 2; half > 0; half /= 2)
      for (std::size_t s = 0; s < half; ++s)
        stripe[s] = static_cast<Value>(std::invoke(operation, stripe[s], stripe[s + half]));
    value = static_cast<Value>(std::invoke(operation, value, stripe[0]));
  }
};

template <class Operation, class Value> struct commutative_reducer {
  Operation operation;
  Value identity;
  template <class T> requires computes_with<Value, T>
  commutative_state<Operation, Value, T> accumulator() const {
    return {operation, identity, identity};
  }
};

}  // namespace detail

struct monoid_fn {
  template <class Operation, class Value> auto operator()(Operation operation, Value identity) const {
    return detail::monoid_reducer<Operation, Value>{std::move(operation), std::move(identity)};
  }
};

/// `monoid(operation, identity)`: the reducer of an associative operation, such as joining strings or multiplying matrices.
///
/// - `operation(a, b)`: associative; it need not commute. Called with values of the identity's type, several threads at a time.
/// - `identity`: operation(identity, a) is a. Its type is what is computed in, and must be the common type of itself and the
///   elements: `monoid(std::plus<>(), 0)` over doubles does not compile.
/// - Determinism: elements are combined in order, by a tree that depends on their number only; where the operation rounds,
///   the bits are the same for any policy.
///
/// Example: `tandem::reduce(words, tandem::monoid(std::plus<>(), std::string()))`
inline constexpr monoid_fn monoid{};

struct commutative_monoid_fn {
  template <class Operation, class Value> auto operator()(Operation operation, Value identity) const {
    return detail::commutative_reducer<Operation, Value>{std::move(operation), std::move(identity)};
  }
};

/// `commutative_monoid(operation, identity)`: the reducer of an operation that is associative and commutes, on numbers in lanes.
///
/// - As `monoid`, and operation(a, b) is operation(b, a). A generic operation is called with `lanes` by the policies that
///   vectorize, and with scalars as well.
/// - Determinism: a block of 4096 numbers is folded in 256 / sizeof(T) interleaved stripes, whatever the width of the lanes;
///   the bits are the same for any policy and instruction set, unless the operation is contracted.
///
/// Example: `tandem::commutative_monoid([](auto a, auto b) { return tandem::maximum(a, b); }, -INFINITY)`
inline constexpr commutative_monoid_fn commutative_monoid{};

}  // namespace tandem
