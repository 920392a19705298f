// SPDX-License-Identifier: Apache-2.0
// covey::stream: every result once, in order, to one sink at a time, through a bounded window.
#include "each_pool_size.hpp"
#include "pulled_sources.hpp"
#include "sanitized.hpp"

#include <covey/stream.hpp>
#include <covey/virtual_clock.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <list>
#include <memory>
#include <numeric>
#include <optional>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using covey_test::contains;
using covey_test::counted;
using covey_test::failures_of;
using covey_test::made_on_demand;
using covey_test::message_of;
using covey_test::planted_failure;
using namespace std::chrono_literals;

class stream : public covey_test::each_pool_size {
 protected:
  [[nodiscard]] covey::batch_options on(covey::batch_options options = {}) {
    options.pool = &pool();
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(pools, stream, testing::Values(1, 2, 8), covey_test::pool_size_name);

int as_int(std::uint64_t i) {
  return static_cast<int>(i);
}

void spin(int rounds) {
  static std::atomic<int> sink{0};
  for (int i = 0; i < rounds; ++i) {
    sink.fetch_add(1, std::memory_order_relaxed);
  }
}

/// Expects 0, 1, 2, … from one thread at a time.
class in_order {
 public:
  void operator()(int value) {
    EXPECT_FALSE(busy_.exchange(true)) << "two threads are in the sink";
    if (value != next_) {
      ADD_FAILURE() << value << " came instead of " << next_;
    }
    ++next_;
    busy_ = false;
  }
  [[nodiscard]] int taken() const { return next_; }

 private:
  std::atomic<bool> busy_{false};
  int next_ = 0;
};

TEST_P(stream, gives_all_results_in_the_order_of_the_items) {
  constexpr int count = covey_test::sanitized ? 20'000 : 200'000;
  in_order sink;
  const auto sum = covey::stream(
      std::views::iota(0, count), [](int i) { return i; }, [&](int i) { sink(i); }, on());
  EXPECT_EQ(sink.taken(), count);
  EXPECT_EQ(sum.total, static_cast<std::uint64_t>(count));
  EXPECT_EQ(sum.done, sum.total);
  in_order again;
  made_on_demand source(as_int, count);
  covey::stream(
      source, [](int i) { return i; }, again, on());
  EXPECT_EQ(again.taken(), count);
}

TEST_P(stream, keeps_the_order_under_skewed_costs_of_items_and_sink) {
  for (int round = 0; round < 5; ++round) {
    in_order sink;
    covey::stream(
        std::views::iota(0, 3000),
        [&](int i) {
          spin((i * 7 + round) % 101 == 0 ? 20'000 : 5);
          return i;
        },
        [&](int i) {
          spin(i % 53 == 0 ? 5000 : 1);
          sink(i);
        },
        on());
    EXPECT_EQ(sink.taken(), 3000);
  }
}

TEST_P(stream, works_with_windows_of_any_size) {
  for (const int window : {1, 2, 3, 7, 100}) {
    in_order sink;
    std::atomic<int> ahead{0};
    std::atomic<int> most{0};
    made_on_demand source(
        [&](std::uint64_t i) {
          const int now = ++ahead;
          most = std::max(most.load(), now);
          return as_int(i);
        },
        2000);
    covey::stream(
        source,
        [](int i) {
          spin(i % 50 == 0 ? 2000 : 1);
          return i;
        },
        [&](int i) {
          sink(i);
          --ahead;
        },
        on({.window = window}));
    EXPECT_EQ(sink.taken(), 2000) << window;
    EXPECT_LE(most.load(), window);
  }
}

TEST_P(stream, goes_on_inside_the_window_behind_an_item_that_takes_long) {
  covey_test::gate enough;
  std::atomic<int> others{0};
  in_order sink;
  covey::stream(
      std::views::iota(0, 500),
      [&](int i) {
        if (i == 3) {
          enough.wait_in_child();
        } else if (++others == 40) {
          enough.open();
        }
        return i;
      },
      sink,
      on({.window = 64}));
  EXPECT_EQ(sink.taken(), 500);
}

TEST_P(stream, wakes_workers_that_left_because_the_window_was_full) {
  // The sink lets the window fill up; then items wait for each other without lending their permits.
  if (size() == 1) {
    return;
  }
  in_order sink;
  std::atomic<int> inside{0};
  covey::stream(
      std::views::iota(0, 200),
      [&](int i) {
        if (i == 150 || i == 151) {
          ++inside;
          while (inside.load() < 2) {
            std::this_thread::yield();
          }
        }
        return i;
      },
      [&](int i) {
        if (i % 10 == 0) {
          std::this_thread::yield();
        }
        sink(i);
      },
      on({.grain = 1, .window = 4}));
  EXPECT_EQ(sink.taken(), 200);
}

TEST_P(stream, of_nothing_and_of_one_item) {
  in_order sink;
  EXPECT_EQ(covey::stream(
                std::vector<int>{}, [](int i) { return i; }, sink, on())
                .total,
            0U);
  std::list<int> none;
  EXPECT_EQ(covey::stream(
                none, [](int i) { return i; }, sink, on())
                .total,
            0U);
  EXPECT_EQ(sink.taken(), 0);
  EXPECT_EQ(covey::stream(
                std::vector<int>{0}, [](int i) { return i; }, sink, on())
                .done,
            1U);
  EXPECT_EQ(sink.taken(), 1);
}

TEST_P(stream, passes_values_that_only_move) {
  made_on_demand source([](std::uint64_t i) { return std::make_unique<int>(as_int(i)); }, 3000);
  in_order sink;
  covey::stream(
      source,
      [](std::unique_ptr<int> item) { return item; },
      [&](std::unique_ptr<int> item) { sink(*item); },
      on());
  EXPECT_EQ(sink.taken(), 3000);
  std::vector<std::string> words(100, std::string(50, 'x'));
  std::size_t length = 0;
  covey::stream(
      words,
      [](std::string& word) -> std::string& { return word += "y"; },
      [&](const std::string& word) { length += word.size(); },
      on());
  EXPECT_EQ(length, 5100U);
}

TEST_P(stream, runs_in_flat_memory) {
#if defined(NDEBUG)
  constexpr std::uint64_t count = covey_test::sanitized ? 20'000 : 10'000'000;
#else
  constexpr std::uint64_t count = covey_test::sanitized ? 20'000 : 1'000'000;
#endif
  const auto resident = [] {
    std::ifstream file("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t pages = 0;
    file >> all >> pages;
    return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  };
  made_on_demand source([](std::uint64_t i) { return i; }, count);
  std::uint64_t sum = 0;
  std::uint64_t early = 0;
  std::uint64_t taken = 0;
  covey::stream(
      source,
      [](std::uint64_t i) { return i + 1; },
      [&](std::uint64_t i) {
        sum += i;
        if (++taken == count / 4) {
          early = resident();
        }
      },
      on());
  EXPECT_EQ(sum, count * (count + 1) / 2);
  if (!covey_test::sanitized) {
    EXPECT_LE(resident(), early + (64U << 20U));
  }
}

TEST_P(stream, leaves_failed_items_out_when_supervised) {
  std::vector<int> taken;
  const auto work = [&] {
    return covey::stream(
        std::views::iota(0, 100),
        [](int i) {
          if (i % 30 == 29) {
            throw std::runtime_error("no " + std::to_string(i));
          }
          return i;
        },
        [&](int i) { taken.push_back(i); },
        on({.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(work), (std::vector<std::string>{"no 29", "no 59", "no 89"}));
  EXPECT_EQ(taken.size(), 97U);
  EXPECT_TRUE(std::is_sorted(taken.begin(), taken.end()));
}

TEST_P(stream, names_the_sink_when_it_throws_and_calls_it_no_more) {
  std::atomic<int> calls{0};
  made_on_demand source(as_int);  // endless: the failure stops it
  try {
    covey::stream(
        source,
        [](int i) { return i; },
        [&](int i) {
          ++calls;
          if (i == 1000) {
            throw std::runtime_error("disk full");
          }
        },
        on());
    ADD_FAILURE();
  } catch (const covey::composite_exception& failed) {
    EXPECT_EQ(covey_test::messages(failed), std::vector<std::string>{"disk full"});
    for (const covey::leaf& leaf : failed.leaves()) {
      EXPECT_EQ(leaf.where().task.view(), "sink");
    }
  }
  EXPECT_EQ(calls.load(), 1001);
}

TEST_P(stream, goes_on_behind_failures_of_the_sink_when_supervised) {
  int calls = 0;
  const auto work = [&] {
    return covey::stream(
        std::views::iota(0, 1000),
        [](int i) { return i; },
        [&](int i) {
          ++calls;
          if (i % 400 == 0) {
            throw std::runtime_error("at " + std::to_string(i));
          }
        },
        on({.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(work), (std::vector<std::string>{"at 0", "at 400", "at 800"}));
  EXPECT_EQ(calls, 1000);
}

TEST_P(stream, ends_with_a_failure_when_an_iterator_throws) {
  made_on_demand source(as_int);
  source.throw_at_step(300);
  in_order sink;
  const auto work = [&] {
    return covey::stream(
        source, [](int i) { return i; }, sink, on({.policy = covey::policy::supervise}));
  };
  EXPECT_EQ(failures_of(work), std::vector<std::string>{"step 300"});
  EXPECT_EQ(sink.taken(), 300);
}

TEST_P(stream, that_is_endless_is_stopped_by_a_deadline) {
  covey::virtual_clock time;
  made_on_demand source(as_int);
  EXPECT_THROW(covey::stream(
                   source,
                   [](int i) { return i; },
                   [&](int i) {
                     if (i == 2000) {
                       time.advance(2s);
                     }
                   },
                   on({.timeout = 1s})),
               covey::timeout_error);
  EXPECT_THROW(
      covey::stream(
          std::views::iota(0, 10), [](int i) { return i; }, [](int) {}, on({.timeout = 0s})),
      covey::timeout_error);
}

TEST_P(stream, with_a_partial_result_gives_the_sink_a_prefix) {
  covey::virtual_clock time;
  made_on_demand source(as_int);
  in_order sink;
  const auto sum = covey::stream(
      source,
      [&](int i) {
        if (i == 2000) {
          time.advance(2s);
        }
        return i;
      },
      sink,
      on({.timeout = 1s, .on_timeout = covey::on_timeout::return_partial}));
  EXPECT_EQ(sum.stop.kind, covey::stop_kind::deadline);
  EXPECT_EQ(sum.done, static_cast<std::uint64_t>(sink.taken()));
  EXPECT_EQ(sum.total, sum.done + sum.failed + sum.stopped + sum.never_started);
}

TEST_P(stream, is_stopped_from_above) {
  covey::nursery above(here());
  auto batch = above.spawn([&] {
    made_on_demand source([](std::uint64_t i) { return counted(as_int(i)); });
    covey::stream(
        source,
        [](counted&& item) { return counted(item.value()); },
        [&](const counted& item) {
          if (item.value() == 500) {
            above.stop("enough");
          }
        },
        on());
  });
  above.join();
  EXPECT_THROW(batch.get(), covey::cancelled);
}

TEST_P(stream, obeys_limits) {
  covey_test::head_count inside;
  in_order sink;
  covey::stream(
      std::views::iota(0, 500),
      [&](int i) {
        const covey_test::visit here(inside);
        return i;
      },
      sink,
      on({.limit = 2}));
  EXPECT_EQ(sink.taken(), 500);
  EXPECT_LE(inside.most(), 2U);
}

TEST_P(stream, may_run_batches_in_item_and_sink) {
  in_order sink;
  covey::stream(
      std::views::iota(0, 100),
      [&](int i) { return covey::reduce(std::vector<int>(10, i), 0, std::plus<>(), on()) / 10; },
      [&](int i) {
        covey::for_each(
            std::vector<int>(10, i), [](int) {}, on());
        sink(i);
      },
      on());
  EXPECT_EQ(sink.taken(), 100);
}

TEST_P(stream, refuses_options_that_make_no_sense) {
  const auto with = [&](const covey::batch_options& options) {
    return [this, options] {
      return covey::stream(
          std::views::iota(0, 3), [](int i) { return i; }, [](int) {}, on(options));
    };
  };
  EXPECT_TRUE(contains(message_of<std::invalid_argument>(with({.window = 0})), "window"));
  EXPECT_TRUE(contains(message_of<std::invalid_argument>(with({.grain = -1})), "grain"));
  std::vector<int> numbers{1};
  EXPECT_TRUE(contains(message_of<std::invalid_argument>([&] {
                         return covey::for_each(
                             numbers, [](int) {}, on({.window = 3}));
                       }),
                       "window"));
}

}  // namespace
