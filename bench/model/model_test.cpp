// SPDX-License-Identifier: Apache-2.0
// The model's laws: what must hold of every outcome, whatever the costs are.
#include "model/output.hpp"
#include "model/simulation.hpp"

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

namespace {

using model::costs;
using model::outcome;
using model::tree;
using model::tree_maker;

tree make(std::string_view name, std::uint64_t size, const costs& prices = {}) {
  return model::find_tree(name)->make(size, prices);
}

std::string text_of(const outcome& result) {
  std::ostringstream text;
  model::print_csv(text, {{"any", 1, result}});
  return text.str();
}

TEST(tree, of_fib_has_a_task_for_each_call_that_is_no_leaf) {
  EXPECT_EQ(make("fib", 2).root().tasks, 1U);
  EXPECT_EQ(make("fib", 10).root().tasks, 88U);  // fib(11) - 1
  EXPECT_EQ(make("fib", 39).root().tasks, 102'334'154U);
}

TEST(tree, of_skynet_spawns_nine_of_ten_children) {
  EXPECT_EQ(make("skynet", 1).root().tasks, 9U);
  EXPECT_EQ(make("skynet", 3).root().tasks, 999U);
}

TEST(tree, of_flat_has_one_spawner) {
  const tree program = make("flat", 1'000);
  EXPECT_EQ(program.root().tasks, 1'000U);
  EXPECT_EQ(program.root().spawns, 1'000U);
}

TEST(tree, takes_its_work_from_the_costs) {
  costs prices;
  prices.fib_task = 0;
  prices.work = 5;
  EXPECT_EQ(make("fib", 10, prices).root().alone, model::from_ns(5) * 89);  // 89 leaves
}

TEST(simulation, of_one_worker_takes_as_long_as_the_work) {
  for (const tree_maker& maker : model::tree_makers()) {
    const tree program = maker.make(maker.quick, {});
    const outcome result = simulate(program, 1, {}, 1);
    EXPECT_EQ(result.time, program.root().alone) << maker.name;
    EXPECT_EQ(result.counts.steals, 0U) << maker.name;
    EXPECT_EQ(result.counts.ran, program.root().tasks) << maker.name;
  }
}

TEST(simulation, runs_every_task_once) {
  for (const tree_maker& maker : model::tree_makers()) {
    const tree program = maker.make(maker.quick, {});
    for (const std::size_t workers : {2U, 3U, 7U, 32U, 256U}) {
      EXPECT_EQ(simulate(program, workers, {}, 1).counts.ran, program.root().tasks)
          << maker.name << ", " << workers << " workers";
    }
  }
}

TEST(simulation, is_never_faster_than_its_workers) {
  for (const double work : {0.0, 1'000.0, 100'000.0}) {
    costs prices;
    prices.work = work;
    for (const tree_maker& maker : model::tree_makers()) {
      const tree program = maker.make(work > 0 ? maker.quick / 2 : maker.quick, prices);
      for (const std::size_t workers : {2U, 4U, 16U, 64U}) {
        const outcome result = simulate(program, workers, prices, 1);
        EXPECT_LE(result.speedup(), static_cast<double>(workers)) << maker.name << ", " << work;
      }
    }
  }
}

TEST(simulation, with_the_same_seed_gives_the_same_outcome) {
  const tree program = make("fib", 24);
  EXPECT_EQ(text_of(simulate(program, 16, {}, 7)), text_of(simulate(program, 16, {}, 7)));
  EXPECT_NE(text_of(simulate(program, 16, {}, 7)), text_of(simulate(program, 16, {}, 8)));
}

TEST(simulation, of_coarse_tasks_uses_all_workers) {
  costs prices;
  prices.work = 100'000;
  const outcome result = simulate(make("flat", 2'000, prices), 8, prices, 1);
  EXPECT_GT(result.speedup(), 7);
  EXPECT_GE(result.counts.wakes, 7U);  // one for each loop
}

TEST(simulation, forces_an_owner_that_does_not_answer) {
  costs prices;
  prices.work = 20'000'000;
  const outcome result = simulate(make("flat", 8, prices), 4, prices, 1);
  EXPECT_GT(result.counts.forces, 0U);
}

TEST(simulation, lends_the_permit_of_a_waiter) {
  EXPECT_GT(simulate(make("fib", 30), 8, {}, 1).counts.lends, 0U);
}

TEST(simulation, without_costs_of_scheduling_is_nearly_ideal) {
  costs prices;
  for (const model::named_cost& each : model::cost_names()) {
    prices.*(each.value) = 0;
  }
  prices.probe = 1;
  prices.fib_task = 100;
  const outcome result = simulate(make("fib", 26, prices), 8, prices, 1);
  EXPECT_GT(result.speedup(), 7);
}

}  // namespace
