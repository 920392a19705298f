// SPDX-License-Identifier: Apache-2.0
// The task-tracking system: the tree of live nurseries and children (semantics 29).
#include "each_pool_size.hpp"
#include "gate.hpp"

#include <covey/covey.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using covey::task_tree;
using covey::tree_kind;
using covey::tree_node;
using covey::tree_state;
using covey_test::gate;
using namespace std::chrono_literals;

class tracking : public covey_test::each_pool_size {
 protected:
  tracking() { covey::set_tracking(covey::tracking_level::full); }
  ~tracking() override {
    const task_tree left = covey::snapshot();
    EXPECT_TRUE(left.nodes.empty()) << covey::to_text(left);
    covey::set_tracking(covey::tracking_level::off);
  }
};
INSTANTIATE_TEST_SUITE_P(pools, tracking, testing::Values(1, 2, 8), covey_test::pool_size_name);

const tree_node* named(const task_tree& tree, std::string_view name) {
  const auto at = std::find_if(tree.nodes.begin(), tree.nodes.end(), [&](const tree_node& each) {
    return each.name.view() == name;
  });
  return at == tree.nodes.end() ? nullptr : &*at;
}

// Who is on the way from a node to its root, outermost first.
std::string path_of(const task_tree& tree, const tree_node& node) {
  std::string path(node.name.view());
  for (std::size_t at = node.parent; at != tree_node::none; at = tree.nodes[at].parent) {
    path = std::string(tree.nodes[at].name.view()) + "/" + path;
  }
  return path;
}

TEST_P(tracking, a_nursery_is_in_the_tree_from_its_opening_to_its_end) {
  {
    const covey::nursery kids{here({.name = "open"})};
    const task_tree tree = covey::snapshot();
    const tree_node* const node = named(tree, "open");
    ASSERT_NE(node, nullptr);
    EXPECT_EQ(node->kind, tree_kind::nursery);
    EXPECT_EQ(node->state, tree_state::running);
    EXPECT_EQ(node->parent, tree_node::none);
    EXPECT_NE(node->file.find("tracking_test.cpp"), std::string::npos);
    EXPECT_NE(node->line, 0U);
    EXPECT_GE(node->age, 0ns);
    EXPECT_LT(node->age, 1min);
  }
  EXPECT_EQ(named(covey::snapshot(), "open"), nullptr);
}

TEST_P(tracking, an_unnamed_nursery_without_options_is_in_the_tree_too) {
  covey::nursery outer{here()};
  outer
      .spawn([] {
        const covey::nursery kids;
        const auto tree = covey::snapshot();
        EXPECT_EQ(
            std::count_if(tree.nodes.begin(),
                          tree.nodes.end(),
                          [](const tree_node& each) { return each.kind == tree_kind::nursery; }),
            2);
      })
      .get();
}

TEST_P(tracking, a_child_is_shown_queued_then_running_then_not_at_all) {
  gate go;
  gate begun;
  covey::nursery kids{here({.name = "family"})};
  auto first = kids.spawn("first", [&] {
    begun.open();
    covey::blocking([&] { go.wait(); });
  });
  EXPECT_FALSE(first.ready());
  begun.wait();
  {
    const task_tree tree = covey::snapshot();
    const tree_node* const node = named(tree, "first");
    ASSERT_NE(node, nullptr);
    EXPECT_EQ(node->kind, tree_kind::child);
    EXPECT_TRUE(node->state == tree_state::blocking || node->state == tree_state::running);
    EXPECT_NE(node->worker, 0U);
    EXPECT_EQ(path_of(tree, *node), "family/first");
    EXPECT_EQ(named(tree, "family")->counts.spawned, 1U);
  }
  go.open();
  first.get();
  const task_tree tree = covey::snapshot();
  EXPECT_EQ(named(tree, "first"), nullptr);
  EXPECT_EQ(named(tree, "family")->counts.done, 1U);
}

TEST_P(tracking, a_queued_child_is_shown_queued_without_a_worker) {
  gate go;
  std::atomic<int> inside{0};
  covey::nursery kids{here()};
  for (int i = 0; i < GetParam(); ++i) {
    kids.run("busy", [&] {
      ++inside;
      while (!go.is_open()) {
        std::this_thread::yield();  // keeps its worker busy
      }
    });
  }
  kids.run("next", [] {});
  const task_tree tree = covey::snapshot();
  const tree_node* const node = named(tree, "next");
  if (node != nullptr && node->state == tree_state::queued) {
    EXPECT_EQ(node->worker, 0U);
  }
  go.open();
  kids.join();
  EXPECT_EQ(named(covey::snapshot(), "next"), nullptr);
}

