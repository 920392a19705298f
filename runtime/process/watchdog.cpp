// SPDX-License-Identifier: Apache-2.0
// The watchdog's thread: looks at the tree now and then.
#include "base/fork.hpp"
#include "base/quiet_thread.hpp"
#include "platform/signal_mask.hpp"
#include "platform/thread_stack.hpp"
#include "platform/thread_state.hpp"
#include "tracking/stop_audit.hpp"
#include "watch/standstill.hpp"

#include <covey/watchdog.hpp>

#include <condition_variable>
#include <cstdio>
#include <exception>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <utility>

namespace covey {

// Not in an unnamed namespace: watchdog::state has members of types defined here.
namespace runtime {

// While there is a watchdog the level is full. The last one puts back what was before the first.
class full_level {
 public:
  full_level() {
    const std::scoped_lock guard(lock());
    if (count()++ == 0) {
      before() = tracking();
    }
    set_tracking(tracking_level::full);
  }
  ~full_level() {
    const std::scoped_lock guard(lock());
    if (--count() == 0) {
      set_tracking(before());
    }
  }
  full_level(full_level&&) = delete;
  full_level& operator=(full_level&&) = delete;

 private:
  static fork_mutex& lock() {
    static constinit fork_mutex one;
    return one;
  }
  static int& count() {
    static constinit int one = 0;
    return one;
  }
  static tracking_level& before() {
    static constinit tracking_level one = tracking_level::off;
    return one;
  }
};

// What must not change for a deadlock: who is there and in which state, and how many children have run.
struct standstill {
  std::vector<std::pair<std::uint64_t, tree_state>> all;
  std::uint64_t ran = 0;
  bool operator==(const standstill&) const = default;
};

}  // namespace runtime

namespace {

using runtime::full_level;
using runtime::standstill;

using std::chrono::nanoseconds;

// In words: "1.2 s".
[[nodiscard]] std::string seconds_of(nanoseconds length) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3g s", std::chrono::duration<double>(length).count());
  return text;
}

[[nodiscard]] nanoseconds checked(const char* what, const time_limit& given, nanoseconds most) {
  using namespace std::chrono_literals;
  const nanoseconds length = given.length();
  if (!given.given() || length < 1ms || length > most) {
    throw std::invalid_argument(std::string("covey: watchdog_options::") + what +
                                " must be in 1 ms … " + seconds_of(most));
  }
  return length;
}

[[nodiscard]] standstill still_of(const task_tree& tree) {
  standstill made;
  for (const tree_node& each : tree.nodes) {
    made.all.emplace_back(each.id, each.state);
  }
  for (const tree_worker& each : tree.workers) {
    made.ran += each.ran;
  }
  return made;
}

// Somebody waits, and nobody runs or sleeps.
[[nodiscard]] bool all_wait(const task_tree& tree) {
  bool one = false;
  for (const tree_node& each : tree.nodes) {
    if (each.state == tree_state::running || each.state == tree_state::blocking) {
      return false;
    }
    one = one || (each.kind == tree_kind::child && each.state == tree_state::waiting);
  }
  return one;
}

}  // namespace

struct watchdog::state {
  explicit state(watchdog_options given)
      : patience(checked("patience", given.patience, std::chrono::hours(24))),
        interval(checked("interval", given.interval, std::chrono::hours(1))),
        report(std::move(given.report)),
        stacks(given.stacks && runtime::prepare_thread_stacks()) {}

  const nanoseconds patience;
  const nanoseconds interval;
  const std::function<void(const watchdog_report&)> report;
  const bool stacks;
  const std::uint32_t born_in = runtime::fork_generation();
  const full_level level;
  std::mutex lock;
  std::condition_variable changed;
  bool over = false;  // guarded by lock
  std::atomic<std::uint64_t> looks{0};

  // Of the watchdog's thread alone.
  std::set<std::uint64_t> known;  // children that were reported
  standstill last;
  std::chrono::steady_clock::time_point still_since;
  bool deadlock_known = false;
  std::uint64_t standstills_known = runtime::standstills();
  std::thread thread;

  void run() {
    std::unique_lock hold(lock);
    while (!changed.wait_for(hold, interval, [this] { return over; })) {
      hold.unlock();
      try {
        check();
      } catch (const std::exception& e) {
        std::fprintf(stderr, "covey: the watchdog: %s\n", e.what());
      } catch (...) {
        std::fputs("covey: the watchdog's report function threw\n", stderr);
      }
      if (born_in != runtime::fork_generation()) {
        runtime::end_stray_process("a watchdog's report function");
      }
      looks.fetch_add(1, std::memory_order_release);
      hold.lock();
    }
  }

