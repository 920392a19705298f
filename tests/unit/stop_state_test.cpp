// SPDX-License-Identifier: Apache-2.0
// The tree of stop states from inside: marking, order of calls, deep chains, races, forks.
#include <covey/detail/stop/stop_state.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <functional>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

using covey::label;
using covey::stop_kind;
using covey::stop_reason;
using covey::detail::stop_node;
using covey::detail::stop_state;

struct releases {
  void operator()(stop_state* state) const noexcept { state->release(); }
};
using holder = std::unique_ptr<stop_state, releases>;

holder make(const holder& parent = nullptr) {
  return holder(stop_state::make(parent.get()));
}

stop_reason because(std::string_view text, stop_kind kind = stop_kind::explicit_stop) {
  stop_reason why;
  why.kind = kind;
  why.text = label(text);
  return why;
}

// A registration that calls a function.
struct node : stop_node {
  explicit node(std::function<void()> what = [] {}) : then(std::move(what)) {
    call = [](stop_node* self) noexcept {
      auto& me = *static_cast<node*>(self);
      ++me.calls;
      me.then();
    };
  }
  std::function<void()> then;
  std::atomic<int> calls{0};
};

void run_together(const std::vector<std::function<void()>>& bodies) {
  std::latch start(static_cast<std::ptrdiff_t>(bodies.size()));
  std::vector<std::thread> threads;
  threads.reserve(bodies.size());
  for (const auto& body : bodies) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      body();
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
}

TEST(stop_state, is_open_until_the_first_request_which_gives_the_cause_for_good) {
  const holder state = make();
  EXPECT_FALSE(state->requested());
  EXPECT_TRUE(state->possible());
  EXPECT_EQ(state->why().kind, stop_kind::none);
  EXPECT_TRUE(state->request(because("first", stop_kind::failure)));
  EXPECT_FALSE(state->request(because("second", stop_kind::deadline)));
  EXPECT_TRUE(state->requested());
  EXPECT_EQ(state->why().kind, stop_kind::failure);
  EXPECT_EQ(state->why().text.view(), "first");
}

TEST(stop_state, hands_a_stop_down_and_neither_up_nor_sideways) {
  const holder root = make();
  const holder middle = make(root);
  const holder sibling = make(root);
  const holder leaf = make(middle);
  EXPECT_TRUE(middle->request(because("middle")));
  EXPECT_FALSE(root->requested());
  EXPECT_FALSE(sibling->requested());
  EXPECT_EQ(leaf->why().kind, stop_kind::parent);
  EXPECT_EQ(leaf->why().text.view(), "middle");
  EXPECT_TRUE(root->request(because("root")));
  EXPECT_EQ(sibling->why().text.view(), "root");
  EXPECT_EQ(middle->why().kind, stop_kind::explicit_stop);
  EXPECT_EQ(leaf->why().text.view(), "middle");
  EXPECT_FALSE(leaf->request(because("too late")));
}

TEST(stop_state, is_born_stopped_under_a_stopped_parent) {
  const holder parent = make();
  stop_reason why = because("text", stop_kind::deadline);
  why.scope = label("scope");
  why.task = label("task");
  why.site = covey::site::current();
  parent->request(why);
  const holder child = make(parent);
  EXPECT_TRUE(child->requested());
  const stop_reason seen = child->why();
  EXPECT_EQ(seen.kind, stop_kind::parent);
  EXPECT_EQ(seen.scope.view(), "scope");
  EXPECT_EQ(seen.task.view(), "task");
  EXPECT_EQ(seen.text.view(), "text");
  EXPECT_EQ(seen.site.line(), why.site.line());
  node late;
  EXPECT_FALSE(child->add(late));
  EXPECT_EQ(late.calls, 1);
}

