// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#if defined(__linux__)
#include <sched.h>
#include <unistd.h>
#endif

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>

#include <tandem/backend/jobs.hpp>
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

using Catch::Matchers::Message;
using namespace std::string_literals;
using tandem::backend::cgroup_quota, tandem::backend::folder_quota;

namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

// The lines that mount the cgroups of either version, as the kernel writes them.
constexpr std::string_view mount_v2 =
    "29 23 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n";
constexpr std::string_view mount_v1 =
    "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n";
constexpr std::string_view other_mounts =
    "23 28 0:21 / /sys rw,nosuid - sysfs sysfs rw\n"
    "24 28 0:22 / /proc rw shared:13 master:1 - proc proc rw\n"
    "34 31 0:31 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
    "35 31 0:32 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n";

// A machine made of files.
class machine {
 public:
  machine(std::string_view membership, std::string_view mounts) {
    files_.write("/proc/self/cgroup", membership);
    files_.write("/proc/self/mountinfo", std::string(other_mounts) + std::string(mounts));
  }
  machine& v2(std::string const& group, std::string_view limit) {
    files_.write("/sys/fs/cgroup" + group + "/cpu.max", limit);
    return *this;
  }
  machine& v1(std::string const& group, std::string_view quota, std::string_view period) {
    files_.write("/sys/fs/cgroup/cpu,cpuacct" + group + "/cpu.cfs_quota_us", quota);
    files_.write("/sys/fs/cgroup/cpu,cpuacct" + group + "/cpu.cfs_period_us", period);
    return *this;
  }
  double quota() const { return cgroup_quota(files_.path()); }

 private:
  tests::temporary_folder files_;
};

// TANDEM_JOBS for one test.
class environment {
 public:
  explicit environment(char const* jobs) {
    if (char const* const before = std::getenv("TANDEM_JOBS")) was_ = before, set_ = true;
    if (jobs == nullptr) ::unsetenv("TANDEM_JOBS");
    else ::setenv("TANDEM_JOBS", jobs, 1);
  }
  environment(environment const&) = delete;
  environment& operator=(environment const&) = delete;
  ~environment() {
    if (set_) ::setenv("TANDEM_JOBS", was_.c_str(), 1);
    else ::unsetenv("TANDEM_JOBS");
  }

 private:
  std::string was_;
  bool set_ = false;
};

}  // namespace

TEST_CASE("Lines of a file are read with or without a newline at the end") {
  tests::temporary_folder const folder;
  folder.write("/a", "one\n\ntwo\n");
  folder.write("/b", "one\ntwo");
  folder.write("/c", "");
  using tandem::backend::lines_of;
  CHECK(lines_of(folder.path() + "/a") == std::vector<std::string>{"one", "", "two"});
  CHECK(lines_of(folder.path() + "/b") == std::vector<std::string>{"one", "two"});
  CHECK(lines_of(folder.path() + "/c").empty());
  CHECK(lines_of(folder.path() + "/none").empty());
  CHECK(lines_of(folder.path()).empty());  // a folder
}

TEST_CASE("Fields are what stands between separators") {
  using tandem::backend::fields_of, tandem::backend::names;
  CHECK(fields_of("a b", ' ') == std::vector<std::string_view>{"a", "b"});
  CHECK(fields_of("", ' ') == std::vector<std::string_view>{""});
  CHECK(fields_of(":a:", ':') == std::vector<std::string_view>{"", "a", ""});
  CHECK(names("rw,cpu,cpuacct", "cpu"));
  CHECK(names("cpu", "cpu"));
  CHECK_FALSE(names("rw,cpuset,cpuacct", "cpu"));
  CHECK_FALSE(names("", "cpu"));
}

TEST_CASE("A group of version 2 grants its quota over its period") {
  auto const [text, cores] =
      GENERATE(std::pair<std::string, double>{"max 100000\n", unlimited}, std::pair<std::string, double>{"max\n", unlimited},
               std::pair<std::string, double>{"200000 100000\n", 2}, std::pair<std::string, double>{"150000 100000", 1.5},
               std::pair<std::string, double>{"50000 100000\n", 0.5}, std::pair<std::string, double>{"1000 1000000\n", 0.001},
               std::pair<std::string, double>{"9000000000000 100000\n", 9e7});
  tests::temporary_folder const folder;
  folder.write("/cpu.max", text);
  CAPTURE(text);
  CHECK(folder_quota(folder.path(), true) == cores);
  CHECK(folder_quota(folder.path(), false) == unlimited);  // version 1 has other files
}

