// SPDX-License-Identifier: BSL-1.0
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <catch2/catch_test_macros.hpp>

#include <tandem/memoize/options.hpp>

TEST_CASE("Options left out remember everything, adaptively, and hand errors on") {
  tandem::memo_options<> const none;
  CHECK(none.capacity.checked("f", "capacity") == SIZE_MAX);
  CHECK(none.policy == tandem::eviction::adaptive);
  CHECK(none.errors == tandem::memo_errors::propagate);
}

TEST_CASE("Options with a key of one's own find its type") {
  auto const key = [](int k) { return k % 10; };
  auto const chosen = tandem::keyed_by(key, {.capacity = 5});
  static_assert(std::is_same_v<decltype(chosen.key), std::remove_const_t<decltype(key)>>);
  CHECK(chosen.key(13) == 3);
  CHECK(chosen.capacity.checked("f", "capacity") == 5);
}

TEST_CASE("A cycle is an error of logic, and counts begin at nothing") {
  static_assert(std::is_base_of_v<std::logic_error, tandem::memo_cycle_error>);
  CHECK(std::string(tandem::memo_cycle_error("text").what()) == "text");
  tandem::memo_info const info;
  CHECK(info.hits + info.misses + info.evictions + info.size + info.capacity + info.waits == 0);
}