TEST(stop_state, runs_callbacks_of_ancestors_first_and_each_in_the_order_of_registration) {
  const holder root = make();
  const holder child = make(root);
  std::vector<std::string> order;
  node c1([&] { order.emplace_back("child 1"); });
  node r1([&] { order.emplace_back("root 1"); });
  node r2([&] { order.emplace_back("root 2"); });
  node r3([&] { order.emplace_back("root 3"); });
  ASSERT_TRUE(child->add(c1));
  ASSERT_TRUE(root->add(r1));
  ASSERT_TRUE(root->add(r2));
  ASSERT_TRUE(root->add(r3));
  root->remove(r2);
  root->request(because("go"));
  EXPECT_EQ(order, (std::vector<std::string>{"root 1", "root 3", "child 1"}));
  for (node* each : {&r1, &r2, &r3}) {
    root->remove(*each);
  }
  child->remove(c1);
}

TEST(stop_state, marks_every_descendant_before_the_first_callback_runs) {
  const holder root = make();
  const holder child = make(root);
  const holder leaf = make(child);
  bool marked = false;
  node first([&] { marked = child->requested() && leaf->requested(); });
  ASSERT_TRUE(root->add(first));
  root->request(because("go"));
  EXPECT_TRUE(marked);
}

TEST(stop_state, holds_no_lock_while_a_callback_runs) {
  const holder root = make();
  const holder other = make();
  holder child = make(root);
  node in_child;
  ASSERT_TRUE(child->add(in_child));
  node added;
  node removed;
  node everything([&] {
    root->remove(removed);
    EXPECT_FALSE(root->add(added));
    EXPECT_FALSE(root->request(because("again")));
    EXPECT_TRUE(other->request(because("another")));
    EXPECT_TRUE(make(root)->requested());
    EXPECT_TRUE(std::stop_token(root->std_token()).stop_requested());
    child->remove(in_child);
    child->detach();
    child.reset();  // the request still holds it
    root->remove(everything);
    root->detach();
  });
  ASSERT_TRUE(root->add(everything));
  ASSERT_TRUE(root->add(removed));
  EXPECT_TRUE(root->request(because("go")));
  EXPECT_EQ(added.calls, 1);
  EXPECT_EQ(removed.calls, 0);
  EXPECT_EQ(in_child.calls, 0);
}

TEST(stop_state, may_lose_its_last_reference_inside_a_callback) {
  stop_state* const state = stop_state::make(nullptr);
  node drops([&] { state->release(); });
  ASSERT_TRUE(state->add(drops));
  state->add_ref();
  EXPECT_TRUE(state->request(because("go")));
  state->release();
}

TEST(stop_state, once_detached_is_out_of_reach) {
  const holder parent = make();
  const holder child = make(parent);
  node never;
  ASSERT_TRUE(child->add(never));
  child->detach();
  child->detach();
  EXPECT_FALSE(child->possible());
  EXPECT_FALSE(child->request(because("late")));
  EXPECT_TRUE(parent->request(because("parent")));
  EXPECT_FALSE(child->requested());
  node unheard;
  EXPECT_FALSE(child->add(unheard));
  EXPECT_FALSE(make(child)->requested());
  EXPECT_FALSE(child->std_token().stop_possible());
  child->remove(never);
  EXPECT_EQ(never.calls + unheard.calls, 0);
}

TEST(stop_state, stays_requested_when_it_is_detached_afterwards) {
  const holder state = make();
  const std::stop_token bridged = state->std_token();
  state->request(because("kept"));
  state->detach();
  EXPECT_TRUE(state->requested());
  EXPECT_TRUE(state->possible());
  EXPECT_EQ(state->why().text.view(), "kept");
  EXPECT_TRUE(bridged.stop_requested());
  EXPECT_EQ(state->std_token(), bridged);
}

