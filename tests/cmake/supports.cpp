// SPDX-License-Identifier: BSL-1.0
// Exits with 0 if this processor has an instruction set, with 1 if not.
#include <string_view>

int main(int argc, char** argv) {
  __builtin_cpu_init();
  std::string_view const set = argc == 2 ? argv[1] : "";
  bool const v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2");
  bool const v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  return set == "x86-64" || (set == "x86-64-v3" && v3) || (set == "x86-64-v4" && v4) ? 0 : 1;
}
