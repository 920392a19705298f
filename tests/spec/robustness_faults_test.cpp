// SPDX-License-Identifier: Apache-2.0
// Abuse and faults, one test per row of the robustness table: rows 3 to 9.
#include "each_pool_size.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>
#include <type_traits>

namespace {

using covey_test::counted;
using covey_test::failures_of;
using covey_test::gate;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(robustness_faults);

covey::nursery_options supervising() {
  return {.policy = covey::policy::supervise};
}

struct rude_what : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return nullptr; }
};

struct throws_when_copied : std::runtime_error {
  using std::runtime_error::runtime_error;
  throws_when_copied(const throws_when_copied& other) : std::runtime_error(other) {
    throw std::logic_error("copied");
  }
};

TEST_P(robustness_faults, row_03_many_that_throw_at_once_are_all_reported_in_spawn_order) {
  constexpr int n = 200;
  strings expected;
  covey::nursery kids{here(supervising())};
  for (int i = 0; i < n; ++i) {
    expected.push_back(std::to_string(i));
    kids.run([i] { throw std::runtime_error(std::to_string(i)); });
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), expected);
}

TEST_P(robustness_faults, row_03_children_that_throw_together_are_all_kept_by_fail_fast) {
  // All are running before the first throws: fail-fast cannot prevent them.
  constexpr std::size_t n = 8;
  covey_test::head_count started;
  covey::nursery kids{here()};
  for (std::size_t i = 0; i < n; ++i) {
    kids.run([&, i] {
      started.enter();
      covey::blocking([&] { started.wait_entered(n); });
      throw std::runtime_error(std::to_string(i));
    });
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), (strings{"0", "1", "2", "3", "4", "5", "6", "7"}));
}

TEST_P(robustness_faults, row_04_an_exception_that_is_no_std_exception_keeps_its_type_name) {
  covey::nursery kids{here()};
  auto fails = kids.spawn([] { throw 42; });
  fails.wait();
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.leaves().front().type_name(), "int");
    EXPECT_TRUE(covey_test::contains(all.what(), "int")) << all.what();
  }
  EXPECT_THROW(fails.get(), int);
}

TEST_P(robustness_faults, row_04_a_rude_what_gets_a_fixed_text) {
  covey::nursery kids{here()};
  kids.run([] { throw rude_what(); });
  try {
    kids.join();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(all.size(), 1U);
    EXPECT_TRUE(covey_test::contains(all.what(), "rude_what")) << all.what();
    EXPECT_FALSE(all.leaves().front().message().empty());
  }
}

TEST_P(robustness_faults, row_04_an_exception_that_cannot_be_copied_is_kept_all_the_same) {
  covey::nursery kids{here(supervising())};
  auto fails = kids.spawn([] { throw throws_when_copied("uncopied"); });
  EXPECT_EQ(covey_test::message_of<throws_when_copied>([&] { fails.get(); }), "uncopied");
}

TEST_P(robustness_faults, row_05_a_result_whose_move_throws_fails_its_child) {
  // Read on another thread, so that the result is moved out of the child and not built in place.
  covey::nursery kids{here(supervising())};
  auto fails = kids.spawn([]() -> counted {
    counted result(1);
    counted::throw_on_move(1);
    counted moved(std::move(result));
    return moved;
  });
  EXPECT_THROW(static_cast<void>(fails.get()), covey_test::planted_failure);
  counted::disarm();
  EXPECT_NO_THROW(kids.join());
}

TEST_P(robustness_faults, row_05_a_result_whose_move_out_throws_leaks_nothing) {
  const int before = counted::alive();
  {
    covey::nursery kids{here(supervising())};
    auto value = kids.spawn([] { return counted(1); });
    value.wait();
    counted::throw_on_move(1);
    try {
      static_cast<void>(value.get());
    } catch (const covey_test::planted_failure&) {
      SUCCEED() << "the move out of the frame";
    }
    counted::disarm();
    EXPECT_FALSE(value.valid());
    EXPECT_NO_THROW(kids.join());
  }
  EXPECT_EQ(counted::alive(), before);
}