TEST(stop_state, leaves_the_middle_of_its_parents_list) {
  const holder parent = make();
  std::array<holder, 5> children;
  std::generate(children.begin(), children.end(), [&] { return make(parent); });
  children[2]->detach();
  children[0].reset();
  children[4].reset();
  parent->request(because("go"));
  EXPECT_TRUE(children[1]->requested());
  EXPECT_FALSE(children[2]->requested());
  EXPECT_TRUE(children[3]->requested());
}

TEST(stop_state, reaches_the_end_of_a_chain_10000_deep_without_recursion) {
  constexpr std::size_t depth = 10'000;
  std::vector<holder> chain;
  chain.push_back(make());
  while (chain.size() < depth) {
    chain.push_back(make(chain.back()));
  }
  node at_the_end;
  ASSERT_TRUE(chain.back()->add(at_the_end));
  EXPECT_TRUE(chain.front()->request(because("down")));
  EXPECT_TRUE(
      std::all_of(chain.begin(), chain.end(), [](auto& each) { return each->requested(); }));
  EXPECT_EQ(chain.back()->why().text.view(), "down");
  EXPECT_EQ(at_the_end.calls, 1);
  chain.back()->remove(at_the_end);
}

TEST(stop_state, frees_a_chain_10000_deep_without_recursion) {
  holder last = make();
  for (int i = 0; i < 10'000; ++i) {
    last = make(last);  // only its child keeps the parent
  }
  last.reset();
}

TEST(stop_state, remove_waits_for_a_call_on_another_thread_to_finish) {
  const holder state = make();
  std::latch inside(1);
  std::latch go(1);
  int written = 0;  // not atomic: remove() must order it
  node slow([&] {
    inside.count_down();
    go.wait();
    written = 1;
  });
  ASSERT_TRUE(state->add(slow));
  std::thread requester([&] { state->request(because("go")); });
  inside.wait();
  std::thread opener([&] { go.count_down(); });
  state->remove(slow);
  EXPECT_EQ(written, 1);
  opener.join();
  requester.join();
}

TEST(stop_state, remove_of_another_node_does_not_wait_for_the_running_call) {
  const holder state = make();
  std::latch inside(1);
  std::latch removed(1);
  node slow([&] {
    inside.count_down();
    removed.wait();
  });
  node next;
  ASSERT_TRUE(state->add(slow));
  ASSERT_TRUE(state->add(next));
  std::thread requester([&] { state->request(because("go")); });
  inside.wait();
  state->remove(next);
  removed.count_down();
  requester.join();
  EXPECT_EQ(next.calls, 0);
  state->remove(slow);
}

TEST(stop_state, takes_exactly_one_of_many_simultaneous_requests) {
  for (int round = 0; round < 500; ++round) {
    const holder state = make();
    node once;
    ASSERT_TRUE(state->add(once));
    std::atomic<int> firsts{0};
    std::atomic<int> winner{-1};
    const auto requests = [&](int who) {
      return [&, who] {
        if (state->request(because(std::to_string(who)))) {
          ++firsts;
          winner = who;
        }
        EXPECT_TRUE(state->requested());
      };
    };
    run_together({requests(0), requests(1), requests(2), requests(3)});
    state->remove(once);
    EXPECT_EQ(firsts, 1);
    EXPECT_EQ(once.calls, 1);
    EXPECT_EQ(state->why().text.view(), std::to_string(winner));
  }
}

TEST(stop_state, calls_each_node_at_most_once_while_stops_adds_and_removes_race) {
  for (int round = 0; round < 1000; ++round) {
    const holder state = make();
    const auto adds_and_removes = [&] {
      for (int i = 0; i < 20; ++i) {
        node mine;
        if (state->add(mine)) {
          state->remove(mine);
          EXPECT_LE(mine.calls, 1);
        } else {
          EXPECT_EQ(mine.calls, 1);
        }
      }
    };
    run_together({adds_and_removes, adds_and_removes, [&] { state->request(because("race")); }});
  }
}