TEST_P(tracking, the_tree_has_the_shape_of_the_program) {
  covey::nursery outer{here({.name = "outer"})};
  outer
      .spawn("tile",
             [&] {
               covey::nursery inner{covey::nursery_options{.name = "inner"}};
               inner
                   .spawn("leaf",
                          [&] {
                            const task_tree tree = covey::snapshot();
                            const tree_node* const leaf = named(tree, "leaf");
                            ASSERT_NE(leaf, nullptr);
                            EXPECT_EQ(path_of(tree, *leaf), "outer/tile/inner/leaf");
                            EXPECT_EQ(leaf->state, tree_state::running);
                            // It waits, unless a thief was faster with the leaf than it with get().
                            EXPECT_NE(named(tree, "tile")->state, tree_state::queued);
                            for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
                              const std::size_t parent = tree.nodes[i].parent;
                              EXPECT_TRUE(parent == tree_node::none || parent < i);
                            }
                          })
                   .get();
             })
      .get();
}

TEST_P(tracking, the_kinds_of_ends_are_counted) {
  covey::nursery kids{here({.name = "ends", .policy = covey::policy::supervise})};
  kids.run([] {});
  kids.run([] { throw std::runtime_error("bad"); });
  kids.wait_idle();
  kids.stop("enough");
  kids.run([] {});
  const task_tree tree = covey::snapshot();
  const tree_node* const node = named(tree, "ends");
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->counts.spawned, 3U);
  EXPECT_EQ(node->counts.done, 1U);
  EXPECT_EQ(node->counts.failed, 1U);
  EXPECT_EQ(node->counts.never_started, 1U);
  EXPECT_TRUE(node->stopping);
  EXPECT_EQ(node->stop, covey::stop_kind::explicit_stop);
  EXPECT_EQ(node->stop_text.view(), "enough");
  EXPECT_THROW(kids.join(), covey::composite_exception);
}

TEST_P(tracking, a_stop_is_shown_on_all_that_is_below) {
  covey::nursery outer{here({.name = "outer"})};
  outer
      .spawn("child",
             [&] {
               outer.stop("over");
               const task_tree tree = covey::snapshot();
               EXPECT_TRUE(named(tree, "child")->stopping);
               EXPECT_EQ(named(tree, "child")->stop, covey::stop_kind::none);
             })
      .get();
  outer.join();
}

TEST_P(tracking, a_deadline_is_shown_on_all_that_is_below) {
  covey::nursery outer{here({.name = "outer", .timeout = 1h})};
  outer
      .spawn("child",
             [&] {
               const task_tree tree = covey::snapshot();
               const auto left = named(tree, "child")->left;
               ASSERT_TRUE(left.has_value());
               EXPECT_GT(*left, 59min);
               EXPECT_LE(*left, 1h);
             })
      .get();
}

TEST_P(tracking, progress_is_weighted_up_the_tree) {
  covey::nursery outer{here({.name = "outer"})};
  outer.spawn([] {}).get();
  outer
      .spawn("half",
             [&] {
               covey::this_task::set_progress(1, 2);
               const task_tree tree = covey::snapshot();
               const tree_node* const node = named(tree, "half");
               EXPECT_EQ(node->progress.total, 2U);
               const auto at = static_cast<std::size_t>(named(tree, "outer") - tree.nodes.data());
               EXPECT_DOUBLE_EQ(covey::weighted_progress(tree, at).value(), 0.75);
             })
      .get();
}

