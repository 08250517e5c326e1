// SPDX-License-Identifier: BSL-1.0
// A file of shell commands, N at a time, and their exit codes: what GNU parallel and xargs -P do.
//
//     task_farm commands.txt 8
//
// Without arguments it runs a few commands of its own.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <sys/wait.h>

#include <tandem/map.hpp>

int main(int argc, char** argv) {
  std::vector<std::string> commands{"true", "exit 3", "sleep 0.05", "test 1 -gt 2", "sleep 0.05", "exit 0"};
  if (argc > 1) {
    commands.clear();
    std::ifstream file(argv[1]);
    if (!file) return std::fprintf(stderr, "%s cannot be read\n", argv[1]), 1;
    for (std::string line; std::getline(file, line);)
      if (!line.empty()) commands.push_back(line);
  }
  int const at_a_time = argc > 2 ? std::atoi(argv[2]) : 4;

  // Commands run in processes of their own; the threads here only wait for them.
  auto const policy = tandem::par.with({.jobs = at_a_time, .label = "commands", .blocking = true});
  std::vector<int> codes(commands.size());
  for (auto&& [index, code] : tandem::imap_unordered(policy, commands, [](std::string const& command) {
         int const status = std::system(command.c_str());
         return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
       })) {
    std::printf("%4d  %s\n", code, commands[index].c_str());
    codes[index] = code;
  }
  if (argc == 1) return codes == std::vector<int>{0, 3, 0, 1, 0, 0} ? 0 : 1;
  for (int const code : codes)
    if (code != 0) return 1;
}