TEST(stop_state, gives_each_of_a_tree_one_cause_while_parent_and_child_are_stopped_at_once) {
  for (int round = 0; round < 1000; ++round) {
    const holder root = make();
    const holder child = make(root);
    const holder leaf = make(child);
    node heard;
    ASSERT_TRUE(leaf->add(heard));
    run_together(
        {[&] { root->request(because("root")); }, [&] { child->request(because("child")); }});
    leaf->remove(heard);
    EXPECT_EQ(heard.calls, 1);
    EXPECT_TRUE(leaf->requested());
    EXPECT_EQ(root->why().text.view(), "root");
    EXPECT_EQ(child->why().text.view(), leaf->why().text.view());
  }
}

TEST(stop_state, stops_all_or_no_late_children_while_they_are_born_and_end) {
  for (int round = 0; round < 500; ++round) {
    const holder root = make();
    const auto lives = [&] {
      for (int i = 0; i < 20; ++i) {
        const bool before = root->requested();
        const holder child = make(root);
        const holder leaf = make(child);
        EXPECT_TRUE(!before || leaf->requested());
        node mine;
        const bool added = leaf->add(mine);
        if (i % 2 == 0) {
          leaf->detach();
          child->detach();
        }
        if (added) {
          leaf->remove(mine);
        }
        EXPECT_LE(mine.calls, 1);
      }
    };
    run_together({lives, lives, [&] { root->request(because("race")); }});
    EXPECT_TRUE(make(root)->requested());
  }
}

TEST(stop_state, bridges_to_one_std_source_even_when_asked_for_at_once) {
  for (int round = 0; round < 500; ++round) {
    const holder state = make();
    std::stop_token a;
    std::stop_token b;
    run_together({[&] { a = state->std_token(); },
                  [&] { b = state->std_token(); },
                  [&] { state->request(because("race")); }});
    EXPECT_EQ(a, b);
    EXPECT_TRUE(a.stop_requested());
  }
}

TEST(stop_state, makes_the_requesters_writes_visible_to_who_sees_the_request) {
  const holder state = make();
  int before = 0;  // not atomic: the request publishes it
  std::thread requester([&] {
    before = 1;
    state->request(because("go"));
  });
  while (!state->requested()) {
    std::this_thread::yield();
  }
  EXPECT_EQ(before, 1);
  requester.join();
}

// Runs `check` in a forked child. @returns whether it said true there.
bool true_in_a_forked_child(const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(check() ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(stop_state, is_frozen_in_a_forked_child_and_hangs_nothing_there) {
  const holder parent = make();
  holder open = make(parent);
  const holder stopped = make();
  stopped->request(because("before"));
  node listed;
  ASSERT_TRUE(open->add(listed));
  EXPECT_TRUE(true_in_a_forked_child([&] {
    node late;
    const bool quiet = !open->request(because("late")) && !parent->request(because("late")) &&
                       !open->requested() && !open->add(late) && late.calls == 0;
    open->remove(listed);
    const bool sticky = stopped->requested() && !stopped->add(late) && late.calls == 1 &&
                        stopped->std_token().stop_requested() && make(stopped)->requested() &&
                        !open->std_token().stop_possible() && !make(open)->requested();
    open->detach();
    open.reset();
    const holder fresh = make();  // what is made there works
    const holder below = make(fresh);
    return quiet && sticky && listed.calls == 0 && fresh->request(because("new")) &&
           below->requested();
  }));
  EXPECT_TRUE(open->request(because("the parent process goes on")));
  EXPECT_EQ(listed.calls, 1);
  open->remove(listed);
}

TEST(stop_state, lets_a_forked_child_go_that_was_forked_inside_a_callback) {
  const holder state = make();
  bool fine = false;
  node forks([&] {
    fine = true_in_a_forked_child([&] {
      state->remove(forks);
      state->detach();
      return state->requested();
    });
  });
  ASSERT_TRUE(state->add(forks));
  state->request(because("go"));
  EXPECT_TRUE(fine);
}

}  // namespace