TEST_CASE("A group of version 1 grants its quota over its period") {
  auto const [quota, cores] =
      GENERATE(std::pair<std::string, double>{"-1\n", unlimited}, std::pair<std::string, double>{"300000\n", 3},
               std::pair<std::string, double>{"250000", 2.5}, std::pair<std::string, double>{"1000\n", 0.01});
  tests::temporary_folder const folder;
  folder.write("/cpu.cfs_quota_us", quota);
  CHECK(folder_quota(folder.path(), false) == unlimited);  // the period is missing
  folder.write("/cpu.cfs_period_us", "100000\n");
  CHECK(folder_quota(folder.path(), false) == cores);
  CHECK(folder_quota(folder.path(), true) == unlimited);
}

TEST_CASE("Files of nonsense limit nothing") {
  std::string const text =
      GENERATE("", "\n", "nonsense\n", "100000\n", "0 100000\n", "100000 0\n", "-5 100000\n", "100000 -5\n", "nan 100000\n",
               "inf 100000\n", "1e999 100000\n", "\xff\xfe\n", "  \n200000 100000\n");
  CAPTURE(text);
  tests::temporary_folder const folder;
  folder.write("/cpu.max", text);
  folder.write("/cpu.cfs_quota_us", text);
  folder.write("/cpu.cfs_period_us", "nonsense\n");
  CHECK(folder_quota(folder.path(), true) == unlimited);
  CHECK(folder_quota(folder.path(), false) == unlimited);
}

TEST_CASE("A process in the root group of version 2 has the quota of the mount point") {
  CHECK(machine("0::/\n", mount_v2).quota() == unlimited);
  CHECK(machine("0::/\n", mount_v2).v2("", "300000 100000\n").quota() == 3);
  CHECK(machine("0::/\n", mount_v2).v2("", "max 100000\n").quota() == unlimited);
}

TEST_CASE("The least quota on the way from the own group to the mount point counts") {
  machine files("0::/user.slice/job.scope/step\n", mount_v2);
  files.v2("/user.slice/job.scope/step", "400000 100000\n");
  CHECK(files.quota() == 4);
  files.v2("/user.slice/job.scope", "max 100000\n");
  CHECK(files.quota() == 4);
  files.v2("/user.slice", "150000 100000\n");
  CHECK(files.quota() == 1.5);
  files.v2("", "350000 100000\n");
  CHECK(files.quota() == 1.5);
  files.v2("/user.slice/job.scope/step", "50000 100000\n");
  CHECK(files.quota() == 0.5);
  files.v2("/user.slice/job.scope/step/child", "1000 100000\n").v2("/other", "1000 100000\n");  // those of others do not count
  CHECK(files.quota() == 0.5);
}

TEST_CASE("Version 1 is read where its cpu controller is mounted") {
  std::string_view const membership =
      GENERATE("4:cpu,cpuacct:/batch/job\n3:memory:/other\n0::/\n", "4:cpuacct,cpu:/batch/job\n", "7:cpu:/batch/job\n");
  machine files(membership, mount_v1);
  files.v1("", "-1\n", "100000\n");
  CHECK(files.quota() == unlimited);
  files.v1("/batch/job", "250000\n", "100000\n");
  CHECK(files.quota() == 2.5);
  files.v1("/batch", "50000\n", "50000\n");
  CHECK(files.quota() == 1);
}

TEST_CASE("Controllers with similar names are not the cpu controller") {
  CHECK(machine("4:cpuset:/job\n5:cpuacct:/job\n", mount_v1).v1("/job", "100000\n", "100000\n").quota() == unlimited);
  machine wrong("4:cpu:/job\n", "33 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpuset,cpuacct\n");
  CHECK(wrong.v1("/job", "100000\n", "100000\n").quota() == unlimited);
}

TEST_CASE("Where both versions are mounted the least of both counts") {
  std::string const both = std::string(mount_v1) + "41 31 0:38 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw\n";
  machine files("1:name=systemd:/a\n4:cpu,cpuacct:/job\n0::/unit\n", both);
  CHECK(files.quota() == unlimited);
  files.v1("/job", "400000\n", "100000\n");
  CHECK(files.quota() == 4);
  files.v2("/unified/unit", "300000 100000\n");
  CHECK(files.quota() == 3);
  files.v1("/job", "200000\n", "100000\n");
  CHECK(files.quota() == 2);
}

