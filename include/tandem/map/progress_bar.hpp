// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// `progress_bar`: shows on the standard error how far a call is, as Python's tqdm does. Any other sink serves as well.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/ioctl.h>
#include <unistd.h>
#endif

#include <tandem/core/progress.hpp>

namespace tandem {

/// A line on a terminal that is drawn again and again, with a bar, the rate and the time that remains:
///
///     fits  45% |#########           |  90/200  [00:12 < 00:15, 7.5/s]
///
/// Where the output is no terminal, a line every ten seconds and one at the end. A bar may follow several calls, one after the
/// other; of an unknown total it shows the items done. A call that throws leaves the bar where it was.
///
/// Example: `tandem::progress_bar bar("fits"); tandem::map(par.with({.progress = &bar}), xs, f);`
class progress_bar {
 public:
  /// `label` stands before the bar; left out, it is the call's option `label`. `out` must outlive the bar.
  explicit progress_bar(std::string label = {}, std::FILE* out = stderr) : label_(std::move(label)), out_(out) {
#if defined(__unix__) || defined(__APPLE__)
    terminal_ = ::isatty(::fileno(out_)) == 1;
#endif
  }
  progress_bar(progress_bar const&) = delete;
  progress_bar& operator=(progress_bar const&) = delete;

  /// Ends the line of a call that did not finish.
  ~progress_bar() {
    if (open_) std::fputc('\n', out_);
  }

  /// What a call tells; see `progress_sink`.
  void update(progress_info const& info) {
    bool const finished = info.total > 0 && info.done >= info.total;
    if (info.seconds < last_) last_ = 0;  // another call
    if (!terminal_ && !finished && info.seconds - last_ < 10) return;
    last_ = info.seconds;
    std::string const line = terminal_ ? fitted(info, width()) : text(info, 20);
    if (terminal_) std::fprintf(out_, "\r%s\033[K%s", line.c_str(), finished ? "\n" : "");
    else std::fprintf(out_, "%s\n", line.c_str());
    std::fflush(out_);
    open_ = terminal_ && !finished;
  }

 private:
  // As much of the line as fits into so many columns; the bar takes what the rest leaves.
  std::string fitted(progress_info const& info, std::size_t columns) const {
    std::size_t const rest = text(info, 0).size() + 4;  // the bar's ends, a space, and the cursor
    std::string line = text(info, columns > rest ? std::min<std::size_t>(columns - rest, 40) : 0);
    if (line.size() >= columns) line.resize(columns > 0 ? columns - 1 : 0);
    return line;
  }

  std::string text(progress_info const& info, std::size_t bar) const {
    std::string line = label_.empty() ? std::string(info.label) : label_;
    if (!line.empty()) line += ' ';
    double const done = static_cast<double>(info.done), total = static_cast<double>(info.total);
    double const rate = info.seconds > 0 ? done / info.seconds : 0;
    if (info.total > 0) {
      double const share = (std::min)(1., done / total);
      std::size_t const full = static_cast<std::size_t>(share * static_cast<double>(bar));
      line += padded(std::to_string(static_cast<int>(share * 100)), 3) + "% ";
      if (bar > 0) line += '|' + std::string(full, '#') + std::string(bar - full, ' ') + "| ";
      line += std::to_string(info.done) + '/' + std::to_string(info.total) + " [" + clock(info.seconds);
      if (info.done < info.total) line += " < " + (rate > 0 ? clock((total - done) / rate) : "?");
    } else {
      line += std::to_string(info.done) + " [" + clock(info.seconds);
    }
    return line + ", " + speed(rate) + "]";
  }

  static std::string padded(std::string digits, std::size_t width) {
    return digits.size() < width ? std::string(width - digits.size(), ' ') + digits : digits;
  }

  // 01:23, or 1:02:03 from an hour on.
  static std::string clock(double seconds) {
    auto const all = static_cast<std::uint64_t>((std::min)(seconds + 0.5, 1e9));
    char digits[48];
    std::uint64_t const hours = all / 3600, minutes = all / 60 % 60, rest = all % 60;
    if (hours > 0)
      std::snprintf(digits, sizeof digits, "%llu:%02llu:%02llu", static_cast<unsigned long long>(hours),
                    static_cast<unsigned long long>(minutes), static_cast<unsigned long long>(rest));
    else
      std::snprintf(digits, sizeof digits, "%02llu:%02llu", static_cast<unsigned long long>(minutes),
                    static_cast<unsigned long long>(rest));
    return digits;
  }

  // 7.5/s, or 1.6 s each where a second is too short.
  static std::string speed(double rate) {
    char digits[48];
    if (rate >= 1 || rate <= 0) std::snprintf(digits, sizeof digits, "%.3g/s", rate);
    else std::snprintf(digits, sizeof digits, "%.3g s each", 1 / rate);
    return digits;
  }

  // COLUMNS if it is set, else what the terminal says.
  std::size_t width() const {
    if (char const* const text = std::getenv("COLUMNS"))
      if (long const columns = std::strtol(text, nullptr, 10); columns > 0) return static_cast<std::size_t>(columns);
#if defined(TIOCGWINSZ)
    winsize size{};
    if (::ioctl(::fileno(out_), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
#endif
    return 80;
  }

  std::string label_;
  std::FILE* out_;
  bool terminal_ = false, open_ = false;
  double last_ = 0;
};

}  // namespace tandem
