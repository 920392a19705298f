// SPDX-License-Identifier: Apache-2.0
// The task-tracking system: how much is tracked, and the tree of live nurseries and children as plain values.
#pragma once

#include <covey/config.hpp>
#include <covey/policy.hpp>
#include <covey/task_info.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace covey {

/// How much is tracked.
/// off: nothing; costs no atomic operation and no allocation.
/// counters: tasks, steals, sleeps and idle time of every worker are counted; no tree.
/// full: every nursery and every child has an entry in the tree; under 100 ns a task.
enum class tracking_level : std::uint8_t { off, counters, full };

/// Changes the level while the program runs. Full takes in the nurseries that are open and the children that run as soon
/// as they next spawn, open, finish, or look at their stop; children that are queued then appear when they start. After
/// a change to less, entries that are there stay until their task ends.
/// The environment variable COVEY_TRACKING (off, counters, full) sets the level at the start of the process.
/// @throws std::bad_alloc. Thread safety: any thread, at any time.
COVEY_API void set_tracking(tracking_level level);
[[nodiscard]] COVEY_API tracking_level tracking() noexcept;

/// What a node of the tree stands for.
enum class tree_kind : std::uint8_t { nursery, child };

/// What a nursery or a child does at the moment.
/// queued: the child waits for a worker. running: its code, or the nursery's body, runs. waiting: it waits for children
/// (a child in get() or in a join, a nursery whose body has ended). blocking: it sleeps, or is inside blocking().
enum class tree_state : std::uint8_t { queued, running, waiting, blocking };

/// Children of a nursery by what has become of them.
struct tree_counts {
  std::uint64_t spawned = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t stopped = 0;
  std::uint64_t never_started = 0;
};

/// How far something is: items of a batch, or what this_task::set_progress() said.
struct tree_progress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;  ///< 0: unknown
};

/// One live nursery or child. A plain value: it says what was, and holds nothing alive.
struct tree_node {
  static constexpr std::size_t none = ~std::size_t{0};

  tree_kind kind = tree_kind::nursery;
  tree_state state = tree_state::running;
  bool stopping = false;          ///< it, or something above it, was asked to stop
  std::uint64_t id = 0;           ///< unique in the process, never 0, in the order of appearance
  std::size_t parent = none;      ///< index in task_tree::nodes; none: a root
  std::vector<std::size_t> kids;  ///< indices, in the order of their ids
  label name;                     ///< may be empty
  std::string file;               ///< where it was spawned or opened
  std::string function;
  std::uint32_t line = 0;
  /// 1 + index in task_tree::workers; 0: none (queued, or a foreign thread).
  std::uint32_t worker = 0;
  std::chrono::nanoseconds age{};           ///< since it was spawned or opened
  std::chrono::nanoseconds age_in_state{};  ///< since it entered its state
  std::chrono::nanoseconds stopping_for{};  ///< since the stop was asked for; zero when it was not
  std::chrono::nanoseconds
      unchecked{};         ///< of a running child: since it last looked at its stop, or started
  tree_counts counts;      ///< of a nursery
  tree_progress progress;  ///< its own; see also weighted_progress()
  std::optional<std::chrono::nanoseconds>
      left;                          ///< until the effective deadline; negative: it has passed
  stop_kind stop = stop_kind::none;  ///< of a nursery: why it was asked to stop
  label stop_text;                   ///< who failed, or what stop() was given
};

/// One worker of any pool: a thread of oneTBB, one of covey's own, or a foreign thread with a nursery.
struct tree_worker {
  std::uint32_t thread = 0;  ///< the system's id of the thread (gettid)
  std::uint32_t pool = 0;    ///< the pool's number in this process
  bool foreign = false;      ///< a thread of the user's
  bool borrowed = false;     ///< a thread of oneTBB
  bool sleeping = false;     ///< it waits for work
  std::uint64_t ran = 0;     ///< children it has run; counted at every level
  std::uint64_t steals = 0;
  std::uint64_t lends = 0;  ///< how often it lent its permit while it waited
  std::uint64_t sleeps = 0;
  std::chrono::nanoseconds slept{};  ///< counted at levels counters and full
};

/// A copy of the live tree. Parents come before their children.
struct task_tree {
  static constexpr int schema = 1;  ///< of to_json()

  tracking_level level = tracking_level::off;
  std::uint32_t process = 0;
  std::vector<tree_node> nodes;
  std::vector<std::size_t> roots;
  std::vector<tree_worker> workers;
  /// Children that found the table full since the start of the process.
  std::uint64_t not_shown = 0;
  std::chrono::nanoseconds cost_of_copy{};  ///< what this snapshot took
};

/// Copies the live tree. Nobody is stopped for it: each entry is exact at one moment during the call; a child is shown
/// only together with its parent; a child whose body was entered before the call and that has not returned is shown as
/// running, waiting or blocking; one whose result was received before the call is not shown.
/// @throws std::bad_alloc. Complexity: linear in the tasks and workers there are. Thread safety: any thread.
[[nodiscard]] COVEY_API task_tree snapshot();

/// @returns done and total of a subtree: what the node says itself, or else, of a nursery, finished children plus the
///          fractions of those on their way, out of all spawned. 0 … 1; empty: nothing is known.
[[nodiscard]] COVEY_API std::optional<double> weighted_progress(const task_tree& tree,
                                                                std::size_t node);

/// The tree as indented text, one line a node, in the manner of pstree.
[[nodiscard]] COVEY_API std::string to_text(const task_tree& tree);
/// The tree as JSON: {"schema": 1, …}; described in docs of the README. Always valid JSON, always UTF-8.
[[nodiscard]] COVEY_API std::string to_json(const task_tree& tree);
/// The tree as a Graphviz digraph.
[[nodiscard]] COVEY_API std::string to_dot(const task_tree& tree);

[[nodiscard]] COVEY_API std::string_view to_string(tracking_level level) noexcept;
[[nodiscard]] COVEY_API std::string_view to_string(tree_state state) noexcept;

namespace this_task {
/// Says how far the running child is, for whoever looks at the tree. Nothing happens when it is not tracked.
/// Thread safety: concerns the calling task only. Complexity: constant.
COVEY_API void set_progress(std::uint64_t done, std::uint64_t total) noexcept;
}  // namespace this_task

}  // namespace covey
