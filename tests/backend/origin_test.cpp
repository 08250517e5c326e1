// SPDX-License-Identifier: BSL-1.0
#include <atomic>
#include <cstddef>
#include <optional>
#include <thread>

#include <oneapi/tbb/parallel_for.h>
#include <catch2/catch_test_macros.hpp>

#include <tandem/backend/origin.hpp>
#include <tandem/backend/tasks.hpp>

#include "support/crew.hpp"
#include "support/foreign_tasks.hpp"
#include "support/rendezvous.hpp"

using namespace tandem::backend;

TEST_CASE("An origin lasts as long as its scope") {
  int mine = 0;
  CHECK(current_origin.computation == nullptr);
  {
    origin_scope const outer({&mine, nullptr});
    CHECK(current_origin.computation == &mine);
    {
      origin_scope const inner({});
      CHECK(current_origin.computation == nullptr);
    }
    CHECK(current_origin.computation == &mine);
    std::jthread([] { CHECK(current_origin.computation == nullptr); }).join();
  }
  CHECK(current_origin.computation == nullptr);
}

TEST_CASE("A way is kept by work that outlives those who have gone it") {
  std::optional<kept_way> kept;
  {
    trail const first{1, nullptr}, second{2, &first};
    origin_scope const scope({nullptr, nullptr, &second});
    kept.emplace();
  }
  REQUIRE(kept->last() != nullptr);
  CHECK(kept->last()->mark == 2);
  REQUIRE(kept->last()->before != nullptr);
  CHECK(kept->last()->before->mark == 1);
  CHECK(kept->last()->before->before == nullptr);
  CHECK(kept_way().last() == nullptr);
}

TEST_CASE("What a job does is certain nowhere, on whichever thread") {
  struct asking final : background {
    asking() : background("test") {}
    void work() noexcept override { certain = origin_is_certain(); }
    void drop() noexcept override {}
    void forget() noexcept override {}
    bool certain = true;
  };
  std::jthread([] {
    asking here;
    CHECK(origin_is_certain());
    here.run();
    CHECK_FALSE(here.certain);
    CHECK(origin_is_certain());
  }).join();
}

TEST_CASE("Helpers of a call inherit its origin, in tasks and in threads of its own, and give it back") {
  tests::skip_where_foreign_tasks_look_like_races();
  for (bool blocking : {false, true}) {
    tests::crew crew(4);
    crew.run([&] {
      int mine = 0;
      origin_scope const scope({&mine, nullptr});
      tandem::options const chosen{.blocking = blocking};
      tests::rendezvous all(4);
      std::atomic<int> wrong = 0;
      for_chunks("tandem::test", split(4, 1), 4, &chosen, start::at_once, [&](std::size_t, std::size_t) {
        all.arrive();
        wrong += current_origin.computation != &mine;
      });
      CHECK(all.happened());
      CHECK(wrong == 0);
    });
    std::atomic<int> left_behind = 0;
    crew.run([&] { oneapi::tbb::parallel_for(0, 100, [&](int) { left_behind += current_origin.computation != nullptr; }); });
    CHECK(left_behind == 0);
  }
}

TEST_CASE("It is certain whom a thread outside of tasks works for, and whom a helper, and not whom a task of oneTBB") {
  tests::skip_where_foreign_tasks_look_like_races();
  std::jthread([] {
    CHECK(origin_is_certain());
    std::atomic<int> uncertain = 0, certain = 0;
    for_chunks("tandem::test", split(64, 1), 4, nullptr, start::at_once, [&](std::size_t, std::size_t) {
      ++(origin_is_certain() ? certain : uncertain);
      oneapi::tbb::parallel_for(0, 2, [&](int) { ++(origin_is_certain() ? certain : uncertain); });
    });
    CHECK(certain == 64);
    CHECK(uncertain == 128);
    CHECK(origin_is_certain());
    int mine = 0;
    origin_scope const unknown({&mine, nullptr});
    CHECK_FALSE(origin_is_certain());
    origin_scope const known({&mine, context_here()});
    CHECK(origin_is_certain());
    for_chunks("tandem::test", split(8, 1), 4, nullptr, start::at_once,
               [&](std::size_t, std::size_t) { certain += current_origin.computation == &mine && origin_is_certain(); });
    CHECK(certain == 72);
  }).join();
}
