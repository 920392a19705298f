// SPDX-License-Identifier: Apache-2.0
// The graph of waits alone: a wait that closes a circle is refused, every other one is entered and left again.
#include "scope/wait_graph.hpp"

#include "bounded.hpp"
#include "quiet_front.hpp"
#include "test_worker.hpp"

#include <covey/covey.hpp>

#include <array>
#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>

namespace {

using covey::detail::frame;
using covey::runtime::record;
using covey::runtime::roster;
using covey::runtime::waiting_for;

// Three workers, each of which runs one child.
class wait_graph : public testing::Test {
 protected:
  static constexpr std::size_t count = 3;

  wait_graph() {
    for (std::size_t i = 0; i < count; ++i) {
      worker[i] = &covey_test::acquire_worker(pool_, front_);
      child[i].ops = &ops_;
      child[i].spawned_at = covey::site::current();
      child[i].holder.store(static_cast<std::uint16_t>(worker[i]->id + 1));
      child[i].phase.store(covey::detail::phase::running);
    }
  }
  ~wait_graph() override {
    for (record* each : worker) {
      roster::release(*each);
    }
  }

  std::array<frame, count> child;
  std::array<record*, count> worker{};

 private:
  covey_test::bounded bound_;
  covey::pool pool_{1};
  covey_test::quiet_front front_;
  covey::detail::frame_ops ops_{};
};

TEST_F(wait_graph, holds_what_a_worker_waits_for_as_long_as_it_waits) {
  {
    const waiting_for first(*worker[0], &child[1]);
    EXPECT_EQ(worker[0]->waits_for_child, &child[1]);
    {
      const waiting_for inner(*worker[0], &child[2]);
      EXPECT_EQ(worker[0]->waits_for_child, &child[2]);
    }
    EXPECT_EQ(worker[0]->waits_for_child, &child[1]);
  }
  EXPECT_EQ(worker[0]->waits_for_child, nullptr);
}

TEST_F(wait_graph, refuses_a_wait_that_closes_a_circle_and_names_its_children) {
  const waiting_for first(*worker[0], &child[1]);
  const waiting_for second(*worker[1], &child[2]);
  try {
    const waiting_for third(*worker[2], &child[0]);
    FAIL() << "that wait never ends";
  } catch (const covey::structure_error& refused) {
    const std::string text = refused.what();
    EXPECT_NE(text.find("would never end"), std::string::npos) << text;
    EXPECT_NE(text.find("wait_graph_test.cpp"), std::string::npos) << text;
  }
  EXPECT_EQ(worker[2]->waits_for_child, nullptr) << "nothing was entered";
}

TEST_F(wait_graph, refuses_a_worker_that_waits_for_its_own_child) {
  EXPECT_THROW(waiting_for(*worker[0], &child[0]), covey::structure_error);
}

TEST_F(wait_graph, lets_a_chain_be_that_ends_at_a_worker_that_goes_on) {
  const waiting_for first(*worker[0], &child[1]);
  const waiting_for second(*worker[1], &child[2]);
  EXPECT_EQ(worker[2]->waits_for_child, nullptr);
}

TEST_F(wait_graph, lets_everybody_wait_for_a_child_that_nobody_runs) {
  child[0].phase.store(covey::detail::phase::queued);
  const waiting_for first(*worker[1], &child[0]);
  const waiting_for second(*worker[0], &child[1]);
  SUCCEED();
}

TEST_F(wait_graph, forgets_a_wait_that_has_ended) {
  {
    const waiting_for first(*worker[0], &child[1]);
    EXPECT_THROW(waiting_for(*worker[1], &child[0]), covey::structure_error);
  }
  const waiting_for again(*worker[1], &child[0]);
  EXPECT_EQ(worker[1]->waits_for_child, &child[0]);
}

}  // namespace
