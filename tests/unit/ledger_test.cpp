// SPDX-License-Identifier: Apache-2.0
// The books of debug builds balance for every way in which a child can end and a failure can be delivered.
#include "lifetime/ledger.hpp"

#include "each_pool_size.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using covey::runtime::account;
using covey::runtime::books_so_far;
using covey_test::gate;
using namespace std::chrono_literals;

// What has been added to the books since `before`.
account since(const account& before) {
  const account now = books_so_far();
  return {now.spawned - before.spawned,
          now.done - before.done,
          now.failed - before.failed,
          now.stopped - before.stopped,
          now.never_started - before.never_started,
          now.failures - before.failures,
          now.delivered - before.delivered,
          now.dropped - before.dropped};
}

class ledger : public covey_test::each_pool_size {
 protected:
  void SetUp() override {
    each_pool_size::SetUp();
    if (!covey::runtime::keeps_books) {
      GTEST_SKIP() << "books are kept in debug builds of the library only";
    }
    before_ = books_so_far();
  }
  void TearDown() override {
    EXPECT_TRUE(balances(books_so_far()));
    each_pool_size::TearDown();
  }
  [[nodiscard]] account added() const { return since(before_); }

 private:
  account before_;
};
INSTANTIATE_TEST_SUITE_P(pools, ledger, testing::Values(1, 2, 8), covey_test::pool_size_name);

[[noreturn]] void fail() {
  throw std::runtime_error("planted");
}

void spin_until_stopped() {
  while (!covey::this_task::stop_requested()) {
    std::this_thread::yield();
  }
  covey::this_task::checkpoint();
}

TEST_P(ledger, counts_children_by_how_they_ended) {
  {
    covey::nursery kids{here()};
    for (int i = 0; i < 10; ++i) {
      kids.run([] {});
    }
    EXPECT_EQ(kids.spawn([] { return 1; }).get(), 1);
    kids.join();
  }
  {
    covey::nursery kids{here()};
    gate started;
    kids.run([&] {
      started.open();
      spin_until_stopped();
    });
    kids.spawn([] {}).get();
    covey::blocking([&] { started.wait(); });
    kids.stop();
    kids.run([] {});
    kids.join();
  }
  EXPECT_EQ(added().spawned, 14U);
  EXPECT_EQ(added().done, 12U);
  EXPECT_EQ(added().stopped, 1U);
  EXPECT_EQ(added().never_started, 1U);
  EXPECT_EQ(added().failures, 0U);
}

TEST_P(ledger, counts_failures_by_how_they_were_delivered) {
  {
    covey::nursery kids{here({.policy = covey::policy::supervise, .max_failures = 2})};
    auto asked_for = kids.spawn([] { fail(); });
    kids.wait_idle();
    EXPECT_THROW(asked_for.get(), std::runtime_error);
    for (int i = 0; i < 4; ++i) {
      kids.run([] { fail(); });
    }
    EXPECT_EQ(covey_test::failures_of([&] { kids.join(); }).size(), 1U);
  }
  EXPECT_EQ(added().failed, 5U);
  EXPECT_EQ(added().failures, 5U);
  EXPECT_EQ(added().delivered, 2U);
  EXPECT_EQ(added().dropped, 3U);
}

TEST_P(ledger, counts_what_the_sink_received) {
  {
    covey::nursery_box kids{here({.policy = covey::policy::supervise})};
    kids.run([] { fail(); });
    kids.run([] { fail(); });
  }
  try {
    covey::nursery kids{here()};
    kids.run([] { fail(); });
    kids.wait_idle();
    throw 42;
  } catch (int) {
  }
  EXPECT_EQ(unhandled().size(), 3U);
  EXPECT_EQ(added().failures, 3U);
  EXPECT_EQ(added().delivered, 3U);
}

TEST_P(ledger, counts_the_exception_of_the_body) {
  EXPECT_THROW(covey::with_nursery(here(),
                                   [](covey::nursery& kids) {
                                     kids.run([] {});
                                     fail();
                                   }),
               covey::composite_exception);
  EXPECT_EQ(added().failures, 1U);
  EXPECT_EQ(added().failed, 0U);
}

TEST_P(ledger, counts_the_items_of_batches) {
  std::array<int, 100> items{};
  EXPECT_THROW(covey::for_each(items,
                               [&](int& item) {
                                 if (&item >= &items[90]) {
                                   fail();
                                 }
                               },
                               {.policy = covey::policy::supervise, .pool = &pool()}),
               covey::composite_exception);
  EXPECT_EQ(added().failures, 10U);
  EXPECT_EQ(added().delivered, 10U);
  EXPECT_EQ(added().failed, 0U) << "items are no children";
}

// Calls, and lets nothing of what comes out pass.
template <class Call>
void quietly(Call&& call) {
  try {
    call();
  } catch (const std::exception&) {
  } catch (const covey::cancelled&) {
  } catch (int) {
  }
}

template <class Nursery>
void fill(Nursery& kids, int round) {
  for (int i = 0; i < 8; ++i) {
    kids.run([i, round] {
      covey::nursery below;
      below.run([] {});
      if ((i + round) % 5 == 0) {
        below.run("fails", [] { fail(); });
      }
    });
  }
}