TEST_CASE("A path beside the mounted part of the tree means the mount point itself") {
  // A container sees its own group as the mount's root, and the path of the host.
  std::string const mount = "29 23 0:26 /docker/abc /sys/fs/cgroup ro,nosuid - cgroup2 cgroup cgroup rw\n";
  SECTION("inside: the part below the mounted one is looked up") {
    machine files("0::/docker/abc/inner\n", mount);
    CHECK(files.v2("", "500000 100000\n").quota() == 5);
    CHECK(files.v2("/inner", "200000 100000\n").quota() == 2);
  }
  SECTION("the mounted one itself") { CHECK(machine("0::/docker/abc\n", mount).v2("", "500000 100000\n").quota() == 5); }
  SECTION("outside") {
    CHECK(machine("0::/\n", mount).v2("", "500000 100000\n").quota() == 5);
    CHECK(machine("0::/system.slice/x\n", mount).v2("", "500000 100000\n").quota() == 5);
    CHECK(machine("0::/../other\n", mount).v2("", "500000 100000\n").quota() == 5);
  }
  SECTION("outside: a folder inside that has the same name is somebody else's") {
    CHECK(machine("0::/unit\n", mount).v2("", "500000 100000\n").v2("/unit", "100000 100000\n").quota() == 5);
  }
  SECTION("a sibling whose name begins alike") {
    CHECK(machine("0::/docker/abcdef/inner\n", mount).v2("", "500000 100000\n").quota() == 5);
  }
  SECTION("the path of the host below a mount of the whole tree: folders that are not there are passed by") {
    CHECK(machine("0::/docker/abc/inner\n", mount_v2).v2("", "500000 100000\n").quota() == 5);
  }
  SECTION("version 1 too") {
    machine files("4:cpu,cpuacct:/docker/abc\n",
                  "33 31 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n");
    CHECK(files.v1("", "700000\n", "100000\n").quota() == 7);
  }
}

TEST_CASE("A group may have colons in its name") {
  CHECK(machine("0::/a:b/c:d\n", mount_v2).v2("/a:b/c:d", "200000 100000\n").quota() == 2);
}

TEST_CASE("Malformed or missing tables limit nothing") {
  CHECK(cgroup_quota(tests::temporary_folder().path() + "/none") == unlimited);
  std::string const membership = GENERATE("", "\n", "0", "0:", "nonsense\n", ":::\n", "0::\n");
  std::string const mounts =
      GENERATE("", "\n", "29\n", "29 23 0:26 / /sys/fs/cgroup rw -\n", "29 23 0:26 / /sys/fs/cgroup rw - cgroup2\n",
               "- - - - - - -\n", "29 23 0:26 / /sys/fs/cgroup rw shared:4\n", "                    \n");
  CAPTURE(membership, mounts);
  CHECK(machine(membership, mounts).quota() == unlimited);
  CHECK(machine("0::/\n", mounts).v2("", "200000 100000\n").quota() == unlimited);
  CHECK(machine(membership, mount_v1).v1("", "200000\n", "100000\n").quota() == unlimited);
}

TEST_CASE("A mount with and without optional fields is the same mount") {
  std::string const optional = GENERATE("", " shared:1", " shared:1 master:2 propagate_from:3 unbindable");
  CHECK(machine("0::/a\n", "29 23 0:26 / /sys/fs/cgroup rw" + optional + " - cgroup2 cgroup2 rw\n")
            .v2("/a", "200000 100000\n")
            .quota() == 2);
}

TEST_CASE("This machine answers too") {
  CHECK(cgroup_quota() > 0);
  CHECK(tandem::backend::available_cores() >= 1);
  CHECK(tandem::backend::granted_cores() >= 1);
  CHECK(tandem::backend::granted_cores() <= tandem::backend::available_cores());
}

#if defined(__linux__)
// Confines a thread, given by its identifier, to one of the cores that it may run on.
static bool confine(pid_t thread) {
  cpu_set_t all;
  if (sched_getaffinity(thread, sizeof all, &all) != 0) return false;
  std::size_t cpu = 0;
  while (!CPU_ISSET(cpu, &all)) ++cpu;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  return sched_setaffinity(thread, sizeof one, &one) == 0;
}

