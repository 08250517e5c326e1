// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The suite: what a problem states about itself, and how its variants come in.
///
/// A problem is a folder. Its `problem.hpp` holds a type for the data of one case; `problem.cpp` states the problem and
/// its cases; every other file adds variants, each a function of the data. The suite checks a variant against the
/// reference before it times it, and leaves a wrong one out.

#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

namespace bench {

/// What one call does, whoever does it. From these and the time the report computes rates and shares of limits.
struct work {
  double items = 0;          ///< elements, pairs, ...: what is counted per second
  double bytes_read = 0;     ///< of input, each byte once
  double bytes_written = 0;  ///< of output, each byte once
  double arithmetic =
      0;                 ///< additions, subtractions, multiplications, each by itself; a fused one only where asked for by name
  double roots = 0;      ///< square roots
  double divisions = 0;  ///< divisions
};

/// A problem as the report introduces it.
struct problem {
  std::string name;      ///< one word, as in `--problem polynomial`
  std::string sentence;  ///< what it computes, for a reader who sees it for the first time
  std::string item;      ///< what `work::items` counts, plural: "elements"
};

/// One input of a problem.
struct case_info {
  std::string problem;
  std::string type;  ///< the element type: "double", "float"
  std::string size;  ///< one word, as in `--size 1000x1000x100`
  struct work work;
  bool full = true;   ///< part of the full run
  bool quick = true;  ///< part of the quick run
};

/// How many threads a variant uses. Its limits are those of as many.
enum class threads { one, all };

/// The number of threads behind `threads::all`: `tandem::default_jobs()`.
std::size_t jobs();

/// What data must offer: the output of a call, the i-th right result, and how far off a variant may be, relative to it.
template <class Data>
concept checkable = requires(Data& data, Data const& constant, std::size_t i) {
  data.result()[i];
  { constant.expected(i) } -> std::convertible_to<double>;
  { Data::tolerance } -> std::convertible_to<double>;
};

namespace detail {

struct registered_case {
  case_info info;
  std::type_index data_type;
  std::function<std::shared_ptr<void>()> make;
  std::function<void(void*)> spoil;               // so that results of an earlier variant cannot pass for new ones
  std::function<std::string(void*)> first_error;  // a sentence, or nothing
};

struct registered_variant {
  std::string problem, name;
  bench::threads threads;
  std::type_index data_type;
  std::function<std::function<void()>(void*)> prepare;
};

struct registry {
  std::vector<problem> problems;
  std::vector<registered_case> cases;
  std::vector<registered_variant> variants;
  std::vector<std::pair<std::string, std::string>> versions;
};

registry& the_registry();

std::string describe_error(std::size_t i, double got, double expected, double tolerance);

template <checkable Data> void spoil(Data& data) {
  using T = std::remove_cvref_t<decltype(data.result()[0])>;
  for (T& value : data.result()) value = std::numeric_limits<T>::has_quiet_NaN ? std::numeric_limits<T>::quiet_NaN() : T(-1);
}

template <checkable Data> std::string first_error(Data& data) {
  auto const& results = data.result();
  for (std::size_t i = 0; i < results.size(); ++i) {
    double const got = static_cast<double>(results[i]), expected = data.expected(i);
    bool const right =
        std::isnan(expected) ? std::isnan(got) : std::abs(got - expected) <= Data::tolerance * std::abs(expected);
    if (!right && got != expected) return describe_error(i, got, expected, Data::tolerance);
  }
  return {};
}

}  // namespace detail

/// States a problem; true, so that it can initialise a constant.
inline bool add_problem(problem stated) {
  detail::the_registry().problems.push_back(std::move(stated));
  return true;
}

/// States a case. `make` returns a `std::unique_ptr<Data>` with inputs and outputs, all of their pages touched.
template <checkable Data, class Make> bool add_case(case_info info, Make make) {
  detail::the_registry().cases.push_back({std::move(info), typeid(Data),
                                          [make] { return std::shared_ptr<void>(std::shared_ptr<Data>(make())); },
                                          [](void* data) { detail::spoil(*static_cast<Data*>(data)); },
                                          [](void* data) { return detail::first_error(*static_cast<Data*>(data)); }});
  return true;
}

/// Adds a variant for all cases of `problem` that have this Data.
///
/// - `name`: `serial`, `serial_novec`, `unseq`, `par`, `par_unseq`, `peer_<name>` or `limit_<name>`. Limits do what nobody
///   can undercut, as a copy of the same arrays, and are not checked.
/// - `f(data)` is the call that is timed, or prepares it and returns it: a `std::function<void()>` that owns what must not
///   be timed (threads, plans). An empty one means that the variant has nothing to do with this case.
template <class Data, class F> bool add_variant(std::string problem, std::string name, threads count, F f) {
  detail::the_registry().variants.push_back(
      {std::move(problem), std::move(name), count, typeid(Data), [f](void* erased) -> std::function<void()> {
         Data& data = *static_cast<Data*>(erased);
         if constexpr (std::is_void_v<std::invoke_result_t<F const&, Data&>>) return [f, &data] { f(data); };
         else return f(data);
       }});
  return true;
}

/// Names the version of a peer, for the report.
inline bool add_version(std::string library, std::string version) {
  detail::the_registry().versions.emplace_back(std::move(library), std::move(version));
  return true;
}

}  // namespace bench
