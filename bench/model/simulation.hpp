// SPDX-License-Identifier: Apache-2.0
// One run of a program under covey's scheduler, event by event.
#pragma once

#include "model/stack.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace model {

/// What happened. Every count is of the whole run.
struct tally {
  std::uint64_t ran = 0;       ///< tasks that were run
  std::uint64_t steals = 0;    ///< thefts; a batch is one
  std::uint64_t requests = 0;  ///< owners that were asked for work
  std::uint64_t answers = 0;   ///< slow spawns and gets of owners
  std::uint64_t forces = 0;    ///< deques that were split by a thief
  std::uint64_t wakes = 0;     ///< loops that were woken or started
  std::uint64_t lends = 0;     ///< waiters that lent their permit
  std::uint64_t failed = 0;    ///< looks at deques that had nothing public
};

struct outcome {
  std::size_t workers = 0;
  picoseconds time = 0;
  picoseconds alone = 0;  ///< of the same program on one worker
  std::uint64_t tasks = 0;
  tally counts;

  [[nodiscard]] double speedup() const {
    return static_cast<double>(alone) / static_cast<double>(time);
  }
};

/// The same arguments give the same outcome.
/// @throws std::runtime_error if the model stands still, which would be a bug of it
[[nodiscard]] outcome simulate(const tree& program,
                               std::size_t workers,
                               const costs& prices,
                               std::uint32_t seed);

/// What a worker is about; the event on its way ends or continues it.
enum class state {
  running,
  searching,
  stealing,  // on the way to a victim where something public was seen
  helping,   // waits for a stolen child, and looks for work below it
  waiting,   // the same, asleep
  idle,      // has just run out of work
  asleep,
  waking
};

struct worker {
  state now = state::asleep;
  stack work;
  std::uint64_t version = 0;   // of its event; older ones are void
  bool asked_at_spawn = true;  // the engine's `limit` is null
  bool asked_at_get = true;    // the engine's `floor` is ask_all
  picoseconds disturbed = 0;   // lost time that `work` does not know yet
  picoseconds line_back = 0;   // when its owner has the deque's line again
  picoseconds lock_free = 0;   // its lock is taken until then
  std::uint32_t random = 1;
  std::size_t last = no_worker;    // the last victim that had work
  std::size_t victim = no_worker;  // on the way to
  call_id wanted = no_call;        // the call whose child a helper is about to take
  std::size_t start = 0;           // of this look at everybody
  std::size_t seen = 0;            // members looked at so far; 0: `last` comes first
  unsigned failures = 0;
  picoseconds idle_since = 0;
  picoseconds asked_since = 0;

  static constexpr std::size_t no_worker = ~std::size_t{0};
  explicit worker(stack s) : work(std::move(s)) {}
};

class simulation {
 public:
  simulation(const tree& program, std::size_t size, const costs& prices, std::uint32_t seed);
  [[nodiscard]] outcome run();

 private:
  struct event {
    picoseconds when;
    std::uint64_t order;
    std::size_t who;
    std::uint64_t version;
    bool operator>(const event& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  // simulation.cpp: events, and owners.
  void schedule(worker& w, picoseconds when);
  void happen(worker& w);
  void go_on(worker& w);
  void on_running(worker& w);
  void on_asked(worker& w);
  void answer_spawn(worker& w);
  void slow_get(worker& w);
  void settle(worker& w);
  void end_child(worker& w);
  void report(worker& w, call_id parent, std::uint64_t index, std::uint64_t count);
  void catch_up(worker& w) const;
  [[nodiscard]] std::size_t index_of(const worker& w) const {
    return static_cast<std::size_t>(&w - all_.data());
  }

  // permits.cpp: permits, sleeping and waking.
  [[nodiscard]] bool wants_work() const { return searching_ > 0 || permits_ > 0; }
  [[nodiscard]] bool has_idle_permit() const { return searching_ == 0 && permits_ > 0; }
  [[nodiscard]] bool work_visible();
  void add_worker();
  void wake_one(worker* by);
  void ask_members();
  void barrier(worker& by);
  void leave_core();
  void resume(worker& w);
  void rest(worker& w);
  void found_work(worker& w);

  // thieves.cpp: searching, stealing, helping.
  void start_over(worker& w);
  void step(worker& w);
  void look(worker& w);
  void look_again(worker& w, picoseconds spent);
  [[nodiscard]] bool force_somebody(worker& w);
  bool ask(worker& victim);
  void steal(worker& w);
  void take_from(worker& w, worker& victim, call_id from, std::uint64_t count);
  void begin_help(worker& w);
  void help(worker& w);
  void lend(worker& w);
  [[nodiscard]] bool is_back(worker& w);
  [[nodiscard]] call_id find_below(const worker& victim, const call& waiting, call_id id) const;
  [[nodiscard]] bool runs_below(call_id at, const call& waiting, call_id id) const;
  [[nodiscard]] call_id scope_of(call_id id) const;
  [[nodiscard]] worker* next_victim(worker& w);

  const tree& program_;
  const std::size_t size_;
  const costs prices_;
  calls calls_;
  std::vector<worker> all_;
  std::vector<std::size_t> sleepers_;  // last in, first out
  std::deque<std::size_t> ready_;      // waiters that were woken while all cores were busy
  std::size_t on_cores_ = 0;
  std::priority_queue<event, std::vector<event>, std::greater<>> events_;
  picoseconds now_ = 0;
  std::uint64_t order_ = 0;
  std::int64_t permits_ = 0;
  std::int64_t searching_ = 0;
  bool over_ = false;
  std::uint32_t seed_;
  tally counts_;
};

}  // namespace model
