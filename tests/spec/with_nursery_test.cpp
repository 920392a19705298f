// SPDX-License-Identifier: Apache-2.0
// with_nursery: the form that returns values and merges the body's own exception, semantics 3.
#include "each_pool_size.hpp"

#include <atomic>
#include <memory>
#include <thread>

namespace {

using covey_test::failures_of;
using covey_test::gate;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(with_nursery);

TEST_P(with_nursery, returns_the_body_s_value_after_the_children_have_finished) {
  std::atomic<int> finished{0};
  const int value = covey::with_nursery(here(), [&](covey::nursery& kids) {
    for (int i = 0; i < 10; ++i) {
      kids.run([&] { ++finished; });
    }
    return 42;
  });
  EXPECT_EQ(value, 42);
  EXPECT_EQ(finished.load(), 10);
}

TEST(with_nursery_without_options, works_too) {
  const covey_test::bounded bound;
  EXPECT_EQ(covey::with_nursery([](covey::nursery& kids) {
              auto half = kids.spawn([] { return 21; });
              return 2 * half.get();
            }),
            42);
}

TEST_P(with_nursery, returns_nothing_for_a_body_that_returns_nothing) {
  bool ran = false;
  covey::with_nursery(here(), [&](covey::nursery&) { ran = true; });
  EXPECT_TRUE(ran);
}

TEST_P(with_nursery, returns_move_only_values_and_references) {
  auto owned =
      covey::with_nursery(here(), [](covey::nursery&) { return std::make_unique<int>(5); });
  EXPECT_EQ(*owned, 5);
  int object = 1;
  int& same = covey::with_nursery(here(), [&](covey::nursery&) -> int& { return object; });
  EXPECT_EQ(&same, &object);
}

TEST_P(with_nursery, leaks_no_value_when_a_child_has_failed) {
  const auto scope = [this] {
    return covey::with_nursery(here(), [](covey::nursery& kids) {
      kids.run([] { throw std::runtime_error("child"); });
      return covey_test::counted(1);
    });
  };
  const int before = covey_test::counted::alive();
  EXPECT_EQ(failures_of(scope), strings{"child"});
  EXPECT_EQ(covey_test::counted::alive(), before);
}

TEST_P(with_nursery, merges_the_body_s_exception_with_the_children_s) {
  const auto scope = [this] {
    covey::with_nursery(here({.policy = covey::policy::supervise}), [](covey::nursery& kids) {
      gate failed;
      kids.run([&] {
        failed.open();
        throw std::runtime_error("child");
      });
      failed.wait();
      throw std::runtime_error("body");
    });
  };
  auto all = failures_of(scope);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (strings{"body", "child"}));
}

TEST_P(with_nursery, stops_the_children_when_the_body_throws) {
  std::atomic<bool> stopped{false};
  const auto scope = [&] {
    covey::with_nursery(here(), [&](covey::nursery& kids) {
      gate started;
      kids.run([&] {
        started.open();
        while (!covey::this_task::stop_requested()) {
          std::this_thread::yield();
        }
        stopped = true;
      });
      started.wait();
      throw std::runtime_error("body");
    });
  };
  EXPECT_ANY_THROW(scope());
  EXPECT_TRUE(stopped.load());
}

TEST_P(with_nursery, never_loses_the_body_s_exception_when_no_child_failed) {
  const auto scope = [this] {
    covey::with_nursery(here(), [](covey::nursery&) { throw std::runtime_error("body"); });
  };
  try {
    scope();
    FAIL() << "nothing was thrown";
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(covey_test::messages(all), strings{"body"});
  } catch (const std::runtime_error& own) {
    EXPECT_STREQ(own.what(), "body");
  }
}

TEST_P(with_nursery, counts_a_child_s_exception_that_left_the_body_once) {
  const auto scope = [this] {
    covey::with_nursery(here(), [](covey::nursery& kids) {
      auto fails = kids.spawn([]() -> int { throw std::runtime_error("same object"); });
      return fails.get();
    });
  };
  EXPECT_EQ(failures_of(scope), strings{"same object"});
}

TEST_P(with_nursery, returns_the_value_after_an_own_stop) {
  const int value = covey::with_nursery(here(), [](covey::nursery& kids) {
    kids.stop("enough");
    return 9;
  });
  EXPECT_EQ(value, 9);
}

TEST_P(with_nursery, passes_an_outer_stop_on_as_cancelled) {
  covey::nursery outer{here()};
  outer.stop("outer");
  try {
    covey::with_nursery(here(), [](covey::nursery&) {});
    FAIL() << "the outer stop was swallowed";
  } catch (const covey::cancelled& stop) {
    EXPECT_EQ(stop.why().text.view(), "outer");
  }
}

TEST_P(with_nursery, can_be_nested_and_keeps_the_composites_nested) {
  const auto scope = [this] {
    covey::with_nursery(here({.name = "outer"}), [this](covey::nursery& outer) {
      outer.run([this] {
        covey::with_nursery(here({.name = "inner"}), [](covey::nursery& inner) {
          inner.run([] { throw std::runtime_error("deep"); });
        });
      });
    });
  };
  EXPECT_EQ(failures_of(scope), strings{"deep"});
  try {
    scope();
  } catch (const covey::composite_exception& all) {
    EXPECT_EQ(covey_test::depth(all), 2U);
  }
}

// CWG 2426: why values are returned after join(), or from with_nursery.
TEST(nursery_block, leaks_a_value_returned_from_it_under_clang_when_a_child_failed) {
  const covey_test::bounded bound;
  const auto scope = [] {
    covey::nursery kids;
    kids.run([] { throw std::runtime_error("child"); });
    return covey_test::counted(1);
  };
  const int before = covey_test::counted::alive();
  EXPECT_EQ(failures_of(scope), strings{"child"});
#if defined(__clang__)
  EXPECT_EQ(covey_test::counted::alive(), before + 1);
#else
  EXPECT_EQ(covey_test::counted::alive(), before);
#endif
}

}  // namespace