TEST_CASE("Cores are those of the process's affinity mask") {
  cpu_set_t before;
  REQUIRE(sched_getaffinity(::getpid(), sizeof before, &before) == 0);
  REQUIRE(confine(::getpid()));
  std::size_t const counted = tandem::backend::available_cores(), kept = tandem::backend::granted_cores();
  REQUIRE(sched_setaffinity(::getpid(), sizeof before, &before) == 0);
  CHECK(counted == 1);
  CHECK(kept == 1);
  CHECK(tandem::backend::available_cores() == static_cast<std::size_t>(CPU_COUNT(&before)));
}

TEST_CASE("A thread that is confined to a core speaks for itself only") {
  std::size_t const all = tandem::backend::available_cores();
  std::size_t counted = 0;
  std::jthread([&] {
    if (confine(0)) counted = tandem::backend::available_cores();
  }).join();
  CHECK(counted == all);
}
#endif

TEST_CASE("TANDEM_JOBS is a number and nothing else") {
  using tandem::backend::jobs_from_environment;
  auto const read = [](char const* text) {
    environment const set(text);
    return jobs_from_environment();
  };
  CHECK(read(nullptr) == 0);
  CHECK(read("") == 0);
  CHECK(read("0") == 0);
  CHECK(read("1") == 1);
  CHECK(read("17") == 17);
  CHECK(read("1000000") == 1'000'000);
  CHECK(read("-1") == tandem::backend::available_cores());
  std::string const bad =
      GENERATE("-2", "two", "3 ", "3,4", "1.5", "0x10", " ", "1000001", "99999999999999999999", "-99999999999999999999", "3\n");
  CAPTURE(bad);
  CHECK_THROWS_MATCHES(
      read(bad.c_str()), std::invalid_argument,
      Message("tandem::default_jobs: TANDEM_JOBS must be a number of threads, or -1 for all, got \"" + bad + "\""));
}

// default_jobs() is found out once a process, so each of these looks in a process of its own. Nothing else in this
// program may ask for it.
TEST_CASE("The default number of jobs is what TANDEM_JOBS says and else what was granted") {
  using tandem::backend::default_jobs;
  auto const said = [](char const* text) {
    environment const set(text);
    return tests::said_by_child([] { return std::to_string(default_jobs()); });
  };
  CHECK(said("5") == "5");
  CHECK(said(nullptr) == std::to_string(tandem::backend::granted_cores()));
  CHECK(said("0") == std::to_string(tandem::backend::granted_cores()));
  CHECK(said("") == std::to_string(tandem::backend::granted_cores()));
  CHECK(said("-1") == std::to_string(tandem::backend::available_cores()));
  CHECK(said("many") == "threw: tandem::default_jobs: TANDEM_JOBS must be a number of threads, or -1 for all, got \"many\"");
}

TEST_CASE("The default number of jobs is kept and a failure is not") {
  using tandem::backend::default_jobs;
  environment const restored(nullptr);
  CHECK(tests::said_by_child([] {
          std::string said;
          for (char const* jobs : {"nonsense", "6", "7", "nonsense"}) {
            ::setenv("TANDEM_JOBS", jobs, 1);
            try {
              said += std::to_string(default_jobs()) + ' ';
            } catch (std::invalid_argument const&) {
              said += "refused ";
            }
          }
          return said;
        }) == "refused 6 6 6 ");
}

TEST_CASE("Options name their jobs and leave the rest to the default") {
  using tandem::backend::jobs_of;
  environment const restored("3");
  CHECK(tests::said_by_child([] {
          tandem::options const none, four{.jobs = 4}, all{.jobs = -1}, waiting{.blocking = true},
              five_waiting{.jobs = 5, .blocking = true};
          std::string said;
          for (tandem::options const* chosen :
               {static_cast<tandem::options const*>(nullptr), &none, &four, &waiting, &five_waiting})
            said += std::to_string(jobs_of(chosen)) + ' ';
          return said + (jobs_of(&all) == tandem::backend::available_cores() ? "all" : "not all");
        }) == "3 3 4 7 5 all");
  environment const many("100");
  CHECK(tests::said_by_child([] {
          tandem::options const waiting{.blocking = true};
          return std::to_string(jobs_of(nullptr)) + ' ' + std::to_string(jobs_of(&waiting));
        }) == "100 32");
}
