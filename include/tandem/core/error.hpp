// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// The exceptions of tandem, beside the standard ones.
///
/// Bad shapes and parameters throw `std::invalid_argument` with a sentence that names the function, the argument and the
/// values; a file that cannot be read throws `std::system_error` with its path. The types here are for what the standard
/// has no name for. They are the same types in every object of a program, whatever it was compiled for.

#include <charconv>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <tandem/core/config.hpp>

namespace tandem {

/// Work was left undone because a stop was requested through the option `stop`, or by a job's `request_stop()`.
///
/// A call whose items had all run when it noticed the request returns normally.
/// Example: `try { tandem::map(par.with({.stop = token}), xs, f); } catch (tandem::cancelled const&) { ... }`
class [[gnu::visibility("default")]] cancelled : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Work was left undone because the time given by the option `deadline` had come.
class [[gnu::visibility("default")]] deadline_exceeded : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file holds something else than it should. Lines and columns count from 1; the column is the byte where the field begins.
///
/// Example: `catch (tandem::parse_error const& e) { std::cerr << e.path() << ':' << e.line() << ": " << e.reason(); }`
class [[gnu::visibility("default")]] parse_error : public std::runtime_error {
 public:
  /// All four parts are kept; `what()` is "path:line:column: reason".
  parse_error(std::string path, std::size_t line, std::size_t column, std::string reason)
      : std::runtime_error(path + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " + reason),
        path_(std::move(path)), reason_(std::move(reason)), line_(line), column_(column) {}

  std::string const& path() const noexcept { return path_; }
  std::size_t line() const noexcept { return line_; }
  std::size_t column() const noexcept { return column_; }
  std::string const& reason() const noexcept { return reason_; }

 private:
  std::string path_, reason_;
  std::size_t line_, column_;
};

namespace detail {

inline void append(std::string& sentence, std::string_view part) { sentence += part; }
template <class Number> requires std::is_arithmetic_v<Number>
void append(std::string& sentence, Number part) {
  if constexpr (std::is_floating_point_v<Number>) {
    char text[64];  // of the shortest digits that tell the number
    char const* const end = std::to_chars(text, text + sizeof(text), part).ptr;
    append(sentence, std::string_view(text, static_cast<std::size_t>(end - text)));
  } else {
    sentence += std::to_string(part);
  }
}

/// The parts, strings and numbers, put together. (Not by std's `+`: what is called of std here would be shared with objects for
/// other instruction sets; tests/odr.)
template <class... Parts> [[gnu::cold, gnu::noinline]] std::string joined(Parts const&... parts) {
  std::string sentence;
  (append(sentence, parts), ...);
  return sentence;
}

/// Throws `std::invalid_argument` with the parts put together to a sentence.
template <class... Parts> [[noreturn, gnu::cold, gnu::noinline]] void throw_invalid_argument(Parts const&... parts) {
  throw std::invalid_argument(joined(parts...));
}

}  // namespace detail
}  // namespace tandem
