// SPDX-License-Identifier: BSL-1.0
// Work that waits: many small files, more threads than cores. While one thread waits for its file, others ask for theirs. A
// pool as large as the machine has cores would leave them idle; `blocking` gives the call threads of its own.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <tandem/map.hpp>

namespace fs = std::filesystem;

int main() {
  fs::path const folder = fs::temp_directory_path() / ("tandem_blocking_work_" + std::to_string(::getpid()));
  fs::create_directory(folder);
  std::vector<fs::path> files;
  for (int i = 0; i < 60; ++i) {
    files.push_back(folder / (std::to_string(i) + ".txt"));
    std::ofstream(files.back()) << "measurement " << i;
  }

  auto const load = [](fs::path const& path) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // what a file server far away would take
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  auto const timed = [&](auto const& policy, std::vector<std::string>& texts) {
    auto const begin = std::chrono::steady_clock::now();
    texts = tandem::map(policy, files, load);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };

  std::vector<std::string> one, twenty;
  double const alone = timed(tandem::seq, one);
  double const together = timed(tandem::par.with({.jobs = 20, .blocking = true}), twenty);
  std::printf("60 files: %.2f s by one thread, %.2f s by twenty that wait together\n", alone, together);

  fs::remove_all(folder);
  return one == twenty && one[59] == "measurement 59" && together < alone / 2 ? 0 : 1;
}