TEST_P(tracking, a_batch_shows_its_items) {
  std::vector<int> items(10'000);
  std::atomic<bool> seen{false};
  covey::for_each(items,
                  [&](int& item) {
                    item = 1;
                    if (!seen.exchange(true)) {
                      const task_tree tree = covey::snapshot();
                      const tree_node* const node = named(tree, "batch");
                      ASSERT_NE(node, nullptr);
                      EXPECT_EQ(node->progress.total, 10'000U);
                      EXPECT_LE(node->progress.done, 10'000U);
                    }
                  },
                  {.name = "batch", .pool = &pool()});
  EXPECT_TRUE(seen);
}

TEST_P(tracking, names_are_shown_whatever_they_hold) {
  const std::string wild = std::string("line\nquote\"'\\ \xff\x01 ") + std::string(1 << 20, 'x');
  covey::nursery kids{here({.name = wild})};
  kids.spawn(wild,
             [] {
               const task_tree tree = covey::snapshot();
               for (const std::string& text :
                    {covey::to_text(tree), covey::to_dot(tree), covey::to_json(tree)}) {
                 EXPECT_LT(text.size(), 20'000U);
                 EXPECT_EQ(text.find('\x01'), std::string::npos);
                 EXPECT_EQ(text.find('\xff'), std::string::npos);
               }
             })
      .get();
}

TEST_P(tracking, nothing_is_shown_at_level_off_or_counters) {
  for (const auto level : {covey::tracking_level::off, covey::tracking_level::counters}) {
    covey::set_tracking(level);
    covey::nursery kids{here({.name = "hidden"})};
    kids.spawn("child",
               [&] {
                 const task_tree tree = covey::snapshot();
                 EXPECT_EQ(tree.level, level);
                 EXPECT_TRUE(tree.nodes.empty());
               })
        .get();
  }
}

TEST_P(tracking, a_nursery_that_was_open_before_appears_with_its_running_children) {
  covey::set_tracking(covey::tracking_level::off);
  gate raised;
  gate looked;
  gate begun;
  covey::nursery kids{here({.name = "early"})};
  auto child = kids.spawn("early child", [&] {
    begun.open();
    covey::blocking([&] { raised.wait(); });
    covey::this_task::checkpoint();
    const task_tree tree = covey::snapshot();
    EXPECT_NE(named(tree, "early"), nullptr);
    covey::nursery inner;
    inner
        .spawn("inner",
               [&] {
                 const task_tree now = covey::snapshot();
                 const tree_node* const node = named(now, "inner");
                 ASSERT_NE(node, nullptr);
                 EXPECT_EQ(path_of(now, *node), "early/early child//inner");
               })
        .get();
  });
  EXPECT_FALSE(child.ready());
  begun.wait();
  covey::set_tracking(covey::tracking_level::full);
  raised.open();
  child.get();
}

TEST_P(tracking, children_that_are_on_their_way_when_the_level_falls_end_well) {
  covey::nursery kids{here()};
  std::atomic<int> ran{0};
  for (int i = 0; i < 1000; ++i) {
    kids.run([&] { ++ran; });
    if (i % 100 == 50) {
      covey::set_tracking(covey::tracking_level::off);
    } else if (i % 100 == 0) {
      covey::set_tracking(covey::tracking_level::full);
    }
  }
  kids.join();
  EXPECT_EQ(ran, 1000);
}

int tree_sum(int depth, std::atomic<int>& wrong) {
  if (depth == 0) {
    return 1;
  }
  covey::nursery kids;
  auto left = kids.spawn("left", [&, depth] { return tree_sum(depth - 1, wrong); });
  auto right = kids.spawn([&, depth] { return tree_sum(depth - 1, wrong); });
  return left.get() + right.get();
}

// Every child says what it does in words of its own; whoever looks must never see more, nor less.
TEST_P(tracking, a_busy_child_is_never_shown_idle_nor_a_finished_one_busy) {
  constexpr int lanes = 4;
  struct lane {
    std::atomic<int> entered{0};   // number of the child that is inside for sure; 0: nobody
    std::atomic<int> received{0};  // children up to this one have given their result
  };
  std::vector<lane> all(lanes);
  std::atomic<bool> over{false};
  std::atomic<int> wrong{0};
  std::thread watcher([&] {
    while (!over) {
      std::vector<int> entered;
      std::vector<int> received;
      for (const lane& each : all) {
        entered.push_back(each.entered);
        received.push_back(each.received);
      }
      const task_tree tree = covey::snapshot();
      for (std::size_t i = 0; i < all.size(); ++i) {
        const bool still_inside = entered[i] != 0 && all[i].entered == entered[i];
        const std::string inside = "child " + std::to_string(i) + "." + std::to_string(entered[i]);
        const tree_node* const node = named(tree, inside);
        if (still_inside && (node == nullptr || node->state == tree_state::queued)) {
          ++wrong;
        }
        const std::string gone = "child " + std::to_string(i) + "." + std::to_string(received[i]);
        if (received[i] != 0 && named(tree, gone) != nullptr) {
          ++wrong;
        }
      }
    }
  });
  {
    covey::nursery kids{here()};
    for (std::size_t i = 0; i < all.size(); ++i) {
      kids.run([&, i] {
        covey::nursery inner;
        for (int n = 1; n <= 300; ++n) {
          inner
              .spawn("child " + std::to_string(i) + "." + std::to_string(n),
                     [&, n] {
                       all[i].entered = n;
                       EXPECT_EQ(tree_sum(3, wrong), 8);
                       all[i].entered = 0;
                     })
              .get();
          all[i].received = n;
        }
      });
    }
    kids.join();
  }
  over = true;
  watcher.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(tracking, workers_count_what_they_run) {
  const auto ran = [] {
    std::uint64_t sum = 0;
    for (const auto& each : covey::snapshot().workers) {
      sum += each.ran;
    }
    return sum;
  };
  covey::nursery kids{here()};
  const std::uint64_t before = ran();
  for (int i = 0; i < 100; ++i) {
    kids.spawn([] {}).get();
  }
  EXPECT_GE(ran() - before, 100U);
}

}  // namespace
