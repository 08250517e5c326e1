// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// What a call of the map family does when an item throws: the option `on_error`, and the exception that holds many.

#include <any>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <tandem/core/count.hpp>
#include <tandem/core/error.hpp>

namespace tandem {

/// The type of `fail_fast`.
struct fail_fast_t {};
/// The default: the call throws what the lowest item threw; items after it that have not started are dropped.
inline constexpr fail_fast_t fail_fast{};

/// The type of `collect`.
struct collect_t {};
/// Every item runs; then the call throws `collected_errors` if any threw. The results of the others are lost then: `try_map` keeps them.
inline constexpr collect_t collect{};

/// An item that throws is run again, up to `times` more times, after `backoff`, twice that, four times that and so on.
/// What it throws the last time counts as under `fail_fast`. A stop and a deadline end the waiting. Every attempt gets the item as
/// it was, but for one of a single pass that can only be moved: it is handed over once.
///
/// Example: `tandem::map(par.with({.blocking = true, .on_error = tandem::retry{3, 100ms}}), urls, fetch);`
struct retry {
  count times = 1;
  std::chrono::nanoseconds backoff{};
};

/// An item that throws gets this result. A number serves for any number that can hold it (floating-point types may round it), text for
/// a `std::string`, else the types must be the same; a call for which the value is no result throws `std::invalid_argument`
/// before any item runs.
///
/// Example: `tandem::map(par.with({.on_error = tandem::substitute{std::nan("")}}), settings, score);`
template <class T> struct substitute {
  T value;
};
template <class T> substitute(T) -> substitute<T>;

/// The exceptions of a call under `collect`, by ascending item. `what()` counts them and quotes the first.
class [[gnu::visibility("default")]] collected_errors : public std::runtime_error {
 public:
  /// An item that threw, and what it threw.
  struct entry {
    std::size_t index;
    std::exception_ptr error;
  };

  collected_errors(std::string const& sentence, std::vector<entry> errors)
      : std::runtime_error(sentence), errors_(std::make_shared<std::vector<entry> const>(std::move(errors))) {}

  /// All of them. Example: `for (auto const& [index, error] : e.errors()) log(index, error);`
  std::vector<entry> const& errors() const noexcept { return *errors_; }

 private:
  std::shared_ptr<std::vector<entry> const> errors_;  // exceptions must be copied without throwing
};

/// The option `on_error`: one of `fail_fast`, `collect`, `retry{...}` and `substitute{...}`. The map family observes it;
/// every other algorithm fails fast.
class error_policy {
 public:
  /// Which of the four it is.
  enum class kind { failing_fast, collecting, retrying, substituting };

  error_policy() noexcept = default;
  error_policy(fail_fast_t) noexcept {}
  error_policy(collect_t) noexcept : kind_(kind::collecting) {}
  error_policy(tandem::retry chosen) noexcept : kind_(kind::retrying), retry_(chosen) {}
  template <class T> error_policy(substitute<T> chosen) : kind_(kind::substituting) {
    if constexpr (std::is_convertible_v<T, std::string_view>) text_ = std::string(std::string_view(chosen.value));
    if constexpr (std::is_arithmetic_v<T>) number_ = static_cast<long double>(chosen.value);
    value_ = std::move(chosen.value);
  }

  kind what() const noexcept { return kind_; }
  tandem::retry const& retrying() const noexcept { return retry_; }

  /// The substitute as a result of type R; nothing where it cannot be one.
  template <class R> std::optional<R> replacement() const {
    if constexpr (std::is_copy_constructible_v<R>) {
      if (R const* const same = std::any_cast<R>(&value_)) return *same;
      if constexpr (std::is_same_v<R, std::string>) return text_;
      if constexpr (std::is_arithmetic_v<R>) {
        constexpr auto least = static_cast<long double>((std::numeric_limits<R>::lowest)()),
                       most = static_cast<long double>((std::numeric_limits<R>::max)());
        if (!number_) return std::nullopt;
        if constexpr (std::is_floating_point_v<R>) {
          if ((*number_ >= least && *number_ <= most) || !std::isfinite(*number_)) return static_cast<R>(*number_);
        } else {
          if (*number_ >= least && *number_ <= most && std::trunc(*number_) == *number_) return static_cast<R>(*number_);
        }
      }
    }
    return std::nullopt;
  }

 private:
  kind kind_ = kind::failing_fast;
  tandem::retry retry_;
  std::any value_;
  std::optional<std::string> text_;    // the value, if it is one
  std::optional<long double> number_;  // likewise
};

}  // namespace tandem
