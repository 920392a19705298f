// SPDX-License-Identifier: Apache-2.0
// The nursery itself: both of its forms, children that spawn siblings, and a door for a thread that covey does not know.
// In asyncio and Trio: `async with open_nursery() as nursery`, handed to whoever may start tasks in it.

#include <covey/covey.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

// The form with a scope: for children whose results are read afterwards.
void scope_form() {
  std::array<int, 4> squares{};
  {
    covey::nursery kids{{.name = "squares"}};
    for (std::size_t i = 0; i < squares.size(); ++i) {
      kids.run([&squares, i] { squares.at(i) = static_cast<int>(i * i); });
    }
  }
  std::cout << "scope:";
  for (const int square : squares) {
    std::cout << ' ' << square;
  }
  std::cout << '\n';
}

// The form with a function: it returns a value, and keeps the body's own exception beside those of the children.
void function_form() {
  const int sum = covey::with_nursery([](covey::nursery& kids) {
    auto a = kids.spawn([] { return 40; });
    auto b = kids.spawn([] { return 2; });
    return a.get() + b.get();
  });
  std::cout << "function: " << sum << '\n';

  try {
    covey::with_nursery({.policy = covey::policy::supervise}, [](covey::nursery& kids) {
      const auto child = kids.spawn("child", [] { throw std::runtime_error("the child failed"); });
      child.wait();  // else the body's exception might stop the child before it has started
      throw std::logic_error("the body failed");
    });
  } catch (const covey::composite_exception& both) {
    std::cout << "function: " << both.size() << " failures, those of body and child\n";
  }
}

struct tree_node {
  int value = 0;
  std::vector<tree_node> below;
};

tree_node make_tree(int depth) {
  tree_node node{depth, {}};
  for (int i = 0; depth > 0 && i < 3; ++i) {
    node.below.push_back(make_tree(depth - 1));
  }
  return node;
}

// A child may spawn siblings into the nursery that it runs in; the scope waits for them as well.
void visit(covey::nursery& kids, const tree_node& node, std::atomic<int>& sum) {
  sum.fetch_add(node.value, std::memory_order_relaxed);  // read after the join, which orders it
  for (const tree_node& child : node.below) {
    kids.run([&kids, &child, &sum] { visit(kids, child, sum); });
  }
}

void children_spawn_siblings() {
  const tree_node tree = make_tree(6);
  std::atomic<int> sum{0};
  {
    covey::nursery kids{{.name = "tree"}};
    visit(kids, tree, sum);
  }
  std::cout << "tree: " << sum.load(std::memory_order_relaxed) << '\n';
}

// A thread that covey did not start needs a door. As long as it holds one, the nursery stays open.
void spawn_from_a_foreign_thread() {
  std::vector<int> results(5);
  std::thread feeder;
  {
    covey::nursery kids{{.name = "fed"}};
    feeder = std::thread([&results, door = kids.open_door()]() mutable {
      for (std::size_t i = 0; i < results.size(); ++i) {
        door.run([&results, i] { results[i] = static_cast<int>(10 * i); });
      }
      door.close();  // now the nursery may end
    });
  }  // waits for the door and for the children that came through it
  feeder.join();
  std::cout << "door: " << std::accumulate(results.begin(), results.end(), 0) << '\n';
}

}  // namespace

int main() {
  scope_form();
  function_form();
  children_spawn_siblings();
  spawn_from_a_foreign_thread();
}