TEST_P(robustness_faults, row_05_a_callable_whose_copy_throws_changes_nothing) {
  covey::nursery kids{here()};
  const auto work = [payload = counted(1)] { return payload.value(); };
  const int before = counted::alive();
  counted::throw_on_copy(1);
  EXPECT_THROW(static_cast<void>(kids.spawn(work)), covey_test::planted_failure);
  EXPECT_EQ(counted::alive(), before);
  EXPECT_EQ(kids.pending(), 0U);
  EXPECT_EQ(kids.spawn(work).get(), 1);
}

TEST_P(robustness_faults, row_05_a_callable_whose_move_throws_changes_nothing) {
  covey::nursery kids{here()};
  auto work = [payload = counted(1)] { return payload.value(); };
  counted::throw_on_move(1);
  EXPECT_THROW(kids.run(std::move(work)), covey_test::planted_failure);
  EXPECT_EQ(kids.pending(), 0U);
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(kids.outcome().spawned, 0U);
}

TEST_P(robustness_faults, row_07_get_twice_is_an_error_never_a_hang) {
  covey::nursery kids{here()};
  auto value = kids.spawn([] { return 1; });
  EXPECT_TRUE(value.valid());
  EXPECT_EQ(value.get(), 1);
  EXPECT_FALSE(value.valid());
  EXPECT_THROW(value.get(), std::future_error);
  EXPECT_THROW(value.wait(), std::future_error);
}

TEST_P(robustness_faults, row_07_get_on_an_empty_or_moved_from_future_is_an_error) {
  covey::future<void> nothing;
  EXPECT_THROW(nothing.get(), std::future_error);
  covey::future<int> empty;
  EXPECT_FALSE(empty.valid());
  EXPECT_THROW(empty.get(), std::future_error);
  EXPECT_THROW(empty.wait(), std::future_error);
  EXPECT_THROW(static_cast<void>(empty.wait_for(std::chrono::seconds(0))), std::future_error);
  covey::nursery kids{here()};
  covey::future<int> first = kids.spawn([] { return 1; });
  covey::future<int> second = std::move(first);
  EXPECT_THROW(first.get(), std::future_error);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(second.get(), 1);
}

TEST_P(robustness_faults, row_08_a_future_read_after_its_nursery_ended_has_the_value) {
  std::vector<covey::future<std::string>> values;
  covey::future<void> nothing;
  {
    covey::nursery kids{here()};
    nothing = kids.spawn([] {});
    for (int i = 0; i < 100; ++i) {
      values.push_back(kids.spawn([i] { return std::string(100, 'a') + std::to_string(i); }));
    }
  }
  EXPECT_NO_THROW(nothing.get());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_TRUE(values[i].ready());
    EXPECT_EQ(values[i].state(), covey::task_state::done);
    EXPECT_EQ(values[i].get(), std::string(100, 'a') + std::to_string(i));
  }
}

TEST_P(robustness_faults, row_08_a_failed_child_s_future_still_throws_after_the_end) {
  covey::future<int> fails;
  const auto scope = [&] {
    covey::nursery kids{here()};
    fails = kids.spawn([]() -> int { throw std::out_of_range("kept"); });
  };
  EXPECT_EQ(failures_of(scope), strings{"kept"});
  EXPECT_EQ(covey_test::message_of<std::out_of_range>([&] { return fails.get(); }), "kept");
}

TEST_P(robustness_faults, row_09_a_dropped_future_s_failure_is_in_the_composite) {
  covey::nursery kids{here(supervising())};
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(kids.spawn([i] { throw std::runtime_error(std::to_string(i)); }));
  }
  EXPECT_EQ(failures_of([&] { kids.join(); }), (strings{"0", "1", "2"}));
  const auto scope = [this] {
    covey::nursery fails_fast{here()};
    static_cast<void>(fails_fast.spawn([] { throw std::runtime_error("dropped"); }));
  };
  EXPECT_EQ(failures_of(scope), strings{"dropped"});
}

}  // namespace
