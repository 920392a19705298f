// SPDX-License-Identifier: Apache-2.0
// Structure errors are loud: semantics 8, and 2 for the order of ends.
#include "each_pool_size.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <new>
#include <stdexcept>
#include <thread>

namespace {

using covey_test::contains;
using covey_test::failures_of;
using covey_test::gate;
using covey_test::message_of;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(structure);

// A nursery whose end the test decides, also against the order of scopes.
class loose_nursery {
 public:
  explicit loose_nursery(const covey::nursery_options& options) {
    ::new (&bytes_) covey::nursery(options);
  }
  loose_nursery(const loose_nursery&) = delete;
  loose_nursery& operator=(const loose_nursery&) = delete;
  ~loose_nursery() noexcept(false) {
    if (!ended_) {
      end();
    }
  }
  covey::nursery& get() { return *std::launder(reinterpret_cast<covey::nursery*>(&bytes_)); }
  void end() {
    ended_ = true;
    get().~nursery();
  }

 private:
  alignas(covey::nursery) std::array<std::byte, sizeof(covey::nursery)> bytes_;
  bool ended_ = false;
};

TEST_P(structure, a_child_that_joins_its_own_nursery_gets_an_error) {
  covey::nursery kids{here({.name = "own"})};
  auto joins = kids.spawn("joins it", [&] { kids.join(); });
  joins.wait();
  const auto text = message_of<covey::structure_error>([&] { joins.get(); });
  EXPECT_TRUE(contains(text, "structure_test.cpp")) << text;
  EXPECT_TRUE(contains(text, "own")) << text;
  EXPECT_EQ(failures_of([&] { kids.join(); }).size(), 1U);
}

TEST_P(structure, a_child_that_waits_until_its_own_nursery_is_idle_gets_an_error) {
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  auto waits = kids.spawn([&] { kids.wait_idle(); });
  EXPECT_THROW(waits.get(), covey::structure_error);
}

TEST_P(structure, a_grandchild_that_joins_an_outer_nursery_gets_an_error) {
  covey::nursery outer{here({.policy = covey::policy::supervise})};
  auto child = outer.spawn([&] {
    covey::nursery inner{here({.policy = covey::policy::supervise})};
    auto joins = inner.spawn([&] { outer.join(); });
    EXPECT_THROW(joins.get(), covey::structure_error);
  });
  child.get();
}

TEST_P(structure, a_child_that_gets_its_own_future_gets_an_error) {
  gate assigned;
  covey::future<int> own;
  std::atomic<bool> caught{false};
  covey::nursery kids{here()};
  own = kids.spawn([&]() -> int {
    assigned.wait_in_child();
    try {
      own.wait();
    } catch (const covey::structure_error&) {
      caught = true;
    }
    return 1;
  });
  assigned.open();
  kids.join();
  EXPECT_TRUE(caught.load());
  EXPECT_EQ(own.get(), 1);
}

TEST_P(structure, a_grandchild_that_waits_for_its_ancestor_gets_an_error) {
  gate assigned;
  covey::future<int> ancestor;
  std::string text;
  covey::nursery outer{here({.name = "outer"})};
  ancestor = outer.spawn("ancestor", [&]() -> int {
    assigned.wait_in_child();
    covey::nursery inner{here({.name = "inner"})};
    inner.run([&] {
      try {
        ancestor.wait();
      } catch (const covey::structure_error& error) {
        text = error.what();
      }
    });
    inner.join();
    return 1;
  });
  assigned.open();
  outer.join();
  EXPECT_TRUE(contains(text, "structure_test.cpp:")) << text;
  EXPECT_EQ(ancestor.get(), 1);
}

TEST_P(structure, two_children_that_wait_for_each_other_get_an_error) {
  gate assigned;
  covey::future<int> first;
  covey::future<int> second;
  std::atomic<int> errors{0};
  covey::nursery kids{here()};
  const auto waiter = [&](covey::future<int>& other) {
    return [&assigned, &errors, &other]() -> int {
      assigned.wait_in_child();
      try {
        other.wait();
      } catch (const covey::structure_error&) {
        ++errors;
      }
      return 1;
    };
  };
  first = kids.spawn("first", waiter(second));
  second = kids.spawn("second", waiter(first));
  assigned.open();
  kids.join();
  EXPECT_GE(errors.load(), 1);
  EXPECT_EQ(first.get() + second.get(), 2);
}

TEST_P(structure, a_ring_of_five_waits_is_found) {
  constexpr std::size_t n = 5;
  gate assigned;
  std::array<covey::future<int>, n> ring;
  std::atomic<int> errors{0};
  covey::nursery kids{here()};
  for (std::size_t i = 0; i < n; ++i) {
    ring[i] = kids.spawn([&, next = (i + 1) % n]() -> int {
      assigned.wait_in_child();
      try {
        ring[next].wait();
      } catch (const covey::structure_error&) {
        ++errors;
      }
      return 1;
    });
  }
  assigned.open();
  kids.join();
  EXPECT_GE(errors.load(), 1);
  EXPECT_LE(errors.load(), static_cast<int>(n));
}

TEST_P(structure, a_chain_of_waits_without_a_ring_is_no_error) {
  constexpr std::size_t n = 20;
  gate assigned;
  std::array<covey::future<int>, n> chain;
  covey::nursery kids{here()};
  for (std::size_t i = 0; i < n; ++i) {
    chain[i] = kids.spawn([&, i]() -> int {
      assigned.wait_in_child();
      return i + 1 < n ? chain[i + 1].get() + 1 : 1;
    });
  }
  assigned.open();
  EXPECT_EQ(chain[0].get(), static_cast<int>(n));
}

TEST_P(structure, an_end_out_of_order_stops_joins_and_throws) {
  std::atomic<bool> finished{false};
  gate started;
  loose_nursery outer(here({.name = "outer"}));
  loose_nursery inner(here({.name = "inner"}));
  inner.get().run([&] {
    started.open();
    while (!covey::this_task::stop_requested()) {
      std::this_thread::yield();
    }
    finished = true;
  });
  started.wait();
  const auto text = message_of<covey::structure_error>([&] { outer.end(); });
  EXPECT_TRUE(finished.load());
  EXPECT_TRUE(contains(text, "outer")) << text;
  EXPECT_TRUE(contains(text, "inner")) << text;
  EXPECT_TRUE(contains(text, "structure_test.cpp")) << text;
  try {
    inner.end();
  } catch (const covey::cancelled&) {
    SUCCEED() << "the stop that the outer one sent";
  }
}

TEST_P(structure, failures_of_a_nursery_that_ends_out_of_order_go_to_the_sink) {
  loose_nursery outer(here({.policy = covey::policy::supervise}));
  loose_nursery inner(here());
  outer.get().run([] { throw std::runtime_error("of the outer one"); });
  EXPECT_THROW(outer.end(), covey::structure_error);
  EXPECT_EQ(unhandled(), strings{"of the outer one"});
  inner.end();
}

TEST_P(structure, errors_leave_the_other_children_joined_and_their_results_kept) {
  covey::nursery kids{here({.policy = covey::policy::supervise})};
  auto good = kids.spawn([] { return 5; });
  auto bad = kids.spawn([&] { kids.join(); });
  auto late = kids.spawn([] { return 6; });
  EXPECT_EQ(failures_of([&] { kids.join(); }).size(), 1U);
  EXPECT_EQ(good.get(), 5);
  EXPECT_EQ(late.get(), 6);
  EXPECT_THROW(bad.get(), covey::structure_error);
}

}  // namespace
