// SPDX-License-Identifier: Apache-2.0
// A stop of one child is a stop from above for whatever is open inside that child: semantics 10, 17, 19.
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <functional>
#include <future>
#include <ranges>
#include <stdexcept>
#include <vector>

namespace {

using namespace std::chrono_literals;
using covey_test::gate;
using covey_test::why_cancelled;
COVEY_EACH_POOL_SIZE(stop_from_above);

// Sleeps until a stop comes; says so before.
class sleeper {
 public:
  void operator()() {
    if (!told_.exchange(true)) {
      asleep_.open();
    }
    covey::this_task::sleep_for(24h);
  }
  void wait() { asleep_.wait(); }

 private:
  std::atomic<bool> told_{false};
  gate asleep_;
};

// Runs `body(sleeper&)` as a child and stops that child alone while it sleeps in there.
template <class Body>
void stop_inside(stop_from_above& test, const covey::nursery_options& options, Body body) {
  static_cast<void>(test);
  sleeper item;
  std::atomic<int> returned{0};
  covey::stop_reason why;
  covey::nursery kids{options};
  auto child = kids.spawn([&] {
    try {
      body(item);
    } catch (const covey::cancelled& stopped) {
      why = stopped.why();
      throw;
    }
    ++returned;
  });
  item.wait();
  child.request_stop();
  EXPECT_NO_THROW(kids.join());
  EXPECT_EQ(returned, 0) << "returned with less than all";
  EXPECT_EQ(child.state(), covey::task_state::stopped);
  EXPECT_EQ(why.kind, covey::stop_kind::parent);
  EXPECT_EQ(kids.outcome().stopped, 1U);
}

TEST_P(stop_from_above, ends_spawn_and_wait_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) {
    const auto [text, number] = covey::spawn_and_wait(
        [&] {
          item();
          return std::string(100, 'a');
        },
        [] { return 2; });
    FAIL() << text << number;
  });
}

TEST_P(stop_from_above, ends_spawn_and_wait_of_a_range_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) {
    const std::vector<std::function<std::string()>> work(3, [&] {
      item();
      return std::string(100, 'a');
    });
    FAIL() << covey::spawn_and_wait(work).size();
  });
}

TEST_P(stop_from_above, ends_spawn_and_wait_of_void_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) { covey::spawn_and_wait([&] { item(); }, [] {}); });
}

TEST_P(stop_from_above, ends_the_join_of_an_inner_nursery_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) {
    covey::nursery inner;
    inner.run([&] { item(); });
    try {
      inner.join();
    } catch (const covey::cancelled&) {
      EXPECT_EQ(inner.outcome().stop.kind, covey::stop_kind::parent);
      EXPECT_TRUE(covey::this_task::stop_requested());
      throw;
    }
  });
}

TEST_P(stop_from_above, ends_the_end_of_an_inner_block_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) {
    covey::nursery inner{{.name = "inner"}};
    inner.run([&] { item(); });
  });
}

TEST_P(stop_from_above, ends_two_levels_of_nurseries_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) {
    covey::nursery outer;
    outer.run([&] {
      covey::nursery inner;
      inner.run([&] { item(); });
      inner.join();
      ADD_FAILURE() << "the inner join returned";
    });
    outer.join();
  });
}

TEST_P(stop_from_above, ends_with_nursery_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) {
    covey::with_nursery([&](covey::nursery& n) {
      n.run([&] { item(); });
      return 7;
    });
  });
}

TEST_P(stop_from_above, ends_the_body_of_with_nursery_with_cancelled) {
  stop_inside(*this, here(), [](sleeper& item) {
    covey::with_nursery([&](covey::nursery& /*n*/) { item(); });
  });
}

TEST_P(stop_from_above, ends_batches_with_cancelled) {
  const auto eight = std::views::iota(0, 8);
  stop_inside(*this, here(), [&](sleeper& item) { covey::for_each(eight, [&](int) { item(); }); });
  stop_inside(*this, here(), [&](sleeper& item) {
    static_cast<void>(covey::map(eight, [&](int i) {
      item();
      return i;
    }));
  });
  stop_inside(*this, here(), [&](sleeper& item) {
    static_cast<void>(covey::map_outcomes(eight, [&](int i) {
      item();
      return i;
    }));
  });
  stop_inside(*this, here(), [&](sleeper& item) {
    static_cast<void>(covey::reduce(eight, 0, [&](int a, int b) {
      item();
      return a + b;
    }));
  });
  stop_inside(*this, here(), [&](sleeper& item) {
    covey::stream(
        eight,
        [&](int i) {
          item();
          return i;
        },
        [](int) {});
  });
}

TEST_P(stop_from_above, reaches_a_nursery_with_a_deadline_that_returns_what_there_is) {
  stop_inside(*this, here(), [](sleeper& item) {
    covey::nursery inner{{.timeout = 24h, .on_timeout = covey::on_timeout::return_partial}};
    inner.run([&] { item(); });
    inner.join();
  });
}

TEST_P(stop_from_above, leaves_the_siblings_alone) {
  sleeper item;
  gate go;
  covey::nursery kids{here()};
  auto stopped = kids.spawn([&] { covey::spawn_and_wait([&] { item(); }, [] {}); });
  auto other = kids.spawn([&] {
    go.wait_in_child();
    return covey::spawn_and_wait([] { return 1; }, [] { return 2; });
  });
  item.wait();
  stopped.request_stop();
  stopped.wait();
  go.open();
  EXPECT_EQ(other.get(), std::tuple(1, 2));
  EXPECT_EQ(stopped.state(), covey::task_state::stopped);
}

// -- The first cause wins, up and down the tree.

