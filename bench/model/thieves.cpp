// SPDX-License-Identifier: Apache-2.0
// Loops that look for work, and waiters that look for work below what they wait for.
#include "model/simulation.hpp"

#include <algorithm>
#include <utility>

namespace model {
namespace {

// One event covers so many looks at deques: simulated together, as if all were made at the beginning.
constexpr int looks_at_once = 16;

}  // namespace

void simulation::start_over(worker& w) {
  w.failures = 0;
  w.idle_since = w.asked_since = now_;
  step(w);
}

// Begins a look at everybody, or gives way.
void simulation::step(worker& w) {
  if (permits_ < 0) {
    ++permits_;
    rest(w);
    return;
  }
  w.now = state::searching;
  w.seen = 0;
  w.random = w.random * 1664525U + 1013904223U;
  w.start = (static_cast<std::size_t>(w.random >> 8U) * all_.size()) >> 24U;
  look(w);
}

// The next one of this look; null: it was everybody, or itself.
worker* simulation::next_victim(worker& w) {
  const std::size_t at = w.seen++;
  if (at == 0) {
    return w.last == worker::no_worker ? nullptr : &all_[w.last];
  }
  worker& victim = all_[(w.start + at - 1) % all_.size()];
  return &victim == &w ? nullptr : &victim;
}

void simulation::look(worker& w) {
  picoseconds spent = 0;
  for (int i = 0; i < looks_at_once && w.seen <= all_.size(); ++i) {
    worker* const victim = next_victim(w);
    if (victim == nullptr) {
      continue;
    }
    spent += from_ns(prices_.probe);
    if (victim->work.open() > 0) {
      w.victim = index_of(*victim);
      w.now = state::stealing;
      schedule(w, now_ + spent);
      return;
    }
    ++counts_.failed;
    spent += ask(*victim) ? from_ns(prices_.probe) : 0;
  }
  if (w.seen <= all_.size()) {
    schedule(w, now_ + spent);
  } else {
    look_again(w, spent);
  }
}

// Looks whether a deque has a private part, which costs its owner a cache miss, and asks for it.
// @returns whether a request was written.
bool simulation::ask(worker& victim) {
  // The line comes back when the owner next writes it, so that each step suffers once at most.
  if (victim.now == state::running && now_ >= victim.line_back) {
    victim.disturbed += from_ns(prices_.disturb);
    victim.line_back = now_ + from_ns(prices_.disturb) + program_.spawn;
  }
  if (victim.asked_at_spawn) {
    return false;
  }
  catch_up(victim);
  if (!victim.work.has_private()) {
    return false;
  }
  ++counts_.requests;
  victim.asked_at_spawn = victim.asked_at_get = true;
  if (victim.now == state::running) {
    go_on(victim);
  }
  return true;
}

// Nothing was found at anybody's.
void simulation::look_again(worker& w, picoseconds spent) {
  constexpr unsigned impatient = 32;
  spent += from_ns(prices_.pause) * (w.failures < impatient ? 4 : 16);
  if ((++w.failures & 15U) == 0) {
    if (now_ - w.asked_since > from_ns(prices_.force_after)) {
      w.asked_since = now_;
      if (force_somebody(w)) {
        w.seen = 0;
        schedule(w, w.work.at());
        return;
      }
    }
    if (now_ - w.idle_since > from_ns(prices_.spin_length)) {
      ++permits_;
      rest(w);
      return;
    }
  }
  w.seen = 0;
  w.random = w.random * 1664525U + 1013904223U;
  w.start = (static_cast<std::size_t>(w.random >> 8U) * all_.size()) >> 24U;
  schedule(w, now_ + spent);
}

bool simulation::force_somebody(worker& w) {
  for (worker& victim : all_) {
    catch_up(victim);
    if (&victim == &w || !victim.work.has_private() || victim.lock_free > now_) {
      continue;
    }
    barrier(w);
    victim.lock_free = w.work.at();
    victim.work.publish_half();
    ++counts_.forces;
    settle(victim);
    if (victim.now == state::running) {
      go_on(victim);
    }
    return true;
  }
  return false;
}

// At the victim: what was seen may be gone, or locked by somebody else.
void simulation::steal(worker& w) {
  worker& victim = all_[w.victim];
  const call_id id = std::exchange(w.wanted, no_call);
  const bool helps = id != no_call;
  w.now = helps ? state::helping : state::searching;
  catch_up(victim);
  if (victim.work.open() == 0 || victim.lock_free > now_) {
    ++counts_.failed;
    ask(victim);
    helps ? help(w) : look(w);
    return;
  }
  if (helps) {
    const call_id from = find_below(victim, calls_[id], id);
    if (from == no_call) {
      help(w);
    } else {
      take_from(w, victim, from, 1);
    }
    return;
  }
  // Fork-join leaves few, large children; flat work leaves many, which are taken in batches.
  constexpr std::uint64_t flat = 64;
  constexpr std::uint64_t batch = 32;
  const std::uint64_t open = victim.work.open();
  const call_id from = victim.work.lowest();
  const std::uint64_t more = open < flat ? 0 : std::min(batch, open / 8);
  w.last = w.victim;
  take_from(w, victim, from, std::min(1 + more, calls_[from].queued()));
  found_work(w);
  go_on(w);
}

void simulation::take_from(worker& w, worker& victim, call_id from, std::uint64_t count) {
  const std::uint64_t first = victim.work.steal(from, count);
  victim.lock_free = now_ + from_ns(prices_.steal);
  ++counts_.steals;
  w.work.carry(scope_of(from), first, first + count);
  w.work.set_time(now_ + from_ns(prices_.steal));
  w.disturbed = 0;
  w.now = state::running;
  go_on(w);
  if (victim.now == state::running) {
    go_on(victim);
  }
}

// What the queued children of a call, or of a carrier, are children of.
call_id simulation::scope_of(call_id id) const {
  return calls_[id].is_carrier() ? calls_[id].parent : id;
}

bool simulation::is_back(worker& w) {
  return w.work.next() != move::wait;
}

void simulation::begin_help(worker& w) {
  w.now = state::helping;
  w.failures = 0;
  w.seen = 1;
  w.start = 0;
  w.idle_since = w.work.at();
  schedule(w, w.work.at());
}

// Whether children of `at` are below what the call `waiting`, named `id`, waits for.
bool simulation::runs_below(call_id at, const call& waiting, call_id id) const {
  const bool one = program_.kinds[waiting.of].in_order;
  if (!one && at == id) {
    return true;
  }
  for (; at != no_call; at = calls_[at].parent) {
    const call& c = calls_[at];
    if (c.parent == id && (!one || c.index == waiting.next)) {
      return true;
    }
  }
  return false;
}

// The outermost call of the victim with a public child that a strict waiter may run; few are looked at.
call_id simulation::find_below(const worker& victim, const call& waiting, call_id id) const {
  constexpr std::uint64_t few = 8;
  std::uint64_t below = 0;
  for (const call_id at : victim.work.ids()) {
    if (below >= std::min(few, victim.work.open())) {
      break;
    }
    const std::uint64_t queued = calls_[at].queued();
    if (queued > 0 && runs_below(scope_of(at), waiting, id)) {
      return at;
    }
    below += queued;
  }
  return no_call;
}

// A waiter looks at some deques for children below what it waits for.
void simulation::help(worker& w) {
  if (is_back(w)) {
    w.now = state::running;
    w.work.set_time(now_);
    go_on(w);
    return;
  }
  const call_id id = w.work.top_id();
  picoseconds spent = 0;
  for (int i = 0; i < looks_at_once && w.seen <= all_.size(); ++i) {
    worker* const victim = next_victim(w);
    if (victim == nullptr) {
      continue;
    }
    spent += from_ns(prices_.probe);
    if (victim->work.open() > 0 && find_below(*victim, calls_[id], id) != no_call) {
      w.victim = index_of(*victim);
      w.wanted = id;
      w.now = state::stealing;
      schedule(w, now_ + spent);
      return;
    }
    ++counts_.failed;
    spent += ask(*victim) ? from_ns(prices_.probe) : 0;
  }
  if (w.seen > all_.size()) {
    w.seen = 1;
    spent += from_ns(prices_.pause) * 8;
    if (++w.failures % 8 == 0 && now_ - w.idle_since > from_ns(prices_.help_length)) {
      lend(w);
      return;
    }
  }
  schedule(w, now_ + spent);
}

// Publishes everything, lends the permit, and sleeps.
void simulation::lend(worker& w) {
  w.now = state::waiting;
  w.work.top().waiter = index_of(w);
  w.work.publish_all();
  ++w.version;  // whoever brings the child back makes the next event
  ++permits_;
  ++counts_.lends;
  if (has_idle_permit()) {
    if (!work_visible()) {
      ask_members();
      barrier(w);
    }
    if (work_visible()) {
      wake_one(&w);
    }
  }
  leave_core();
}

}  // namespace model
