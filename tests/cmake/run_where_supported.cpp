// SPDX-License-Identifier: BSL-1.0
// Runs a program compiled for an instruction set, or exits with 77 where the processor lacks it. The question cannot be
// asked in the program itself: its initialisers run before main, with instructions of the set.
#include <unistd.h>
#include <cstdio>
#include <string_view>

static bool supports(std::string_view set) {
  __builtin_cpu_init();
  bool const v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  bool const v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                  __builtin_cpu_supports("bmi2");
  bool const v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl");
  return set == "x86-64" || (set == "x86-64-v2" && v2) || (set == "x86-64-v3" && v3) || (set == "x86-64-v4" && v4);
}

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: run_where_supported x86-64|x86-64-v2|x86-64-v3|x86-64-v4 program [arguments]\n");
    return 2;
  }
  if (!supports(argv[1])) {
    std::printf("skipped: this processor does not support %s\n", argv[1]);
    return 77;
  }
  execv(argv[2], argv + 2);
  std::perror(argv[2]);
  return 1;
}
