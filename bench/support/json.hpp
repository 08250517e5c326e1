// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// Writes JSON: enough for what the benchmark program tells its report.

#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

namespace bench::json {

inline std::string text(std::string_view value) {
  std::string out = "\"";
  for (char const c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

inline std::string number(double value) {
  if (!std::isfinite(value)) return "null";
  char digits[40];
  std::snprintf(digits, sizeof digits, "%.17g", value);
  return digits;
}

/// An object or a list, written member by member.
class writer {
 public:
  explicit writer(char open) : out_(1, open), close_(open == '{' ? '}' : ']') {}

  /// A member whose value is JSON already.
  writer& raw(std::string_view key, std::string_view value) {
    separate();
    (out_ += text(key)) += ": ";
    out_ += value;
    return *this;
  }
  writer& add(std::string_view key, std::string_view value) { return raw(key, text(value)); }
  writer& add(std::string_view key, char const* value) { return raw(key, text(value)); }
  writer& add(std::string_view key, double value) { return raw(key, number(value)); }
  writer& add(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }

  /// An element of a list, JSON already.
  writer& item(std::string_view value) {
    separate();
    out_ += value;
    return *this;
  }

  std::string str() const { return out_ + close_; }

 private:
  void separate() {
    if (out_.size() > 1) out_ += ", ";
  }

  std::string out_;
  char close_;
};

}  // namespace bench::json