  void check() {
    watchdog_report found;
    found.tree = snapshot();
    find_overstays(found);
    find_deadlock(found);
    find_sleepers(found);
    if (found.overstays.empty() && !found.deadlock && found.asleep.empty()) {
      return;
    }
    if (report) {
      report(found);
    } else {
      std::fputs(to_string(found).c_str(), stderr);
    }
  }

  void find_overstays(watchdog_report& found) {
    std::set<std::uint64_t> still;
    for (const tree_node& each : found.tree.nodes) {
      const bool late = each.stopping && each.stopping_for >= patience;
      if (each.kind != tree_kind::child || !late || each.state == tree_state::queued) {
        continue;
      }
      still.insert(each.id);
      if (known.contains(each.id)) {
        continue;
      }
      found.overstays.push_back(with_thread(found, each));
    }
    known = std::move(still);
  }

  [[nodiscard]] overstay with_thread(const watchdog_report& in, const tree_node& child) const {
    overstay made{child, 0, {}};
    if (child.worker != 0) {
      made.thread = in.tree.workers[child.worker - 1].thread;
      made.stack = stacks ? runtime::stack_of(made.thread) : stack_trace();
    }
    return made;
  }

  // A pool has told that its threads sleep and that there are no more.
  void find_sleepers(watchdog_report& found) {
    const std::uint64_t before = std::exchange(standstills_known, runtime::standstills());
    if (before == standstills_known) {
      return;
    }
    for (const tree_node& each : found.tree.nodes) {
      if (each.kind == tree_kind::child && each.worker != 0 &&
          (each.state == tree_state::running || each.state == tree_state::blocking) &&
          runtime::is_asleep(found.tree.workers[each.worker - 1].thread)) {
        found.asleep.push_back(with_thread(found, each));
      }
    }
  }

  void find_deadlock(watchdog_report& found) {
    standstill now = still_of(found.tree);
    if (!all_wait(found.tree) || now != last) {
      last = std::move(now);
      still_since = std::chrono::steady_clock::now();
      deadlock_known = false;
      return;
    }
    if (!deadlock_known && std::chrono::steady_clock::now() - still_since >= patience) {
      found.deadlock = deadlock_known = true;
    }
  }
};

watchdog::watchdog(watchdog_options options) : state_(std::make_unique<state>(std::move(options))) {
  const sigset_t mask = runtime::process_mask();
  const runtime::all_signals_blocked quiet;
  state_->thread = std::thread([s = state_.get(), mask] {
    runtime::take_mask(mask);
    s->run();
  });
}

watchdog::~watchdog() {
  if (state_->born_in != runtime::fork_generation()) {
    // Its thread does not exist in this process; nor may what that thread slept on be destroyed.
    static_cast<void>(state_.release());
    return;
  }
  {
    const std::scoped_lock guard(state_->lock);
    state_->over = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

std::uint64_t watchdog::looks() const noexcept {
  return state_->looks.load(std::memory_order_acquire);
}

std::vector<stop_granularity> stop_audit() {
  return runtime::longest_gaps();
}

void reset_stop_audit() noexcept {
  runtime::forget_gaps();
}

std::string to_string(const watchdog_report& report) {
  std::string out;
  for (const overstay& each : report.asleep) {
    const tree_node& child = each.child;
    out += "covey watchdog: the child " + quoted(child.name.view()) + ", spawned at " + child.file +
           ":" + std::to_string(child.line) +
           ", sleeps while others are queued and no further thread is to be had; thread " +
           std::to_string(each.thread) + "\n" + to_string(each.stack);
  }
  for (const overstay& each : report.overstays) {
    const tree_node& child = each.child;
    out += "covey watchdog: the child " + quoted(child.name.view()) + ", spawned at " + child.file +
           ":" + std::to_string(child.line) + ", has not stopped " +
           seconds_of(child.stopping_for) +
           " after it was asked to; its last look at the stop was " + seconds_of(child.unchecked) +
           " ago; thread " + std::to_string(each.thread) + "\n" + to_string(each.stack);
  }
  if (report.deadlock) {
    out += "covey watchdog: everybody waits, and nothing moves\n" + to_text(report.tree);
  }
  return out;
}

}  // namespace covey
