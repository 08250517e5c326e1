// error: no match(ing function)? for call
// options: -std=gnu++20
// SPDX-License-Identifier: BSL-1.0
#include <vector>

#include <tandem/reduce/group_by.hpp>
#include <tandem/reduce/sum.hpp>

int main() {
#if defined(TANDEM_COMPILE_FAIL)
  __extension__ using key = __int128;
#else
  using key = long long;
#endif
  return tandem::group_by(std::vector<key>{1, 2, 1}, std::vector{1, 2, 3}, tandem::sum).size() == 2 ? 0 : 1;
}
