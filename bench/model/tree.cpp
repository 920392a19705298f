// SPDX-License-Identifier: Apache-2.0
// The trees of the benchmarks fib, skynet and flat, as bench/<workload>/covey.cpp writes them.
#include "model/tree.hpp"

#include <algorithm>
#include <utility>

namespace model {
namespace {

// Which part of a task's cost is its spawn, and which its get; the rest is the call around them. Instructions of fib by
// callgrind, rounded.
constexpr double spawn_share = 0.4;
constexpr double get_share = 0.3;

tree empty_tree(std::string name, double task) {
  tree made;
  made.name = std::move(name);
  made.spawn = from_ns(task * spawn_share);
  made.get = from_ns(task * get_share);
  return made;
}

void add(tree& to, kind next) {
  next.alone = next.before;
  if (next.spawns > 0) {
    const kind& child = to.kinds[next.spawned];
    next.alone += static_cast<picoseconds>(next.spawns) * (to.spawn + to.get + child.alone);
    next.tasks += next.spawns * (1 + child.tasks);
  }
  if (next.called != kind::none) {
    next.alone += to.kinds[next.called].alone;
    next.tasks += to.kinds[next.called].tasks;
  }
  to.kinds.push_back(next);
}

tree make_fib(std::uint64_t size, const costs& prices) {
  tree made = empty_tree("fib", prices.fib_task);
  const picoseconds around = from_ns(prices.fib_task) - made.spawn - made.get;
  for (std::size_t n = 0; n <= size; ++n) {
    if (n < 2) {
      add(made, {.before = from_ns(prices.work)});
    } else {
      add(made, {.spawns = 1, .spawned = n - 1, .called = n - 2, .before = around});
    }
  }
  return made;
}

tree make_skynet(std::uint64_t size, const costs& prices) {
  constexpr std::uint64_t spawns = 9;
  tree made = empty_tree("skynet", prices.skynet_task);
  const picoseconds around = from_ns(prices.skynet_task) - made.spawn - made.get;
  add(made, {.before = from_ns(prices.work)});
  for (std::size_t level = 0; level < size; ++level) {
    add(made,
        {.spawns = spawns,
         .spawned = level,
         .called = level,
         .before = around * static_cast<picoseconds>(spawns)});
  }
  return made;
}

tree make_flat(std::uint64_t size, const costs& prices) {
  tree made = empty_tree("flat", prices.flat_task);
  const picoseconds around = from_ns(prices.flat_task) - made.spawn - made.get;
  add(made, {.before = around + from_ns(prices.work)});
  add(made, {.spawns = size, .spawned = 0, .in_order = false});
  return made;
}

}  // namespace

const std::vector<tree_maker>& tree_makers() {
  static const std::vector<tree_maker> all{
      {"fib", 39, 24, 2, 50, make_fib, &costs::fib_task},
      {"skynet", 8, 4, 1, 9, make_skynet, &costs::skynet_task},
      {"flat", 1'000'000, 20'000, 1, 100'000'000, make_flat, &costs::flat_task},
  };
  return all;
}

const tree_maker* find_tree(std::string_view name) {
  const auto& all = tree_makers();
  const auto found = std::find_if(
      all.begin(), all.end(), [name](const tree_maker& maker) { return maker.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace model
