// SPDX-License-Identifier: Apache-2.0
// Steps of a worker, alone; whole subtrees that nobody disturbs are skipped.
#include "model/stack.hpp"

#include <algorithm>

namespace model {

call_id calls::make(std::size_t of, call_id parent, std::uint64_t index) {
  const call fresh{.of = of, .parent = parent, .index = index};
  if (unused_.empty()) {
    all_.push_back(fresh);
    return static_cast<call_id>(all_.size() - 1);
  }
  const call_id id = unused_.back();
  unused_.pop_back();
  all_[id] = fresh;
  return id;
}

std::uint64_t stack::open_in_top() const {
  const std::uint64_t here = (*calls_)[ids_.back()].queued();
  const std::uint64_t below = queued_ - here;
  return open_ > below ? open_ - below : 0;
}

move stack::next_in_order(const call& c, const kind& k) const {
  if (c.next == k.spawns) {
    return move::end_call;
  }
  if (c.next >= c.low) {
    return open_in_top() > 0 ? move::take : move::get;
  }
  // A stolen child that is back costs no more than one's own.
  return ((c.back >> c.next) & 1U) != 0 ? move::get : move::wait;
}

move stack::next() const {
  const call& c = (*calls_)[ids_.back()];
  if (c.over || c.is_carrier()) {
    return move::end_child;
  }
  const kind& k = kind_of(c);
  if (!c.begun) {
    return move::begin;
  }
  if (c.made < k.spawns) {
    return move::spawn;
  }
  if (!c.called && k.called != kind::none) {
    return move::make_call;
  }
  if (k.in_order) {
    return next_in_order(c, k);
  }
  if (c.queued() > 0) {
    return open_in_top() == c.queued() ? move::take : move::get;
  }
  return c.away > 0 ? move::wait : move::end_call;
}

picoseconds stack::cost(move step) const {
  switch (step) {
    case move::begin:
      return kind_of((*calls_)[ids_.back()]).before;
    case move::spawn:
      return program_->spawn;
    case move::get:
      return program_->get;
    default:
      return 0;
  }
}

void stack::push(std::size_t of, call_id parent, std::uint64_t index) {
  ids_.push_back(calls_->make(of, parent, index));
}

// @returns which child it was.
std::uint64_t stack::unqueue_own() {
  call& c = top();
  --queued_;
  ++ran_;
  if (kind_of(c).in_order) {
    ++c.low;
    return c.next++;
  }
  return --c.high;
}

void stack::perform(move step) {
  const call_id id = ids_.back();
  call& c = top();
  at_ += cost(step);
  switch (step) {
    case move::begin:
      c.begun = true;
      break;
    case move::spawn:
      ++c.made;
      ++c.high;
      ++queued_;
      break;
    case move::make_call:
      c.called = true;
      push(kind_of(c).called, id, by_call);
      break;
    case move::get:
      if (kind_of(c).in_order && c.next < c.low) {
        ++c.next;
      } else {
        const std::size_t child = kind_of(c).spawned;
        push(child, id, unqueue_own());
      }
      break;
    case move::end_call:
      c.over = (*calls_)[ids_[ids_.size() - 2]].is_carrier();
      if (!c.over) {
        pop();
      }
      break;
    default:
      break;
  }
}

// Skips what can be skipped as a whole until then; else one step into it. @returns whether there was time for that.
bool stack::skip_or_enter(move step, picoseconds until) {
  call& c = top();
  const kind& k = kind_of(c);
  const picoseconds left = until - at_;
  if (left < 0) {
    return false;
  }
  if (step == move::make_call && program_->kinds[k.called].alone <= left) {
    c.called = true;
    at_ += program_->kinds[k.called].alone;
    ran_ += program_->kinds[k.called].tasks;
    return true;
  }
  const bool own = step == move::get && (!k.in_order || c.next >= c.low);
  if (step == move::spawn || own) {
    const kind* const child = own ? &program_->kinds[k.spawned] : nullptr;
    const picoseconds each = own ? program_->get + child->alone : program_->spawn;
    const std::uint64_t most = own ? c.queued() - open_in_top() : k.spawns - c.made;
    const auto fit = each == 0 ? most : static_cast<std::uint64_t>(left / each);
    const std::uint64_t count = std::min(most, fit);
    if (count > 0) {
      at_ += static_cast<picoseconds>(count) * each;
      if (!own) {
        c.made += count;
        c.high += count;
        queued_ += count;
        return true;
      }
      queued_ -= count;
      ran_ += count * (1 + child->tasks);
      (k.in_order ? c.low : c.high) += k.in_order ? count : ~count + 1;
      c.next += k.in_order ? count : 0;
      return true;
    }
  }
  if (cost(step) > left) {
    return false;
  }
  perform(step);
  return true;
}

void stack::advance(picoseconds until) {
  for (;;) {
    const move step = next();
    if (step == move::take || step == move::wait || step == move::end_child ||
        !skip_or_enter(step, until)) {
      return;
    }
  }
}

// Adds what is left of a call. @returns false if that ends at a step that needs others.
bool stack::remaining(const call& c, std::uint64_t open_here, picoseconds& time) const {
  const kind& k = kind_of(c);
  if (!c.begun) {
    time += k.before;
  }
  time += static_cast<picoseconds>(k.spawns - c.made) * program_->spawn;
  if (!c.called && k.called != kind::none) {
    time += program_->kinds[k.called].alone;
  }
  if (k.spawns == 0) {
    return true;
  }
  const picoseconds each = program_->get + program_->kinds[k.spawned].alone;
  if (!k.in_order) {
    time += static_cast<picoseconds>(c.queued() + k.spawns - c.made - open_here) * each;
    return open_here == 0 && c.away == 0;
  }
  for (std::uint64_t i = c.next; i < c.low; ++i) {
    if (((c.back >> i) & 1U) == 0) {
      return false;
    }
    time += program_->get;
  }
  if (open_here > 0) {
    return false;
  }
  time += static_cast<picoseconds>(k.spawns - std::max(c.next, c.low)) * each;
  return true;
}

picoseconds stack::horizon() const {
  picoseconds time = at_;
  std::uint64_t below = queued_;
  for (std::size_t i = ids_.size(); i-- > 0;) {
    const call& c = (*calls_)[ids_[i]];
    if (c.is_carrier() || c.over) {
      return time;
    }
    below -= c.queued();
    const std::uint64_t open_here = open_ > below ? std::min(open_ - below, c.queued()) : 0;
    if (!remaining(c, open_here, time)) {
      return time;
    }
  }
  return time;
}

void stack::carry(call_id parent, std::uint64_t first, std::uint64_t last) {
  push(kind::none, parent, 0);
  call& carrier = top();
  carrier.low = first + 1;
  carrier.high = last;
  queued_ += last - first - 1;
  ++ran_;
  push(program_->kinds[(*calls_)[parent].of].spawned, parent, first);
}

void stack::begin_root() {
  push(kind::none, no_call, 0);
  push(program_->kinds.size() - 1, no_call, by_call);
}

void stack::take_own() {
  const call_id id = ids_.back();
  const std::size_t child = kind_of(top()).spawned;
  --open_;
  push(child, id, unqueue_own());
}

void stack::take_carried() {
  call& carrier = top();
  const std::size_t child = program_->kinds[(*calls_)[carrier.parent].of].spawned;
  const std::uint64_t index = --carrier.high;
  --queued_;
  open_ = std::min(open_, queued_);
  ++ran_;
  push(child, carrier.parent, index);
}

void stack::pop() {
  calls_->free(ids_.back());
  ids_.pop_back();
}

std::uint64_t stack::steal(call_id from, std::uint64_t count) {
  call& c = (*calls_)[from];
  const std::uint64_t first = c.low;
  c.low += count;
  if (!c.is_carrier()) {
    c.away += count;
  }
  queued_ -= count;
  open_ -= count;
  return first;
}

call_id stack::lowest() const {
  return *std::find_if(
      ids_.begin(), ids_.end(), [this](call_id id) { return (*calls_)[id].queued() > 0; });
}

}  // namespace model