void every_stop(covey::pool& pool, int round) {
  quietly([&] {
    covey::nursery kids{{.pool = &pool}};
    kids.run([&] {
      kids.stop("by a child");
      covey::this_task::checkpoint();
    });
    kids.join();
    EXPECT_EQ(kids.outcome().stopped, 1U);
  });
  quietly([&] {
    covey::nursery_box kids{{.timeout = 1ms, .pool = &pool}};
    fill(kids, round);
    kids.run([] { spin_until_stopped(); });
    if (round % 2 == 0) {
      kids.join();
    }
  });
  quietly([&] {
    covey::with_nursery({.pool = &pool}, [&](covey::nursery& kids) {
      fill(kids, round);
      kids.stop("enough");
      kids.run([] {});
      kids.spawn([] { fail(); }).get();
    });
  });
}

void every_failure(covey::pool& pool, int round) {
  quietly([&] {
    covey::nursery kids{{.pool = &pool}};
    fill(kids, round);
    kids.join();
  });
  quietly([&] {
    covey::nursery kids{{.policy = covey::policy::supervise, .pool = &pool, .max_failures = 1}};
    fill(kids, round);
    kids.run([] { fail(); });
    kids.run([] { fail(); });
  });
  quietly([&] {
    covey::nursery kids{{.policy = covey::policy::supervise, .pool = &pool}};
    fill(kids, round);
    kids.spawn([] { fail(); }).get();
  });
  quietly([&] {
    covey::nursery kids{{.limit = 2, .pool = &pool}};
    fill(kids, round);
    auto one = kids.try_spawn([] { fail(); });
    throw round;
  });
}

TEST_P(ledger, balances_after_a_storm_of_all_endings) {
  constexpr int threads = 3;
  constexpr int rounds = 20;
  std::array<std::thread, threads> all;
  for (int t = 0; t < threads; ++t) {
    all[static_cast<std::size_t>(t)] = std::thread([&, t] {
      for (int round = 0; round < rounds; ++round) {
        every_stop(pool(), t + round);
        every_failure(pool(), t + round);
      }
    });
  }
  for (std::thread& each : all) {
    each.join();
  }
  static_cast<void>(unhandled());
  const account sums = added();
  EXPECT_TRUE(balances(sums));
  EXPECT_GT(sums.done, 0U);
  EXPECT_GT(sums.failed, 0U);
  EXPECT_GT(sums.stopped, 0U);
  EXPECT_GT(sums.never_started, 0U);
  EXPECT_GT(sums.delivered, 0U);
  EXPECT_GT(sums.dropped, 0U);
  covey::runtime::audit();
}

// A scope that nobody else knows, with the counts of an open one.
class planted_scope {
 public:
  planted_scope() : of_(covey::site::current()) {}
  [[nodiscard]] covey::detail::scope& get() { return of_; }

 private:
  covey::detail::scope of_;
};

class ledger_audit : public testing::Test {
 protected:
  void SetUp() override {
    if (!covey::runtime::keeps_books) {
      GTEST_SKIP() << "books are kept in debug builds of the library only";
    }
    GTEST_FLAG_SET(death_test_style, "threadsafe");
  }
};

TEST_F(ledger_audit, ends_the_process_at_exit_when_a_child_did_not_come_back) {
  EXPECT_EXIT(
      {
        planted_scope lost;
        lost.get().spawned.store(3);
        lost.get().finished.store(2);
        covey::runtime::close_books(lost.get());
        std::exit(0);
      },
      testing::KilledBySignal(SIGABRT),
      "the books of the nursery, opened at .*ledger_test.cpp:[0-9]+, do not balance:\n"
      "  3 children spawned, but 2 done, 0 failed, 0 stopped, 0 never started .-1.\n"
      "  0 failures, but 0 delivered, 0 counted and dropped .[+]0.\n");
}

TEST_F(ledger_audit, ends_the_process_at_exit_when_a_failure_was_not_delivered) {
  EXPECT_EXIT(
      {
        planted_scope lost;
        lost.get().spawned.store(1);
        lost.get().finished.store(1);
        auto* const extra = new covey::detail::scope_extra;
        extra->name = covey::label("line\nend");
        extra->failed.store(1);
        covey::runtime::make_rare_words(lost.get());
        lost.get().rare.store(extra);
        covey::runtime::close_books(lost.get());
        std::exit(0);
      },
      testing::KilledBySignal(SIGABRT),
      "the books of the nursery 'line\\\\nend'.*\n.*\n"
      "  1 failures, but 0 delivered, 0 counted and dropped .-1.\n");
}

TEST_F(ledger_audit, has_nothing_to_say_of_scopes_that_are_open_at_exit) {
  EXPECT_EXIT(
      {
        covey::nursery kids;
        kids.run([] {});
        kids.run([] { spin_until_stopped(); });
        std::exit(5);
      },
      testing::ExitedWithCode(5),
      "");
}

#if !COVEY_TSAN  // its runtime does not survive the fork of a process with other threads
TEST_F(ledger_audit, has_nothing_to_say_of_scopes_from_before_a_fork) {
  EXPECT_EXIT(
      {
        covey::pool pool{2};
        {
          covey::nursery kids{{.pool = &pool}};
          kids.run([] {});
          const pid_t pid = ::fork();
          if (pid != 0) {
            int status = 0;
            ::waitpid(pid, &status, 0);
            ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
          }
        }
        covey::runtime::audit();
        ::_exit(balances(books_so_far()) ? 5 : 2);
      },
      testing::ExitedWithCode(5),
      "");
}
#endif

}  // namespace
