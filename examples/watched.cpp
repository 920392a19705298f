// SPDX-License-Identifier: Apache-2.0
// An album of pages, each a batch of tiles, watched while it is made: the tree, the progress, late children, a trace.
//   watched                  what is the same in every run
//   watched TRACE.json       all of it; the trace is for covey-trace, Perfetto or chrome://tracing
#include <covey/covey.hpp>
#include <covey/trace.hpp>
#include <covey/watchdog.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <iostream>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

constexpr int pages = 3;
constexpr int tiles = 400;

// Some 100 us of work; every eighth tile takes four times as long.
double paint(int tile) {
  double light = tile;
  const int rounds = tile % 8 == 0 ? 20'000 : 5'000;
  for (int i = 0; i < rounds; ++i) {
    light = std::sin(light + i);
  }
  return light;
}

// Pages that have begun wait here until somebody has looked at them.
class exhibition {
 public:
  void show() {
    std::unique_lock hold(lock_);
    ++shown_;
    changed_.notify_all();
    changed_.wait(hold, [this] { return seen_; });
  }
  void wait_until_all_are_shown() {
    std::unique_lock hold(lock_);
    changed_.wait(hold, [this] { return shown_ == pages; });
  }
  void let_go() {
    const std::lock_guard hold(lock_);
    seen_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  int shown_ = 0;
  bool seen_ = false;
};

void make_page(exhibition& hall) {
  covey::blocking([&hall] { hall.show(); });
  std::vector<int> numbers(tiles);
  std::iota(numbers.begin(), numbers.end(), 0);
  const auto light = covey::map(numbers, paint, {.name = "tiles"});
  covey::this_task::set_progress(light.size(), tiles);
}

// The names in the tree, without what differs from run to run: ages, workers, numbers.
void print_names(const covey::task_tree& tree) {
  std::vector<std::string> lines;
  for (const covey::tree_node& each : tree.nodes) {
    std::string line(each.name.view());
    for (std::size_t up = each.parent; up != covey::tree_node::none; up = tree.nodes[up].parent) {
      line = std::string(tree.nodes[up].name.view()) + " > " + line;
    }
    lines.push_back(line + ": " + std::string(to_string(each.state)));
  }
  std::sort(lines.begin(), lines.end());
  for (const std::string& line : lines) {
    std::cout << line << '\n';
  }
}

// @param live print what differs from run to run, too
void make_album(bool live) {
  // [watch]
  covey::set_tracking(covey::tracking_level::full);
  const covey::watchdog dog({.patience = 1s});  // names on stderr whoever does not stop in time

  covey::nursery album{{.name = "album", .timeout = 1min}};
  exhibition hall;
  for (int i = 1; i <= pages; ++i) {
    album.run("page " + std::to_string(i), [&hall] { make_page(hall); });
  }
  hall.wait_until_all_are_shown();
  const covey::task_tree tree = covey::snapshot();  // a plain value: to_text(), to_json(), to_dot()
  // [/watch]
  if (live) {
    std::cout << to_text(tree);
  }
  print_names(tree);
  hall.let_go();
  album.join();

  // [audit]
  // How long did any child or item go without a look at its stop? So long a stop may take.
  for (const covey::stop_granularity& each : covey::stop_audit()) {
    if (live) {
      std::cout << "line " << each.line << ": " << each.longest / 1us << " us without a look\n";
    }
  }
  // [/audit]
  const auto nodes = covey::snapshot().nodes;
  std::cout << pages << " pages of " << tiles << " tiles; " << nodes.size()
            << " entry is left in the tree: " << nodes.front().name.view() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  try {
    // [trace]
    if (argc > 1) {
      covey::start_trace(argv[1]);
    }
    make_album(argc > 1);
    if (argc > 1) {
      const covey::trace_result trace = covey::stop_trace();
      std::cout << trace.events << " events, " << trace.lost << " lost\n";
    }
    // [/trace]
  } catch (const std::exception& e) {
    std::cerr << "watched: " << e.what() << '\n';
    return 1;
  }
  return 0;
}
