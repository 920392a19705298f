// SPDX-License-Identifier: Apache-2.0
// Permits, sleeping and waking: runtime/README.md, "Permits and sleep".
#include "model/simulation.hpp"

#include <utility>

namespace model {

void simulation::add_worker() {
  all_.emplace_back(stack(program_, calls_));
  all_.back().random = seed_ + static_cast<std::uint32_t>(all_.size()) * 2654435769U;
}

bool simulation::work_visible() {
  for (worker& w : all_) {
    catch_up(w);
    if (w.work.queued() > 0) {
      return true;
    }
  }
  return false;
}

// @param by who pays for the call; null: nobody, it sleeps already.
void simulation::wake_one(worker* by) {
  if (searching_ > 0 || permits_ <= 0) {
    return;
  }
  picoseconds delay = from_ns(prices_.wake_call) + from_ns(prices_.wake);
  std::size_t who = all_.size();
  if (!sleepers_.empty()) {
    who = sleepers_.back();
    sleepers_.pop_back();
  } else if (all_.size() < all_.capacity()) {
    // Workers do not move: the room was reserved.
    add_worker();
    delay = from_ns(prices_.start);
  } else {
    return;
  }
  --permits_;
  ++searching_;
  ++counts_.wakes;
  if (by != nullptr) {
    by->work.lose(from_ns(prices_.wake_call));
  }
  all_[who].now = state::waking;
  schedule(all_[who], now_ + delay);
}

// Every owner comes to its slow path at its next spawn.
void simulation::ask_members() {
  for (worker& w : all_) {
    catch_up(w);
    if (!std::exchange(w.asked_at_spawn, true) && w.now == state::running) {
      go_on(w);
    }
  }
}

void simulation::barrier(worker& by) {
  picoseconds cost = from_ns(prices_.barrier);
  for (worker& w : all_) {
    if (&w != &by && w.now != state::asleep && w.now != state::waiting && w.now != state::waking) {
      w.disturbed += from_ns(prices_.interrupt);
      cost += from_ns(prices_.barrier_per_core);
    }
  }
  by.work.set_time(now_ + cost);
}

// A woken waiter goes on at once, whatever the permits say; but there are no more cores than permits. The system would
// share them; here the waiter has the next one that becomes free, and loops that see permits below zero give way soon.
void simulation::resume(worker& w) {
  ++on_cores_;
  w.now = state::running;
  w.work.set_time(now_);
  go_on(w);
}

void simulation::leave_core() {
  --on_cores_;
  if (!ready_.empty() && on_cores_ < size_) {
    worker& next = all_[ready_.front()];
    ready_.pop_front();
    resume(next);
  }
}

// A loop falls asleep; it gave its permit up already. The last searcher makes sure that nothing is left lying.
void simulation::rest(worker& w) {
  w.now = state::asleep;
  sleepers_.push_back(index_of(w));
  if (--searching_ == 0 && permits_ > 0) {
    ask_members();
    barrier(w);
    if (work_visible()) {
      wake_one(nullptr);
    }
  }
  leave_core();
}

// A searcher becomes busy; the last one wakes the next.
void simulation::found_work(worker& w) {
  if (--searching_ > 0 || permits_ <= 0) {
    return;
  }
  if (work_visible()) {
    wake_one(&w);
  } else {
    ask_members();
  }
}

}  // namespace model
