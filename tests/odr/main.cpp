// SPDX-License-Identifier: BSL-1.0
// Objects of three instruction sets in one program: they have different lanes and the same types, results and errors.
#include <cstdio>
#include <string>
#include <vector>

#include "part.hpp"

namespace {

int failures = 0;

void check(bool right, std::string const& what) {
  if (right) return;
  ++failures;
  std::printf("wrong: %s\n", what.c_str());
}

}  // namespace

int main() {
  std::vector<odr::part> parts{odr::baseline()};
  if (__builtin_cpu_supports("x86-64-v3")) parts.push_back(odr::v3());
  if (__builtin_cpu_supports("x86-64-v4")) parts.push_back(odr::v4());
  std::printf("%zu instruction sets\n", parts.size());

  std::vector<double> x(1003);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 0.37 * static_cast<double>(i) - 100;
  tandem::matrix<double> rows(23, 7);
  for (std::size_t i = 0; i < 23; ++i)
    for (std::size_t j = 0; j < 7; ++j) rows(i, j) = static_cast<double>((i * 31 + j * 17) % 50);
  std::vector<int> items(300);
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = static_cast<int>(i);
  odr::policy const how = tandem::par_unseq.with({.jobs = 2, .grain = 64});

  for (std::size_t a = 0; a < parts.size(); ++a) {
    std::string const abi = parts[a].abi();
    check(parts[a].polynomial(how, x) == parts[0].polynomial(how, x), abi + ": the polynomial has other bits");
    check(parts[a].distances(rows, rows) == parts[0].distances(rows, rows), abi + ": the distances have other bits");
    check(parts[a].reductions(how, x) == parts[0].reductions(how, x), abi + ": the reductions have other bits");
    check(parts[a].mapped(items) == parts[0].mapped(items), abi + ": map gives something else");
    for (std::size_t b = 0; b < parts.size(); ++b) {
      std::string const pair = abi + " thrown to " + parts[b].abi();
      check((a == b) == (abi == parts[b].abi()), pair + ": the tags should differ");
      check(parts[b].catches(parts[a].cancel) ==
                "cancelled: tandem::transform: a stop was requested when 0 of 10 items were done (odr)",
            pair + ": " + parts[b].catches(parts[a].cancel));
      check(parts[b].catches(parts[a].mismatch).starts_with("invalid_argument: tandem::transform"),
            pair + ": " + parts[b].catches(parts[a].mismatch));
    }
  }
  return failures == 0 ? 0 : 1;
}
