// SPDX-License-Identifier: BSL-1.0
#pragma once
/// @file
/// How many threads a call may use: the cores that this process was given, not those that the machine has.
///
/// A container or a batch system limits a process by its affinity mask or by a cgroup's CPU quota. Threads beyond either
/// only take turns. The quota is read from cgroup v1 and v2, with those of all parents, wherever they are mounted.

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#include <unistd.h>
#endif

#include <tandem/core/error.hpp>
#include <tandem/core/options.hpp>

namespace tandem::backend {

/// The lines of a small text file; none if it cannot be read.
inline std::vector<std::string> lines_of(std::string const& path) {
  std::vector<std::string> lines;
  std::FILE* const file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return lines;
  std::string line;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    lines.push_back(std::move(line));
    line.clear();
  }
  std::fclose(file);
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

/// The parts of a line between separators.
inline std::vector<std::string_view> fields_of(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  for (;;) {
    std::size_t const end = line.find(separator);
    fields.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
  }
}

/// Whether a comma-separated list, of controllers or mount options, names `word`.
inline bool names(std::string_view list, std::string_view word) {
  for (std::string_view const field : fields_of(list, ','))
    if (field == word) return true;
  return false;
}

/// Cores granted by one cgroup folder, v2's `cpu.max` or v1's `cpu.cfs_quota_us`; infinity where nothing limits.
inline double folder_quota(std::string const& folder, bool version_2) {
  double quota = -1, period = 0;
  if (version_2) {
    std::vector<std::string> const limit = lines_of(detail::joined(folder, "/cpu.max"));
    if (!limit.empty() && limit[0].substr(0, 3) != "max") std::sscanf(limit[0].c_str(), "%lf %lf", &quota, &period);
  } else {
    std::vector<std::string> const total = lines_of(detail::joined(folder, "/cpu.cfs_quota_us")),
                                   each = lines_of(detail::joined(folder, "/cpu.cfs_period_us"));
    if (!total.empty() && !each.empty()) quota = std::atof(total[0].c_str()), period = std::atof(each[0].c_str());
  }
  return quota > 0 && period > 0 ? quota / period : std::numeric_limits<double>::infinity();
}

/// Cores granted by the cgroups of this process: the least quota on the way from its own folder to the mount point.
/// `root` is put before every path that is read, so that tests can bring files of their own.
inline double cgroup_quota(std::string const& root = "") {
  double least = std::numeric_limits<double>::infinity();
  std::vector<std::string> const memberships = lines_of(detail::joined(root, "/proc/self/cgroup"));
  for (std::string const& mount : lines_of(detail::joined(root, "/proc/self/mountinfo"))) {
    // id parent major:minor root mount-point options ... - type source super-options
    std::vector<std::string_view> const fields = fields_of(mount, ' ');
    std::size_t dash = 6;
    while (dash < fields.size() && fields[dash] != "-") ++dash;
    if (dash + 3 >= fields.size()) continue;
    bool const version_2 = fields[dash + 1] == "cgroup2";
    if (!version_2 && !(fields[dash + 1] == "cgroup" && names(fields[dash + 3], "cpu"))) continue;
    for (std::string const& membership : memberships) {
      std::vector<std::string_view> const parts = fields_of(membership, ':');  // id:controllers:path
      if (parts.size() < 3 || (version_2 ? !parts[1].empty() : !names(parts[1], "cpu"))) continue;
      std::string path(membership.substr(parts[0].size() + parts[1].size() + 2));
      std::string_view const mounted = fields[3] == "/" ? std::string_view() : fields[3];
      // Within a container the mount may show a subtree only, and the path may lie outside of what can be seen.
      bool const below =
          path.compare(0, mounted.size(), mounted) == 0 && (path.size() == mounted.size() || path[mounted.size()] == '/');
      if (below) path.erase(0, mounted.size());
      else path.clear();
      std::string const top = detail::joined(root, fields[4]);
      for (std::string folder = path == "/" ? "" : path;; folder.erase(folder.rfind('/'))) {
        double const quota = folder_quota(detail::joined(top, folder), version_2);
        if (quota < least) least = quota;
        if (folder.rfind('/') == std::string::npos) break;
      }
    }
  }
  return least;
}

/// Cores that the affinity mask lets this process run on, whichever of its threads asks; at least 1.
inline std::size_t available_cores() {
#if defined(__linux__)
  for (std::size_t cpus = 1024; cpus <= (std::size_t{1} << 20); cpus *= 4) {
    cpu_set_t* const mask = CPU_ALLOC(cpus);
    if (mask == nullptr) break;
    std::size_t const bytes = CPU_ALLOC_SIZE(cpus);
    int const found = sched_getaffinity(::getpid(), bytes, mask) == 0 ? CPU_COUNT_S(bytes, mask) : 0;
    CPU_FREE(mask);
    if (found > 0) return static_cast<std::size_t>(found);
  }
#endif
  unsigned const hardware = std::thread::hardware_concurrency();
  return hardware > 0 ? hardware : 1;
}

/// What the environment variable TANDEM_JOBS asks for: a positive number, -1 for all cores; 0, empty or unset for nothing (0).
inline std::size_t jobs_from_environment() {
  char const* const text = std::getenv("TANDEM_JOBS");
  if (text == nullptr || *text == '\0') return 0;
  char* end = nullptr;
  long const value = std::strtol(text, &end, 10);
  if (*end != '\0' || value < -1 || value > 1'000'000)
    detail::throw_invalid_argument("tandem::default_jobs: TANDEM_JOBS must be a number of threads, or -1 for all, got \"", text,
                                   "\"");
  return value == -1 ? available_cores() : static_cast<std::size_t>(value);
}

/// min(affinity mask, cgroup quota rounded up), at least 1.
inline std::size_t granted_cores() {
  std::size_t const cores = available_cores();
  double const quota = std::ceil(cgroup_quota());
  return quota < static_cast<double>(cores) ? (quota < 1 ? 1 : static_cast<std::size_t>(quota)) : cores;
}

/// The number behind the option `jobs = 0`; found out by the first call and kept.
inline std::size_t default_jobs() {
  static std::size_t const jobs = [] {
    std::size_t const wanted = jobs_from_environment();
    return wanted > 0 ? wanted : granted_cores();
  }();
  return jobs;
}

/// The number of threads that options ask for; none are options left at their defaults.
inline std::size_t jobs_of(options const* chosen) {
  if (chosen == nullptr) return default_jobs();
  if (chosen->jobs.negative()) return available_cores();
  std::size_t const jobs = chosen->jobs.checked("tandem::with", "jobs");
  if (jobs > 0) return jobs;
  // Threads that wait need no core each: the number that Python's thread pools take.
  return chosen->blocking ? (default_jobs() + 4 < 32 ? default_jobs() + 4 : 32) : default_jobs();
}

}  // namespace tandem::backend
