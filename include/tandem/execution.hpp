// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The four policies that say who does the work, and the options that say how.
///
/// |            | one thread | many threads |
/// |------------|------------|--------------|
/// | scalars    | `seq`      | `par`        |
/// | vectorized | `unseq`    | `par_unseq`  |
///
/// The terms are those of `std::execution`; the types are not, because the standard's header links a library of its own
/// choice. A policy is the first argument of every algorithm and may be left out. `par` gives the bits of `seq` and
/// `par_unseq` those of `unseq`, whatever the options, where the compiler contracts nothing: with `-ffp-contract=off`, which
/// `tandem::native` sets. Otherwise it may fuse the arithmetic of a callable in a loop and not in the loop's remainder, and
/// which elements fall into a remainder depends on the chunks.

#include <cstddef>
#include <type_traits>
#include <utility>

#include <tandem/backend/jobs.hpp>
#include <tandem/core/options.hpp>

namespace tandem {

/// A policy with options, made by `with()`; a value that owns what it was given, except the progress sink.
///
/// `with` replaces all options, not only those it names.
template <bool Parallel, bool Vectorized> class policy_with_options {
 public:
  static constexpr bool parallel = Parallel, vectorized = Vectorized;

  /// Throws `std::invalid_argument` when `jobs` is below -1 or `grain` is negative.
  explicit policy_with_options(tandem::options chosen) : options_(detail::checked(std::move(chosen))) {}

  policy_with_options with(tandem::options chosen) const { return policy_with_options(std::move(chosen)); }
  tandem::options const* options() const noexcept { return &options_; }

 private:
  tandem::options options_;
};

/// A policy without options: the type of `seq`, `unseq`, `par` and `par_unseq`.
template <bool Parallel, bool Vectorized> class policy {
 public:
  static constexpr bool parallel = Parallel, vectorized = Vectorized;

  /// The same policy with options; see `tandem::options`. Throws `std::invalid_argument` when a number makes no sense.
  policy_with_options<Parallel, Vectorized> with(tandem::options chosen) const {
    return policy_with_options<Parallel, Vectorized>(std::move(chosen));
  }
  static constexpr tandem::options const* options() noexcept { return nullptr; }
};

/// One thread, one element at a time: the loop as it is written.
inline constexpr policy<false, false> seq{};
/// One thread, several elements at a time in `lanes`.
inline constexpr policy<false, true> unseq{};
/// Many threads, each one element at a time.
inline constexpr policy<true, false> par{};
/// Many threads, each several elements at a time in `lanes`.
inline constexpr policy<true, true> par_unseq{};

namespace detail {

template <class T> inline constexpr bool is_policy = false;
template <bool Parallel, bool Vectorized> inline constexpr bool is_policy<policy<Parallel, Vectorized>> = true;
template <bool Parallel, bool Vectorized> inline constexpr bool is_policy<policy_with_options<Parallel, Vectorized>> = true;

/// The threads that a call by this policy may use.
template <class Policy> std::size_t jobs_of(Policy const& chosen) {
  if constexpr (Policy::parallel) return backend::jobs_of(chosen.options());
  else return 1;
}

}  // namespace detail

/// The four policies, with options or without.
///
/// Example: `template <tandem::execution_policy Policy> void my_algorithm(Policy const& how, ...)`
template <class T>
concept execution_policy = detail::is_policy<std::remove_cvref_t<T>>;

/// The threads that a parallel call uses when its options name none: the least of the affinity mask and the CPU quota of
/// the process's cgroups (v1 or v2, parents included, rounded up).
///
/// The environment variable TANDEM_JOBS overrides it. The answer is found by the first call and kept. Throws
/// `std::invalid_argument` when TANDEM_JOBS is not a number. Any thread may ask at any time.
inline std::size_t default_jobs() { return backend::default_jobs(); }

}  // namespace tandem
