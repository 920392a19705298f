// SPDX-License-Identifier: Apache-2.0
// Abuse and faults, one test per row of the robustness table: rows 10 to 16.
#include "counted.hpp"
#include "each_pool_size.hpp"
#include "one_processor.hpp"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(robustness_structure);

TEST_P(robustness_structure, row_10_a_spawn_into_a_closed_nursery_is_an_error_and_unrun) {
  const int before = covey_test::counted::alive();
  covey::nursery kids{here({.name = "closed"})};
  kids.join();
  const auto text = covey_test::message_of<covey::structure_error>(
      [&] { kids.run([] { FAIL() << "ran after the close"; }); });
  EXPECT_TRUE(covey_test::contains(text, "closed")) << text;
  EXPECT_TRUE(covey_test::contains(text, "robustness_structure_test.cpp")) << text;
  const auto spawns = [&] {
    static_cast<void>(kids.spawn([payload = covey_test::counted(1)] { return payload.value(); }));
  };
  EXPECT_THROW(spawns(), covey::structure_error);
  EXPECT_EQ(covey_test::counted::alive(), before);
}

TEST_P(robustness_structure, row_10_a_spawn_from_a_child_during_join_is_allowed) {
  std::atomic<int> ran{0};
  gate spawner_runs;
  gate owner_joins;
  covey::nursery kids{here()};
  kids.run([&] {
    spawner_runs.open();
    owner_joins.wait_in_child();
    for (int i = 0; i < 10; ++i) {
      kids.run([&] { ++ran; });
    }
  });
  spawner_runs.wait();
  std::thread opener([&] { owner_joins.open(); });
  kids.join();
  opener.join();
  EXPECT_EQ(ran.load(), 10);
}

TEST_P(robustness_structure, row_10_a_spawn_from_a_foreign_thread_works_with_a_door) {
  covey::nursery kids{here()};
  covey::future<int> value;
  std::thread foreign(
      [&, door = kids.open_door()]() mutable { value = door.spawn([] { return 1; }); });
  foreign.join();
  EXPECT_EQ(value.get(), 1);
}

TEST_P(robustness_structure, row_10_a_spawn_from_a_foreign_thread_works_without_a_door_while_open) {
  std::atomic<int> ran{0};
  covey::future<int> value;
  covey::nursery kids{here()};
  std::thread foreign([&] {
    value = kids.spawn([] { return 1; });
    for (int i = 0; i < 10; ++i) {
      kids.run([&] { ++ran; });
    }
  });
  foreign.join();
  EXPECT_EQ(value.get(), 1);
  kids.join();
  EXPECT_EQ(ran.load(), 10);
}

TEST_P(robustness_structure, row_11_a_nursery_destroyed_while_unwinding_waits_and_reports) {
  const auto scope = [this] {
    covey::nursery kids{here()};
    auto fails = kids.spawn([] { throw std::runtime_error("unseen"); });
    fails.wait();
    throw std::logic_error("body");
  };
  EXPECT_THROW(scope(), std::logic_error);
  EXPECT_EQ(unhandled(), strings{"unseen"});
}

TEST_P(robustness_structure,
       row_11_and_14_a_nursery_joined_on_another_thread_works_on_one_processor) {
  const covey_test::one_processor only;
  covey::pool narrow{{.threads = GetParam()}};
  std::atomic<int> ran{0};
  covey::nursery kids{{.pool = &narrow}};
  for (int i = 0; i < 50; ++i) {
    kids.run([&] { ++ran; });
  }
  std::thread joiner([&] { kids.join(); });
  joiner.join();
  EXPECT_EQ(ran.load(), 50);
}

TEST_P(robustness_structure, row_12_a_join_from_two_threads_gives_both_the_same_outcome) {
  gate leave;
  covey::nursery kids{here()};
  kids.run([&] {
    leave.wait_in_child();
    throw std::runtime_error("for both");
  });
  strings other_saw;
  std::thread other([&] { other_saw = failures_of([&] { kids.join(); }); });
  leave.open();
  const strings saw = failures_of([&] { kids.join(); });
  other.join();
  EXPECT_EQ(saw, strings{"for both"});
  EXPECT_EQ(other_saw, saw);
}

TEST_P(robustness_structure, row_12_a_second_join_gives_the_same_outcome) {
  covey::nursery kids{here()};
  kids.run([] { throw std::runtime_error("again"); });
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"again"});
  EXPECT_EQ(failures_of([&] { kids.join(); }), strings{"again"});
}

TEST_P(robustness_structure, row_14_a_wait_inside_every_child_of_a_full_pool_finishes) {
  covey::nursery outer{here()};
  std::vector<covey::future<int>> sums;
  for (int i = 0; i < 32; ++i) {
    sums.push_back(outer.spawn([this] {
      covey::nursery inner{here()};
      auto a = inner.spawn([] { return 1; });
      auto b = inner.spawn([] { return 2; });
      a.wait();
      return b.get() + a.get();
    }));
  }
  for (auto& sum : sums) {
    EXPECT_EQ(sum.get(), 3);
  }
}

TEST_P(robustness_structure, row_14_children_that_wait_for_their_later_siblings_finish) {
  constexpr std::size_t n = 50;
  gate assigned;
  std::vector<covey::future<int>> chain(n);
  covey::nursery kids{here()};
  for (std::size_t i = 0; i < n; ++i) {
    chain[i] = kids.spawn([&, i] {
      assigned.wait_in_child();
      return i + 1 == n ? 1 : chain[i + 1].get() + 1;
    });
  }
  assigned.open();
  EXPECT_EQ(chain[0].get(), static_cast<int>(n));
}

TEST_P(robustness_structure,
       row_15_no_unrelated_task_runs_on_a_stack_that_holds_a_lock_while_it_waits) {
  std::mutex lock;
  int guarded = 0;
  covey::nursery kids{here()};
  for (int i = 0; i < 40; ++i) {
    kids.run([&] {
      const std::lock_guard hold(lock);
      covey::nursery inner{here()};
      auto part = inner.spawn([] { return 1; });
      guarded += part.get();
    });
  }
  kids.join();
  EXPECT_EQ(guarded, 40);
}

TEST_P(robustness_structure,
       row_16_nesting_that_thieves_carry_on_ends_well_or_in_a_structure_error) {
  const auto nest = [this](const auto& self, int depth) -> int {
    if (depth == 0) {
      return 0;
    }
    covey::nursery kids{here({.policy = covey::policy::supervise})};
    auto deeper = kids.spawn([&] { return self(self, depth - 1); });
    return deeper.get() + 1;
  };
  try {
    // Thieves with fresh stacks may carry it all the way. The time grows with the square of the depth that they reach
    // together. Under AddressSanitizer a stack holds some 1,500 levels; under ThreadSanitizer hundreds of full stacks with
    // their shadows do not fit into memory.
    constexpr int depth = COVEY_TSAN != 0 ? 1'000 : COVEY_ASAN != 0 ? 20'000 : 1'000'000;
    EXPECT_EQ(nest(nest, depth), depth);
  } catch (const covey::structure_error& error) {
    EXPECT_TRUE(covey_test::contains(error.what(), "stack")) << error.what();
  }
}

}  // namespace
