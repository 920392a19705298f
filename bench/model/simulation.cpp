// SPDX-License-Identifier: Apache-2.0
// The order of events, and what owners do.
#include "model/simulation.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace model {

simulation::simulation(const tree& program,
                       std::size_t size,
                       const costs& prices,
                       std::uint32_t seed)
    : program_(program),
      size_(size),
      prices_(prices),
      permits_(static_cast<std::int64_t>(size)),
      seed_(seed) {
  // As after the warm-up of a benchmark: all loops exist, and sleep. Substitutes come on top.
  constexpr std::size_t most_substitutes = 256;
  all_.reserve(size + most_substitutes);
  for (std::size_t i = 0; i < size; ++i) {
    add_worker();
  }
  for (std::size_t i = size - 1; i > 0; --i) {
    sleepers_.push_back(i);
  }
}

outcome simulation::run() {
  worker& first = all_.front();
  --permits_;
  ++on_cores_;
  first.work.begin_root();
  first.now = state::running;
  settle(first);
  go_on(first);
  while (!over_) {
    if (events_.empty()) {
      throw std::runtime_error("the model stands still");
    }
    const event next = events_.top();
    events_.pop();
    worker& w = all_[next.who];
    if (next.version == w.version) {
      now_ = next.when;
      happen(w);
    }
  }
  outcome result{.workers = size_,
                 .time = first.work.at(),
                 .alone = program_.root().alone,
                 .tasks = program_.root().tasks,
                 .counts = counts_};
  for (const worker& w : all_) {
    result.counts.ran += w.work.ran();
  }
  if (result.counts.ran != result.tasks) {
    throw std::runtime_error("the model ran " + std::to_string(result.counts.ran) + " of " +
                             std::to_string(result.tasks) + " tasks");
  }
  return result;
}

void simulation::schedule(worker& w, picoseconds when) {
  events_.push({std::max(now_, when), ++order_, index_of(w), ++w.version});
}

void simulation::happen(worker& w) {
  switch (w.now) {
    case state::running:
      on_running(w);
      break;
    case state::searching:
      look(w);
      break;
    case state::stealing:
      steal(w);
      break;
    case state::helping:
      help(w);
      break;
    case state::waiting:
      --permits_;
      if (on_cores_ < size_) {
        resume(w);
      } else {
        ready_.push_back(index_of(w));
      }
      break;
    case state::waking:
      ++on_cores_;
      start_over(w);
      break;
    case state::idle:
      start_over(w);
      break;
    case state::asleep:
      break;
  }
}

// A running worker has changed: when will it next need others?
void simulation::go_on(worker& w) {
  if (!w.asked_at_spawn && !w.asked_at_get) {
    schedule(w, w.work.horizon());
  } else {
    schedule(w, w.work.at() + w.work.cost(w.work.next()));
  }
}

// Brings a running worker to the present. One that was asked is there already: it goes step by step.
void simulation::catch_up(worker& w) const {
  w.work.lose(std::exchange(w.disturbed, 0));
  if (w.now == state::running && !w.asked_at_spawn && !w.asked_at_get) {
    w.work.advance(now_);
  }
}

void simulation::on_running(worker& w) {
  const bool asked = w.asked_at_spawn || w.asked_at_get;
  catch_up(w);
  switch (w.work.next()) {
    case move::wait:
      begin_help(w);
      break;
    case move::take:
      slow_get(w);
      break;
    case move::end_child:
      end_child(w);
      break;
    default:
      if (asked) {
        on_asked(w);
      } else {
        go_on(w);  // it was disturbed
      }
  }
}

// One step; a request is answered by the step that meets it.
void simulation::on_asked(worker& w) {
  const move step = w.work.next();
  if (w.work.at() + w.work.cost(step) > now_) {
    go_on(w);  // it was disturbed
    return;
  }
  if (step == move::get && w.asked_at_get) {
    slow_get(w);
    return;
  }
  w.work.perform(step);
  if (step == move::spawn && w.asked_at_spawn) {
    answer_spawn(w);
  }
  go_on(w);
}

void simulation::answer_spawn(worker& w) {
  ++counts_.answers;
  w.work.set_time(std::max(w.work.at(), w.lock_free));
  w.work.lose(from_ns(prices_.publish));
  w.lock_free = w.work.at();
  const bool wake = wants_work();
  if (wake) {
    w.work.publish_half();
  }
  settle(w);
  if (wake) {
    wake_one(&w);
  }
}

void simulation::settle(worker& w) {
  w.asked_at_get = false;
  w.asked_at_spawn = has_idle_permit();
}

// Gets a child under the lock, because it is public, or because somebody asked.
void simulation::slow_get(worker& w) {
  ++counts_.answers;
  w.work.set_time(std::max(w.work.at(), w.lock_free));
  w.work.lose(from_ns(prices_.slow_get));
  w.lock_free = w.work.at();
  if (w.work.next() == move::take) {
    w.work.take_own();
  } else {
    w.work.perform(move::get);
  }
  if (!wants_work()) {
    w.work.reclaim_half();
  }
  settle(w);
  go_on(w);
}

// Tells the parent that children are back, and wakes whoever sleeps for them.
void simulation::report(worker& w, call_id parent, std::uint64_t index, std::uint64_t count) {
  call& to = calls_[parent];
  to.away -= count;
  if (program_.kinds[to.of].in_order) {
    to.back |= std::uint64_t{1} << index;
  }
  w.work.lose(from_ns(prices_.announce));
  if (to.waiter == worker::no_worker) {
    return;
  }
  worker& sleeper = all_[to.waiter];
  if (is_back(sleeper)) {
    to.waiter = worker::no_worker;
    w.work.lose(from_ns(prices_.wake_call));
    schedule(sleeper, w.work.at() + from_ns(prices_.wake));
  }
}

// The call on top was stolen, or carried along, and is over.
void simulation::end_child(worker& w) {
  const call done = w.work.top();
  w.work.pop();
  if (done.parent == no_call) {
    over_ = true;
    return;
  }
  call& carrier = w.work.top();
  const bool each = program_.kinds[calls_[done.parent].of].in_order;
  ++carrier.away;
  if (each) {
    report(w, done.parent, done.index, 1);
  }
  if (carrier.queued() > 0) {
    w.work.lose(w.work.open() == w.work.queued() ? from_ns(prices_.slow_get) : program_.get);
    w.work.take_carried();
    go_on(w);
    return;
  }
  const std::uint64_t count = carrier.away;
  w.work.pop();
  if (!each) {
    report(w, done.parent, 0, count);
  }
  if (!w.work.empty()) {
    begin_help(w);  // goes on waiting
    return;
  }
  // A loop finds out under the lock that its deque is empty.
  ++counts_.answers;
  w.work.lose(from_ns(prices_.slow_get));
  ++searching_;
  w.now = state::idle;
  schedule(w, w.work.at());
}

outcome simulate(const tree& program,
                 std::size_t workers,
                 const costs& prices,
                 std::uint32_t seed) {
  return simulation(program, workers, prices, seed).run();
}

}  // namespace model
