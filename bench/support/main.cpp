// SPDX-License-Identifier: BSL-1.0
// The benchmark program. bench/report/run.py calls it once a case; so a case that crashes loses no other, every case
// begins with fresh pools, and what is not asked for costs nothing.
//
//   --describe                             all problems, cases, variants and versions, as JSON
//   --limits [--quick]                     the machine's limits, as JSON
//   --case=P/T/S [--variants=a,b] ...      checks the variants of one case, then times them; other options go to Google Benchmark
//   --memory=P/T/S --variants=a            runs one variant once; the memory it took, as JSON

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <oneapi/tbb/version.h>
#include <tandem/tandem.hpp>

#include "../limits/limits.hpp"
#include "json.hpp"
#include "memory.hpp"
#include "suite.hpp"

namespace bench {
namespace {

using detail::registered_case;
using detail::registered_variant;
using detail::the_registry;
using clock = std::chrono::steady_clock;

std::string key_of(case_info const& info) { return info.problem + '/' + info.type + '/' + info.size; }

char const* word_of(threads count) { return count == threads::one ? "one" : "all"; }

bool belongs(registered_variant const& variant, registered_case const& to) {
  return variant.problem == to.info.problem && variant.data_type == to.data_type;
}

std::string version(int major, int minor, int patch) {
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

#define BENCH_TEXT_OF(...) #__VA_ARGS__
#define BENCH_TEXT(...) BENCH_TEXT_OF(__VA_ARGS__)

std::string describe_build() {
  json::writer versions('{');
  versions.add("tandem", version(TANDEM_VERSION_MAJOR, TANDEM_VERSION_MINOR, TANDEM_VERSION_PATCH));
  versions.add("oneTBB", version(TBB_VERSION_MAJOR, TBB_VERSION_MINOR, TBB_VERSION_PATCH));
  versions.add("xsimd", version(XSIMD_VERSION_MAJOR, XSIMD_VERSION_MINOR, XSIMD_VERSION_PATCH));
  versions.add("Google Benchmark", BENCH_GOOGLE_BENCHMARK_VERSION);
  auto more = the_registry().versions;
  std::sort(more.begin(), more.end());
  more.erase(std::unique(more.begin(), more.end()), more.end());
  for (auto const& [library, number] : more) versions.add(library, number);
  return json::writer('{')
      .add("compiler", BENCH_COMPILER)
      .add("flags", BENCH_FLAGS)
      .add("instruction_set", xsimd::default_arch::name())
      .add("abi_tag", BENCH_TEXT(TANDEM_ABI))
      .add("register_bits", static_cast<double>(xsimd::batch<double>::size * 64))
      .raw("versions", versions.str())
      .str();
}

void describe() {
  json::writer problems('['), cases('[');
  for (problem const& p : the_registry().problems)
    problems.item(json::writer('{').add("name", p.name).add("sentence", p.sentence).add("item", p.item).str());
  for (registered_case const& c : the_registry().cases) {
    json::writer variants('[');
    for (registered_variant const& v : the_registry().variants)
      if (belongs(v, c)) variants.item(json::writer('{').add("name", v.name).add("threads", word_of(v.threads)).str());
    work const& w = c.info.work;
    cases.item(json::writer('{')
                   .add("problem", c.info.problem)
                   .add("type", c.info.type)
                   .add("size", c.info.size)
                   .add("full", c.info.full)
                   .add("quick", c.info.quick)
                   .raw("work", json::writer('{')
                                    .add("items", w.items)
                                    .add("bytes_read", w.bytes_read)
                                    .add("bytes_written", w.bytes_written)
                                    .add("arithmetic", w.arithmetic)
                                    .add("roots", w.roots)
                                    .add("divisions", w.divisions)
                                    .str())
                   .raw("variants", variants.str())
                   .str());
  }
  std::puts(json::writer('{')
                .add("jobs", static_cast<double>(jobs()))
                .raw("build", describe_build())
                .raw("problems", problems.str())
                .raw("cases", cases.str())
                .str()
                .c_str());
}

/// Threads of some pools wait busily after their last call (OpenMP's for some 20 ms). They must not do so in the time of the
/// next variant.
void let_others_sleep(registered_variant const& now) {
  static registered_variant const* before = nullptr;
  bool const busy = before != nullptr && before != &now && before->threads == threads::all && before->name.starts_with("peer_");
  if (busy) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  before = &now;
}

void warm_up(std::function<void()> const& call) {
  auto const begin = clock::now();
  int calls = 0;
  do call();
  while (++calls < 1000 && clock::now() - begin < std::chrono::milliseconds(2));
}

/// Lines for the report: `checking NAME`, then `ok NAME`, `skipped NAME` or `wrong NAME why`. After a crash the last line
/// tells who did it.
void tell(char const* state, std::string const& variant, std::string_view why = "") {
  std::printf("%s %s %.*s\n", state, variant.c_str(), static_cast<int>(why.size()), why.data());
  std::fflush(stdout);
}

bool chosen(std::vector<std::string> const& names, std::string const& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

registered_case const* find_case(std::string const& key) {
  for (registered_case const& c : the_registry().cases)
    if (key_of(c.info) == key) return &c;
  std::fprintf(stderr, "tandem-bench: there is no case %s\n", key.c_str());
  return nullptr;
}

/// Whether the variant may be timed: it has something to do, and does it right.
bool check(registered_case const& of, registered_variant const& variant, void* data, std::function<void()> const& call) {
  if (!call) {
    tell("skipped", variant.name);
    return false;
  }
  if (variant.name.starts_with("limit_")) {
    call();
    tell("ok", variant.name);
    return true;
  }
  of.spoil(data);
  call();
  std::string const error = of.first_error(data);
  tell(error.empty() ? "ok" : "wrong", variant.name, error);
  return error.empty();
}

int run_case(std::string const& key, std::vector<std::string> const& names) {
  registered_case const* const found = find_case(key);
  if (found == nullptr) return 1;
  std::shared_ptr<void> const data = found->make();
  bool all_right = true;
  std::size_t timed = 0;
  for (registered_variant const& variant : the_registry().variants) {
    if (!belongs(variant, *found) || !chosen(names, variant.name)) continue;
    tell("checking", variant.name);
    try {
      std::function<void()> call = variant.prepare(data.get());
      bool const right = check(*found, variant, data.get(), call);
      all_right = all_right && (right || !call);
      if (!right) continue;
      benchmark::RegisterBenchmark((key + '/' + variant.name).c_str(),
                                   [call = std::move(call), &variant](benchmark::State& state) {
                                     let_others_sleep(variant);
                                     warm_up(call);
                                     for (auto _ : state) {
                                       call();
                                       benchmark::ClobberMemory();
                                     }
                                   })
          ->UseRealTime()
          ->Unit(benchmark::kNanosecond);
      ++timed;
    } catch (std::exception const& error) {
      tell("wrong", variant.name, error.what());
      all_right = false;
    }
  }
  if (timed > 0) benchmark::RunSpecifiedBenchmarks();
  benchmark::ClearRegisteredBenchmarks();  // and with them the calls, before the data they use
  return all_right ? 0 : 2;
}

int measure_memory(std::string const& key, std::vector<std::string> const& names) {
  registered_case const* const found = find_case(key);
  if (found == nullptr) return 1;
  std::shared_ptr<void> const data = found->make();
  for (registered_variant const& variant : the_registry().variants) {
    if (!belongs(variant, *found) || !chosen(names, variant.name)) continue;
    bool const fresh_peak = reset_peak_memory();
    resident_memory const before = read_resident_memory();
    std::function<void()> const call = variant.prepare(data.get());
    if (call) call();
    resident_memory const after = read_resident_memory();
    json::writer out('{');
    out.add("peak_bytes", after.peak);
    if (fresh_peak && after.peak > 0) out.add("added_bytes", after.peak - before.now);
    std::puts(out.str().c_str());
    return 0;
  }
  std::fprintf(stderr, "tandem-bench: %s has no such variant\n", key.c_str());
  return 1;
}

std::vector<std::string> split_at_commas(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    std::size_t const end = std::min(list.find(','), list.size());
    if (end > 0) words.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return words;
}

int run(int argc, char** argv) {
  bool describes = false, limits = false, quick = false;
  std::string timed, measured;
  std::vector<std::string> names;
  std::vector<char*> others{argv[0]};
  for (int i = 1; i < argc; ++i) {
    std::string_view const word = argv[i];
    auto const value = [&](std::string_view option, std::string& to) {
      if (!word.starts_with(option)) return false;
      to = word.substr(option.size());
      return true;
    };
    std::string list;
    if (word == "--describe") describes = true;
    else if (word == "--limits") limits = true;
    else if (word == "--quick") quick = true;
    else if (value("--variants=", list)) names = split_at_commas(list);
    else if (!value("--case=", timed) && !value("--memory=", measured)) others.push_back(argv[i]);
  }
  int count = static_cast<int>(others.size());
  others.push_back(nullptr);
  benchmark::Initialize(&count, others.data());
  if (benchmark::ReportUnrecognizedArguments(count, others.data())) return 1;
  if (describes) return describe(), 0;
  if (limits) return std::puts(limits::measure(quick).c_str()), 0;
  if (!measured.empty()) return measure_memory(measured, names);
  if (!timed.empty()) return run_case(timed, names);
  std::fputs("tandem-bench: nothing to do; bench/report/run.py runs this program, bench/README.md says how\n", stderr);
  return 1;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    return bench::run(argc, argv);
  } catch (std::exception const& error) {
    std::fprintf(stderr, "tandem-bench: %s\n", error.what());
    return 1;
  }
}
