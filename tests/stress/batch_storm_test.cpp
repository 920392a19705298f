// SPDX-License-Identifier: Apache-2.0
// Random batches, several at once on one pool: skewed costs, limits, failures, stops, blocking, nesting. Every item is
// visited once or never, every count agrees, and the other workers did take part.
#include "batches.hpp"
#include "bounded.hpp"
#include "counted.hpp"
#include "seed.hpp"
#include "sink_recorder.hpp"

#include <covey/covey.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <ranges>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

using covey_test::counted;
using covey_test::dice;
using covey_test::in;
using covey_test::visits;

struct planted : std::runtime_error {
  planted() : std::runtime_error("planted") {}
};

void burn(std::chrono::nanoseconds length) {
  const auto end = std::chrono::steady_clock::now() + length;
  while (std::chrono::steady_clock::now() < end) {
  }
}

// One random batch; what it promises is checked on the way.
class storm {
 public:
  storm(covey::pool& pool, covey::throttle& shared, std::uint64_t seed)
      : pool_(pool),
        shared_(shared),
        seed_(seed) {}

  void blow() { batch(seed_, 0); }

 private:
  struct plan {
    std::uint64_t seed;
    std::uint64_t longest;  // nanoseconds
    bool skewed;            // the last tenth is expensive
    bool fails;
    bool blocks;
    bool nests;
    bool stops;
  };

  void batch(std::uint64_t seed, int depth) {
    dice roll(seed);
    const auto n = static_cast<std::size_t>(depth > 0 ? roll.below(50) : roll.below(3000));
    const plan how{roll.next(),
                   std::uint64_t{1} << roll.below(depth > 0 ? 10 : 16),
                   roll.one_in(2),
                   roll.one_in(4),
                   roll.one_in(5),
                   depth < 2 && roll.one_in(4),
                   roll.one_in(6)};
    covey::batch_options options = in(pool_);
    if (roll.one_in(2)) {
      options.policy = roll.one_in(2) ? covey::policy::supervise : covey::policy::fail_fast;
    }
    if (roll.one_in(4)) {
      options.grain = static_cast<int>(1 + roll.below(100));
    }
    if (roll.one_in(8)) {
      options.timeout = std::chrono::microseconds(roll.below(3000));
    }
    if (roll.one_in(8)) {
      options.parent = covey::root;
    }
    if (roll.one_in(8)) {
      options.progress = [](const covey::batch_progress& now) { EXPECT_LE(now.done, *now.total); };
      options.progress_rate = 1000;
    }
    if (depth == 0 && roll.one_in(4)) {
      options.throttle = &shared_;
    } else if (roll.one_in(3)) {
      options.limit = static_cast<int>(1 + roll.below(5));
    }
    covey::nursery outer{{.policy = covey::policy::supervise, .pool = &pool_}};
    visits seen(n);
    run(n, how, options, outer, seen, depth, roll.below(3));
    EXPECT_TRUE(seen.none_twice());
  }

  void run(std::size_t n,
           const plan& how,
           const covey::batch_options& options,
           covey::nursery& outer,
           visits& seen,
           int depth,
           std::uint64_t kind) {
    const auto all = std::views::iota(std::size_t{0}, n);
    const auto work = [&](std::size_t i) {
      seen(i);
      item(i, n, how, outer, depth);
    };
    try {
      if (kind == 0) {
        const auto end = covey::for_each(all, work, options);
        covey_test::expect_adds_up(end);
        EXPECT_EQ(end.done, n);
        EXPECT_TRUE(seen.each_once());
      } else if (kind == 1) {
        const auto results = covey::map(
            all,
            [&](std::size_t i) {
              work(i);
              return counted(static_cast<int>(i));
            },
            options);
        EXPECT_EQ(results.size(), n);
        for (std::size_t i = 0; i < results.size(); ++i) {
          EXPECT_EQ(results[i].value(), static_cast<int>(i));
        }
        EXPECT_TRUE(seen.each_once());
      } else {
        std::size_t started = 0;
        for (const auto& one : covey::map_outcomes(all, work, options)) {
          started += static_cast<std::size_t>(one.state() != covey::item_state::never_started);
        }
        EXPECT_EQ(started, seen.seen(1));
      }
    } catch (const covey::composite_exception&) {
    } catch (const covey::cancelled&) {
    } catch (const covey::timeout_error&) {
    }
  }

