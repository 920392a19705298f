// SPDX-License-Identifier: Apache-2.0
// A scope absorbs its own stop and its own return_partial deadline, also when its body obeys them, and only these:
// semantics 21.
#include "each_pool_size.hpp"

#include <covey/virtual_clock.hpp>

#include <iterator>
#include <ranges>
#include <stdexcept>
#include <vector>

namespace {

using namespace std::chrono_literals;
using covey::this_task::checkpoint;
using covey_test::failures_of;
using covey_test::gate;
using covey_test::why_cancelled;
using strings = std::vector<std::string>;
COVEY_EACH_POOL_SIZE(own_stop);

constexpr auto partial = covey::on_timeout::return_partial;

TEST_P(own_stop, that_the_body_obeys_ends_with_nursery) {
  bool behind = false;
  EXPECT_NO_THROW(covey::with_nursery(here(), [&](covey::nursery& kids) {
    kids.stop("enough");
    checkpoint();
    behind = true;
  }));
  EXPECT_FALSE(behind) << "checkpoint() returned";
  EXPECT_FALSE(covey::this_task::stop_requested());
}

TEST_P(own_stop, that_the_body_obeys_by_get_ends_with_nursery) {
  EXPECT_NO_THROW(covey::with_nursery(here(), [&](covey::nursery& kids) {
    kids.stop("enough");
    kids.spawn([] { return 1; }).get();
    ADD_FAILURE() << "get() returned";
  }));
}

TEST_P(own_stop, that_the_body_obeys_by_sleeping_ends_with_nursery) {
  EXPECT_NO_THROW(covey::with_nursery(here(), [&](covey::nursery& kids) {
    kids.run([&] { kids.stop("enough"); });
    covey::this_task::sleep_for(24h);
    ADD_FAILURE() << "the sleep returned";
  }));
}

TEST_P(own_stop, that_a_body_with_a_value_obeys_is_cancelled_of_kind_explicit_stop) {
  const covey::stop_reason why = why_cancelled([&] {
    return covey::with_nursery(here(), [&](covey::nursery& kids) {
      kids.stop("enough");
      checkpoint();
      return 7;
    });
  });
  EXPECT_EQ(why.kind, covey::stop_kind::explicit_stop);
  EXPECT_EQ(why.text.view(), "enough");
}

TEST_P(own_stop, does_not_take_the_value_of_a_body_that_does_not_look) {
  const int value = covey::with_nursery(here(), [&](covey::nursery& kids) {
    kids.stop("enough");
    return 7;
  });
  EXPECT_EQ(value, 7);
}

TEST_P(own_stop, keeps_what_the_body_throws_besides) {
  EXPECT_EQ(failures_of([&] {
              covey::with_nursery(here(), [&](covey::nursery& kids) {
                kids.stop("enough");
                throw std::runtime_error("clean-up failed");
              });
            }),
            strings{"clean-up failed"});
}

TEST_P(own_stop, keeps_what_children_throw_besides) {
  gate failed;
  EXPECT_EQ(failures_of([&] {
              covey::with_nursery(
                  here({.policy = covey::policy::supervise}), [&](covey::nursery& kids) {
                    auto child = kids.spawn([] { throw std::runtime_error("a child failed"); });
                    child.wait();
                    kids.stop("enough");
                    checkpoint();
                  });
            }),
            strings{"a child failed"});
}

TEST_P(own_stop, by_a_deadline_that_returns_what_there_is_ends_with_nursery) {
  covey::virtual_clock time;
  EXPECT_NO_THROW(
      covey::with_nursery(here({.timeout = 1s, .on_timeout = partial}), [&](covey::nursery& kids) {
        kids.run([&] { time.advance(2s); });
        covey::this_task::sleep_for(24h);
        ADD_FAILURE() << "the sleep returned";
      }));
}

TEST_P(own_stop, by_a_deadline_of_a_body_with_a_value_is_cancelled_of_kind_deadline) {
  const covey::stop_reason why = why_cancelled([&] {
    return covey::with_nursery(here({.timeout = -1s, .on_timeout = partial}),
                               [&](covey::nursery& /*kids*/) {
                                 checkpoint();
                                 return 7;
                               });
  });
  EXPECT_EQ(why.kind, covey::stop_kind::deadline);
}

TEST_P(own_stop, by_a_deadline_that_fails_is_a_timeout_error) {
  EXPECT_THROW(
      covey::with_nursery(here({.timeout = -1s}), [&](covey::nursery& /*kids*/) { checkpoint(); }),
      covey::timeout_error);
}

TEST_P(own_stop, absorbs_no_stop_from_above) {
  gate asleep;
  covey::stop_reason why;
  covey::nursery owner{here({.name = "owner"})};
  auto child = owner.spawn([&] {
    why = why_cancelled([&] {
      covey::with_nursery([&](covey::nursery& /*kids*/) {
        asleep.open();
        covey::this_task::sleep_for(24h);
      });
    });
    checkpoint();
  });
  asleep.wait();
  owner.stop("from above");
  EXPECT_NO_THROW(owner.join());
  EXPECT_EQ(why.kind, covey::stop_kind::parent);
  EXPECT_EQ(child.state(), covey::task_state::stopped);
}

// -- Inside a child, where what comes out must be no failure of that child.

TEST_P(own_stop, of_with_nursery_inside_a_child_lets_the_child_go_on) {
  covey::nursery outer{here({.name = "outer"})};
  auto child = outer.spawn([] {
    covey::with_nursery([](covey::nursery& kids) {
      kids.stop("enough");
      checkpoint();
    });
    return 5;
  });
  EXPECT_EQ(child.get(), 5);
  EXPECT_NO_THROW(outer.join());
}

template <class Body>
void expect_stopped_alone(const covey::nursery_options& options, Body body) {
  {
    covey::nursery outer{options};
    auto sibling = outer.spawn([] { return 1; });
    outer.run("run", body);
    EXPECT_EQ(sibling.get(), 1);
    EXPECT_NO_THROW(outer.join());
    EXPECT_EQ(outer.outcome().stopped, 1U);
    EXPECT_EQ(outer.outcome().failed, 0U);
    EXPECT_EQ(outer.outcome().state, covey::scope_state::done);
  }
  {
    covey::nursery outer{options};
    auto child = outer.spawn(body);
    child.wait();
    EXPECT_EQ(child.state(), covey::task_state::stopped);
    EXPECT_EQ(why_cancelled([&] { return child.get(); }).kind, covey::stop_kind::explicit_stop);
    EXPECT_NO_THROW(outer.join());
  }
  {
    covey::nursery outer{options};  // run in place by get()
    auto child = outer.spawn(body);
    EXPECT_EQ(why_cancelled([&] { return child.get(); }).kind, covey::stop_kind::explicit_stop);
    EXPECT_FALSE(outer.stop_requested());
    EXPECT_NO_THROW(outer.join());
    EXPECT_EQ(outer.outcome().stopped, 1U);
  }
}

TEST_P(own_stop, of_a_block_ends_the_child_around_it_as_stopped) {
  expect_stopped_alone(here(), [] {
    covey::nursery inner{{.name = "inner"}};
    inner.stop("enough");
    checkpoint();
  });
}

TEST_P(own_stop, of_a_block_that_is_seen_further_inside_ends_the_child_as_stopped) {
  expect_stopped_alone(here(), [] {
    covey::nursery outer{{.name = "outer block"}};
    covey::nursery inner{{.name = "inner block"}};
    inner.run([] {});
    outer.stop("enough");
    checkpoint();
  });
}

void expect_a_stop_of_its_own_to_end_here() {
  covey::nursery inner{{.name = "of another"}};
  inner.stop("another");
  checkpoint();
}

TEST_P(own_stop, of_a_block_inside_another_ends_the_child_as_stopped) {
  expect_stopped_alone(here(), [] {
    covey::nursery outer{{.name = "outer block"}};
    outer.run([] {});
    covey::nursery inner{{.name = "inner block", .policy = covey::policy::supervise}};
    // Ends while the exception passes, on this thread or another, with a stop of its own.
    inner.run([] { expect_a_stop_of_its_own_to_end_here(); });
    covey::nursery third;
    third.stop("enough");
    checkpoint();
  });
}

TEST_P(own_stop, of_a_body_with_a_value_ends_the_child_around_it_as_stopped) {
  expect_stopped_alone(here(), [] {
    return covey::with_nursery([](covey::nursery& kids) {
      kids.stop("enough");
      checkpoint();
      return 7;
    });
  });
}

TEST_P(own_stop, by_the_deadline_of_a_block_that_fails_is_a_timeout_error_of_the_child) {
  const auto body = [] {
    covey::nursery inner{{.name = "late", .timeout = -1s}};
    checkpoint();
  };
  covey::nursery outer{here({.policy = covey::policy::supervise})};
  outer.run(body);
  auto child = outer.spawn(body);
  EXPECT_THROW(child.get(), covey::timeout_error);
  try {
    outer.join();
    ADD_FAILURE() << "no failure was reported";
  } catch (const covey::composite_exception& failed) {
    EXPECT_EQ(failed.leaves().size(), 1U);
    EXPECT_TRUE(failed.subgroup<covey::timeout_error>().has_value());
  }
}

TEST_P(own_stop, of_something_else_than_what_ended_stays_a_failure) {
  covey::nursery outer{here()};
  outer.run([] {
    covey::stop_reason other;
    other.kind = covey::stop_kind::explicit_stop;
    other.text = covey::label("made by hand");
    try {
      covey::nursery inner;
      inner.stop("enough");
      checkpoint();
    } catch (const covey::cancelled&) {
      throw covey::cancelled(other);
    }
  });
  EXPECT_EQ(failures_of([&] { outer.join(); }), strings{"something else"});
}

TEST_P(own_stop, of_a_child_of_spawn_and_wait_is_thrown_as_it_is) {
  const covey::nursery around{here()};
  const covey::stop_reason why = why_cancelled([] {
    return covey::spawn_and_wait(
        [] {
          covey::nursery inner;
          inner.stop("enough");
          checkpoint();
          return std::string("never");
        },
        [] { return std::string("other"); });
  });
  EXPECT_EQ(why.kind, covey::stop_kind::explicit_stop);
  EXPECT_EQ(why.text.view(), "enough");
}

// -- Batches.

TEST_P(own_stop, of_an_item_is_counted_as_stopped_and_the_others_go_on) {
  const auto item = [](int i) {
    if (i == 3) {
      covey::nursery inner;
      inner.stop("enough");
      checkpoint();
    }
    return i;
  };
  const auto ten = std::views::iota(0, 10);
  const covey::batch_summary sum =
      covey::for_each(ten, [&](int i) { static_cast<void>(item(i)); }, {.pool = &pool()});
  EXPECT_EQ(sum.stopped, 1U);
  EXPECT_EQ(sum.done, 9U);
  const auto outcomes = covey::map_outcomes(ten, item, {.pool = &pool()});
  EXPECT_EQ(outcomes[3].state(), covey::item_state::stopped);
  EXPECT_EQ(outcomes[4].value(), 4);
  static_cast<void>(why_cancelled([&] { return covey::map(ten, item, {.pool = &pool()}); }));
}

// An input range that sleeps before its last item.
class late_range {
 public:
  struct iterator {
    using value_type = int;
    using difference_type = std::ptrdiff_t;
    late_range* of = nullptr;
    int operator*() const { return of->at_; }
    iterator& operator++() {
      of->next();
      return *this;
    }
    void operator++(int) { of->next(); }
    friend bool operator==(const iterator& i, std::default_sentinel_t /*end*/) {
      return i.of->at_end();
    }
  };
  explicit late_range(covey::virtual_clock& time) : time_(time) {}
  iterator begin() { return {this}; }
  static std::default_sentinel_t end() { return {}; }
  [[nodiscard]] bool at_end() const { return at_ == 3; }

 private:
  void next() {
    if (++at_ == 2) {
      time_.advance(2s);
      covey::this_task::sleep_for(24h);
    }
  }
  covey::virtual_clock& time_;
  int at_ = 0;
};

TEST_P(own_stop, by_the_deadline_of_a_batch_that_its_range_obeys_returns_what_there_is) {
  covey::virtual_clock time;
  late_range range(time);
  covey::batch_summary sum;
  EXPECT_NO_THROW(sum = covey::for_each(
                      range, [](int) {}, {.timeout = 1s, .on_timeout = partial, .pool = &pool()}));
  EXPECT_EQ(sum.failed, 0U);
  EXPECT_EQ(sum.stop.kind, covey::stop_kind::deadline);
}

}  // namespace
