// SPDX-License-Identifier: Apache-2.0
// Row 10 of the robustness table: debug builds of the library catch a use of a nursery that has ended.
#include "bounded.hpp"
#include "sanitized.hpp"

#include <covey/covey.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <gtest/gtest.h>
#include <new>
#include <thread>
#include <unistd.h>

namespace {

using covey_test::bounded;

#if defined(NDEBUG)
constexpr bool debug_build = false;
#else
constexpr bool debug_build = true;
#endif

// A nursery in memory that stays valid, so that what a late thread finds there is the same every time.
template <class Nursery>
class laid_out {
 public:
  Nursery& open(covey::nursery_options options = {}) {
    return *::new (static_cast<void*>(&bytes_)) Nursery(options);
  }
  covey::nursery& open_plain() { return *::new (static_cast<void*>(&bytes_)) covey::nursery; }
  Nursery& get() { return *std::launder(reinterpret_cast<Nursery*>(&bytes_)); }
  void end() { get().~Nursery(); }
  void overwrite(int with) { std::memset(bytes_.data(), with, bytes_.size()); }

 private:
  alignas(Nursery) std::array<std::byte, sizeof(Nursery)> bytes_;
};

// Ends with status 6 if nothing was caught.
template <class Use>
void on_a_foreign_thread(Use use) {
  std::thread(use).join();
  ::_exit(6);
}

class ended_nursery : public testing::Test {
 protected:
  void SetUp() override {
    if (!debug_build) {
      GTEST_SKIP() << "the library looks for this in debug builds only";
    }
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }

 private:
  bounded bound_;
};

constexpr const char* caught =
    "covey: spawn at .*ended_nursery_test.cpp:[0-9]+.*: the nursery has "
    "ended; it was opened at .*ended_nursery_test.cpp:[0-9]+";

TEST_F(ended_nursery, row_10_a_spawn_from_a_foreign_thread_is_caught_and_names_both_sites) {
  EXPECT_DEATH(
      {
        laid_out<covey::nursery> kids;
        kids.open_plain().run([] {});
        kids.end();
        on_a_foreign_thread([&] { kids.get().run([] {}); });
      },
      caught);
}

TEST_F(ended_nursery, row_10_a_spawn_is_caught_if_the_nursery_never_had_a_child) {
  EXPECT_DEATH(
      {
        laid_out<covey::nursery> kids;
        kids.open_plain();
        kids.end();
        on_a_foreign_thread([&] { static_cast<void>(kids.get().spawn([] { return 1; })); });
      },
      caught);
}

TEST_F(ended_nursery, row_10_a_spawn_into_an_inner_nursery_is_caught_while_the_outer_one_is_open) {
  if (covey_test::sanitized) {
    GTEST_SKIP() << "sanitizers watch the fast end of a nursery, which leaves no mark";
  }
  EXPECT_DEATH(
      {
        covey::nursery outer;
        laid_out<covey::nursery> inner;
        inner.open_plain();
        inner.end();
        on_a_foreign_thread([&] { inner.get().run([] {}); });
      },
      caught);
}

TEST_F(ended_nursery, row_10_a_spawn_is_caught_with_options_after_a_join_and_on_the_own_thread) {
  EXPECT_DEATH(
      {
        laid_out<covey::nursery> kids;
        kids.open({.name = "gone", .limit = 3}).run([] {});
        kids.get().join();
        kids.end();
        kids.get().run([] {});
        ::_exit(6);
      },
      caught);
}

TEST_F(ended_nursery, row_10_a_spawn_into_a_destroyed_box_is_caught) {
  EXPECT_DEATH(
      {
        laid_out<covey::nursery_box> kids;
        kids.open().run([] {});
        kids.end();
        on_a_foreign_thread([&] { kids.get().run([] {}); });
      },
      caught);
}

TEST_F(ended_nursery, row_10_a_spawn_is_caught_when_the_memory_was_used_again) {
  for (const int with : {0x00, 0x41, 0xFF}) {
    EXPECT_DEATH(
        {
          laid_out<covey::nursery> kids;
          kids.open_plain().run([] {});
          kids.end();
          kids.overwrite(with);
          on_a_foreign_thread([&] { kids.get().run([] {}); });
        },
        "covey: spawn at .*ended_nursery_test.cpp:[0-9]+.*: there is no nursery any more");
  }
}

TEST_F(ended_nursery, row_10_other_uses_are_caught_too) {
  const auto after_the_end = [](auto use) {
    laid_out<covey::nursery> kids;
    kids.open_plain().run([] {});
    kids.end();
    on_a_foreign_thread([&] { use(kids.get()); });
  };
  EXPECT_DEATH(after_the_end([](covey::nursery& kids) { kids.stop("late"); }),
               "covey: stop.. at .*ended_nursery_test.cpp:[0-9]+.*: the nursery has ended");
  EXPECT_DEATH(after_the_end([](covey::nursery& kids) { kids.join(); }), "covey: join.. *: the");
  EXPECT_DEATH(after_the_end([](covey::nursery& kids) { kids.wait_idle(); }),
               "covey: wait_idle.. *: the");
  EXPECT_DEATH(after_the_end([](covey::nursery& kids) { static_cast<void>(kids.open_door()); }),
               "covey: open_door.. *: the");
}

TEST_F(ended_nursery, an_open_nursery_is_never_taken_for_an_ended_one) {
  covey::pool pool{2};
  covey::pool other{2};
  for (int round = 0; round < 200; ++round) {
    covey::nursery outer{{.pool = &pool}};
    covey::nursery inner{{.pool = &other}};
    covey::nursery plain;
    std::thread foreign([&] {
      for (covey::nursery* each : {&outer, &inner, &plain}) {
        each->run([] {});
      }
    });
    foreign.join();
    auto nested = plain.spawn([&] {
      covey::nursery below;
      below.run([&] { outer.run([] {}); });
      below.run([&] { inner.run([] {}); });
    });
    nested.get();
  }
}

}  // namespace
