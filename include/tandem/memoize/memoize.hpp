// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `memoize` and `memoize_recursive`: functions that remember their results, `functools.lru_cache` for C++ with threads.
///
/// For pure functions that take longer than a look-up, some 5 to 20 ns. Where a function depends on more than its arguments, or
/// does something beside returning a result, do not use them.

#include <type_traits>
#include <utility>

#include <tandem/memoize/detail/signature.hpp>
#include <tandem/memoize/memoized.hpp>
#include <tandem/memoize/options.hpp>

namespace tandem {

/// `memoize(f [, options])`: a function object that computes `f` once for each key and remembers.
///
/// - `f`: a function, member function, lambda, functor or `std::function` with one signature. Where it has several, or is
///   generic, name one: `memoize<double(int)>(f)`. It is kept by value, and called by several threads at a time, with different
///   keys.
/// - `options`: `capacity` (all results are kept without it), `policy` (`eviction::adaptive` or `lru`), `errors`; see
///   `memo_options`, and `keyed_by` for a key of one's own.
/// - Returns a `memoized`: call it as `f`; `info()`, `clear()`, `forget(...)`, `contains(...)`, `map(range)`. Copies share results.
/// - Keys: all arguments, compared by their bits and owned by the cache, views and references within them too. Pointers, smart
///   pointers, iterators and mutable references do not compile unless the option `key` says what is meant; see key.hpp.
/// - The result is remembered as it is: one that is a view of an argument, or points to what may go, dangles. Return what owns.
/// - Threads: any number. Calls with the same key at the same time compute once; the others wait. Where waiting could be for
///   ever, as when a thread took up work that wants a key it is computing itself, the result is computed twice and kept once.
///   Waits have a limit besides, for what cannot be known: from jobs and from tasks given to oneTBB directly (a raw
///   `parallel_for`) a call waits until the process has been idle for a second, or for ten seconds, then computes by itself, so
///   that a key may be computed more than once; from other threads, which `f` may have made itself, until the process has been
///   idle for a minute. `f` may use all of oneTBB, and call the memoized function itself. In a task it runs as if outside: what
///   cancels a loop around it does not stop its own loops.
/// - Errors: what `f` throws goes to the caller and to those who wait, and is not remembered. `std::invalid_argument` for a negative
///   capacity. `memo_cycle_error` when a key needs itself. Recursion goes on on further stack when its own is full, up to 1 GiB,
///   then `std::length_error`.
/// - Determinism: the results of `f`. Which ones are kept depends on the order of calls, and on nothing else for one thread.
/// - Complexity: a hit costs a hash, one comparison and a copy of the result; under `adaptive` it takes no lock and writes nothing
///   shared once a key is hot. 16 to 24 bytes an entry beside key and result.
///
/// Example: `auto g = tandem::memoize(simulate, {.capacity = 4096}); g(1.5); g(1.5); g.info().hits == 1`
template <detail::has_one_signature F> auto memoize(F&& f, memo_options<> const& options = {}) {
  return memoized<typename detail::signature_of<std::remove_cvref_t<F>>::type, std::decay_t<F>>(std::forward<F>(f), options);
}
template <detail::has_one_signature F, class Key> auto memoize(F&& f, memo_options<Key> const& options) {
  return memoized<typename detail::signature_of<std::remove_cvref_t<F>>::type, std::decay_t<F>, false, Key>(std::forward<F>(f),
                                                                                                            options);
}
template <detail::signature Signature, class F> auto memoize(F&& f, memo_options<> const& options = {}) {
  return memoized<detail::plain_signature<Signature>, std::decay_t<F>>(std::forward<F>(f), options);
}
template <detail::signature Signature, class F, class Key> auto memoize(F&& f, memo_options<Key> const& options) {
  return memoized<detail::plain_signature<Signature>, std::decay_t<F>, false, Key>(std::forward<F>(f), options);
}

/// `memoize_recursive<signature>(f [, options])`: the same for a function that calls itself, through the cache.
///
/// - `f(self, arguments...)`: `self(arguments...)` is the memoized function. `self` may be handed to parallel loops and tasks that end
///   before `f` returns. It knows on whose behalf it is called, so that a key that needs itself is found at once, whichever
///   thread asks.
/// - The rest is as with `memoize`.
///
/// Example: `auto fib = tandem::memoize_recursive<std::uint64_t(unsigned)>([](auto& self, unsigned n) -> std::uint64_t {
/// return n < 2 ? n : self(n - 1) + self(n - 2); });`
template <detail::signature Signature, class F> auto memoize_recursive(F&& f, memo_options<> const& options = {}) {
  return memoized<detail::plain_signature<Signature>, std::decay_t<F>, true>(std::forward<F>(f), options);
}
template <detail::signature Signature, class F, class Key> auto memoize_recursive(F&& f, memo_options<Key> const& options) {
  return memoized<detail::plain_signature<Signature>, std::decay_t<F>, true, Key>(std::forward<F>(f), options);
}

}  // namespace tandem