  void item(std::size_t i, std::size_t n, const plan& how, covey::nursery& outer, int depth) {
    dice roll(how.seed + i);
    const bool dear = how.skewed ? i > n - n / 10 : roll.one_in(20);
    if (dear) {
      burn(std::chrono::nanoseconds(roll.below(how.longest) + 1));
    }
    if (how.fails && roll.one_in(500)) {
      throw planted();
    }
    if (how.blocks && roll.one_in(50)) {
      covey::blocking([] { std::this_thread::yield(); });
    }
    if (how.stops && roll.one_in(1000)) {
      outer.stop("at random");
    }
    if (roll.one_in(100)) {
      covey::this_task::checkpoint();
    }
    if (how.nests && roll.one_in(100)) {
      batch(roll.next(), depth + 1);
    }
  }

  covey::pool& pool_;
  covey::throttle& shared_;
  std::uint64_t seed_;
};

class batch_storm : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(pools, batch_storm, testing::Values(1, 2, 8));

TEST_P(batch_storm, keeps_every_promise) {
  const covey_test::bounded bound;
  covey_test::sink_recorder sink;
  const std::uint64_t seed = covey_test::stress_seed();
  const auto end = std::chrono::steady_clock::now() + covey_test::stress_length();
  covey::pool pool{GetParam()};
  covey::throttle shared(3);
  const int before = counted::alive();
  std::uint64_t round = 0;
  do {
    std::thread beside([&] { storm(pool, shared, seed + 2 * round).blow(); });
    storm(pool, shared, seed + 2 * round + 1).blow();
    beside.join();
    ASSERT_EQ(counted::alive(), before) << "a result leaked, seed " << seed << " round " << round;
    ASSERT_EQ(shared.items(), 0U) << "room leaked, seed " << seed << " round " << round;
    ++round;
  } while (!HasFailure() && std::chrono::steady_clock::now() < end);
  pool.shutdown();
  RecordProperty("rounds", std::to_string(round));
}

TEST_P(batch_storm, visits_every_item_once_whatever_the_items_cost) {
  const covey_test::bounded bound;
  const std::uint64_t seed = covey_test::stress_seed();
  const auto end = std::chrono::steady_clock::now() + covey_test::stress_length();
  covey::pool pool{GetParam()};
  std::uint64_t round = 0;
  do {
    dice roll(seed + round++);
    const auto n = static_cast<std::size_t>(1 + roll.below(20'000));
    const std::uint64_t one_in = 1 + roll.below(2000);
    const std::uint64_t salt = roll.next();
    visits seen(n);
    const auto sum = covey::for_each(
        std::views::iota(std::size_t{0}, n),
        [&](std::size_t i) {
          seen(i);
          dice own(salt + i);
          if (own.one_in(one_in)) {
            burn(std::chrono::nanoseconds(own.below(1'000'000)));
          }
        },
        in(pool));
    ASSERT_EQ(sum.done, n) << "seed " << seed << " round " << round;
    ASSERT_TRUE(seen.each_once()) << "seed " << seed << " round " << round;
  } while (std::chrono::steady_clock::now() < end);
  pool.shutdown();
}

TEST_P(batch_storm, is_shared_by_the_workers_of_the_pool) {
  // Every item waits, keeping its thread, until as many threads as the pool has were inside: all of them stole.
  const covey_test::bounded bound;
  covey::pool pool{GetParam()};
  const auto wanted = static_cast<std::size_t>(GetParam());
  std::mutex lock;
  std::set<std::thread::id> seen;
  std::atomic<bool> all_here{false};
  covey::for_each(
      covey_test::numbers(1000),
      [&](int) {
        {
          const std::lock_guard hold(lock);
          seen.insert(std::this_thread::get_id());
          all_here = all_here || seen.size() == wanted;
        }
        while (!all_here) {
          std::this_thread::yield();
        }
      },
      in(pool));
  EXPECT_GE(seen.size(), wanted);
  pool.shutdown();
}

}  // namespace