// Runs body(asleep) in a child of "owner", which is stopped when `asleep` is open. @returns what the child made of it
template <class Body>
void stop_owner(const covey::nursery_options& options, Body body) {
  gate asleep;
  covey::nursery owner{options};
  owner.run([&] { body(asleep); });
  asleep.wait();
  owner.stop("first");
  EXPECT_NO_THROW(owner.join()) << "a stop that was obeyed is no failure";
}

TEST_P(stop_from_above, stays_the_cause_when_a_deadline_passes_later) {
  covey::virtual_clock time;
  gate stopped;
  stop_owner(here({.name = "owner"}), [&](gate& asleep) {
    covey::nursery inner{{.name = "inner", .timeout = 1s}};
    inner.run([&] {
      asleep.open();
      try {
        covey::this_task::sleep_for(24h);
      } catch (const covey::cancelled& seen) {
        EXPECT_EQ(seen.why().text.view(), "first");
        time.advance(2s);  // past the deadline of `inner`
        throw;
      }
    });
    const covey::stop_reason why = why_cancelled([&] { inner.join(); });
    EXPECT_EQ(why.kind, covey::stop_kind::parent);
    EXPECT_EQ(why.text.view(), "first");
    EXPECT_EQ(inner.outcome().stop.kind, covey::stop_kind::parent);
    EXPECT_EQ(inner.outcome().state, covey::scope_state::stopped);
  });
}

TEST_P(stop_from_above, stays_the_cause_when_a_child_fails_later) {
  gate asleep;
  covey::stop_reason why;
  covey::nursery owner{here({.name = "owner"})};
  owner.run([&] {
    covey::nursery inner{{.name = "inner"}};
    inner.run([&] {
      asleep.open();
      try {
        covey::this_task::sleep_for(24h);
      } catch (const covey::cancelled&) {
        throw std::runtime_error("clean-up failed");
      }
    });
    try {
      inner.join();
    } catch (const covey::composite_exception& failed) {
      why = failed.stop_reason();
    }
  });
  asleep.wait();
  owner.stop("first");
  EXPECT_NO_THROW(owner.join());
  EXPECT_EQ(why.kind, covey::stop_kind::parent);
  EXPECT_EQ(why.text.view(), "first");
}

TEST_P(stop_from_above, stays_the_cause_when_the_scope_is_stopped_itself_later) {
  stop_owner(here({.name = "owner"}), [&](gate& asleep) {
    covey::nursery inner{{.name = "inner"}};
    inner.run([&] {
      asleep.open();
      try {
        covey::this_task::sleep_for(24h);
      } catch (const covey::cancelled&) {
        inner.stop("second");
        throw;
      }
    });
    EXPECT_EQ(why_cancelled([&] { inner.join(); }).text.view(), "first");
  });
}

TEST_P(stop_from_above, does_not_replace_an_own_stop_that_came_before) {
  gate go;
  gate own;
  covey::nursery owner{here({.name = "owner"})};
  owner.run([&] {
    covey::nursery inner{{.name = "inner"}};
    inner.stop("own");
    own.open();
    go.wait_in_child();
    EXPECT_NO_THROW(inner.join());
    EXPECT_EQ(inner.outcome().stop.kind, covey::stop_kind::explicit_stop);
    EXPECT_EQ(inner.outcome().stop.text.view(), "own");
    // It passes through: whoever looks outside sees it.
    EXPECT_TRUE(covey::this_task::stop_requested());
  });
  own.wait();
  owner.stop("from above");
  go.open();
  owner.join();
}

TEST_P(stop_from_above, says_why_after_what_is_above_has_ended) {
  std::optional<covey::nursery> none;
  covey::nursery_outcome after;
  gate asleep;
  {
    covey::nursery owner{here({.name = "owner"})};
    owner.run([&] {
      covey::nursery inner{{.name = "inner"}};
      inner.run([&] {
        asleep.open();
        covey::this_task::sleep_for(24h);
      });
      EXPECT_EQ(why_cancelled([&] { inner.join(); }).text.view(), "first");
      after = inner.outcome();
    });
    asleep.wait();
    owner.stop("first");
  }
  EXPECT_EQ(after.stop.kind, covey::stop_kind::parent);
  EXPECT_EQ(after.stop.text.view(), "first");
}

TEST_P(stop_from_above, by_a_shutdown_that_is_obeyed_is_a_pool_error) {
  gate asleep;
  covey::pool own{covey::pool_options{.threads = GetParam()}};
  covey::nursery kids{{.name = "kids", .pool = &own}};
  kids.run([&] {
    asleep.open();
    covey::this_task::sleep_for(24h);
  });
  asleep.wait();
  auto closing = std::async(std::launch::async, [&] { own.shutdown(); });
  EXPECT_THROW(kids.join(), covey::pool_error);
  closing.get();
  EXPECT_EQ(kids.outcome().failed, 0U);
}

TEST_P(stop_from_above, by_a_shutdown_reaches_an_inner_nursery_as_a_stop_of_the_parent) {
  gate asleep;
  covey::stop_reason inner_saw;
  covey::pool own{covey::pool_options{.threads = GetParam()}};
  covey::nursery kids{{.name = "kids", .pool = &own}};
  kids.run([&] {
    covey::nursery inner;
    inner.run([&] {
      asleep.open();
      covey::this_task::sleep_for(24h);
    });
    inner_saw = why_cancelled([&] { inner.join(); });
    covey::this_task::checkpoint();
  });
  asleep.wait();
  auto closing = std::async(std::launch::async, [&] { own.shutdown(); });
  EXPECT_THROW(kids.join(), covey::pool_error);
  closing.get();
  EXPECT_EQ(inner_saw.kind, covey::stop_kind::parent);
}

}  // namespace
