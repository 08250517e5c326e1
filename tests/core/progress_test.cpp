// SPDX-License-Identifier: BSL-1.0
#include <string>
#include <type_traits>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include <tandem/core/progress.hpp>

namespace {

struct recorder {
  std::vector<tandem::progress_info> seen;
  void update(tandem::progress_info const& info) { seen.push_back(info); }
};

struct counter_behind_const {
  int* updates;
  void update(tandem::progress_info const&) const { ++*updates; }
};

struct base {
  int updates = 0;
  virtual ~base() = default;
  virtual void update(tandem::progress_info const&) { ++updates; }
};
struct derived : base {
  int own = 0;
  void update(tandem::progress_info const&) override { ++own; }
};

struct by_value {
  double seconds = 0;
  bool update(tandem::progress_info info) { return (seconds = info.seconds) > 0; }
};

struct no_sink {};
struct other_update {
  void update(int) {}
};

}  // namespace

TEST_CASE("Progress begins with nothing done of nothing") {
  tandem::progress_info const info;
  CHECK(info.done == 0);
  CHECK(info.total == 0);
  CHECK(info.seconds == 0);
  CHECK(info.label.empty());
}

TEST_CASE("Anything with an update is a sink and nothing else is") {
  STATIC_REQUIRE(tandem::progress_sink<recorder>);
  STATIC_REQUIRE(tandem::progress_sink<derived>);
  STATIC_REQUIRE(tandem::progress_sink<by_value>);
  STATIC_REQUIRE(tandem::progress_sink<counter_behind_const const>);
  STATIC_REQUIRE(!tandem::progress_sink<recorder const>);
  STATIC_REQUIRE(!tandem::progress_sink<no_sink>);
  STATIC_REQUIRE(!tandem::progress_sink<other_update>);
  STATIC_REQUIRE(!tandem::progress_sink<int>);
  STATIC_REQUIRE(std::is_convertible_v<recorder*, tandem::progress_pointer>);
  STATIC_REQUIRE(!std::is_constructible_v<tandem::progress_pointer, recorder>);
  STATIC_REQUIRE(!std::is_constructible_v<tandem::progress_pointer, recorder const*>);
  STATIC_REQUIRE(!std::is_constructible_v<tandem::progress_pointer, no_sink*>);
  STATIC_REQUIRE(!std::is_constructible_v<tandem::progress_pointer, void*>);
}

TEST_CASE("A pointer to nothing is false") {
  CHECK_FALSE(tandem::progress_pointer());
  CHECK_FALSE(tandem::progress_pointer(nullptr));
  CHECK_FALSE(tandem::progress_pointer(static_cast<recorder*>(nullptr)));
  STATIC_REQUIRE(!std::is_convertible_v<tandem::progress_pointer, bool>);
}

TEST_CASE("A pointer hands every part of an update to its sink") {
  recorder sink;
  tandem::progress_pointer const pointer = &sink;
  CHECK(pointer);
  pointer.update({3, 10, 0.5, "fits"});
  REQUIRE(sink.seen.size() == 1);
  CHECK(sink.seen[0].done == 3);
  CHECK(sink.seen[0].total == 10);
  CHECK(sink.seen[0].seconds == 0.5);
  CHECK(sink.seen[0].label == "fits");
}

TEST_CASE("Copies of a pointer tell the same sink and virtual updates are called as such") {
  derived sink;
  tandem::progress_pointer first = static_cast<base*>(&sink);
  tandem::progress_pointer const second = first;
  first = nullptr;
  CHECK_FALSE(first);
  second.update({});
  CHECK(sink.own == 1);
  CHECK(sink.updates == 0);
}

TEST_CASE("A sink that is const and a sink that returns something will do") {
  int updates = 0;
  counter_behind_const const sink{&updates};
  tandem::progress_pointer(&sink).update({});
  CHECK(updates == 1);
  by_value other;
  tandem::progress_pointer(&other).update({1, 1, 2.5, {}});
  CHECK(other.seconds == 2.5);
}
