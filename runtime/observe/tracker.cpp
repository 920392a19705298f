// SPDX-License-Identifier: Apache-2.0
// The tracker's records of children and scopes, as the engine runs.
#include "observe/tracker.hpp"

#include "observe/trace_hooks.hpp"
#include "observe/tracked_states.hpp"
#include "observe/tracking_entries.hpp"
#include "observe/tracking_sites.hpp"

#include <covey/detail/compiled/scope_questions.hpp>

namespace covey::runtime {

namespace {

using detail::frame_flag::entry_shift;

// The parent of an entry.
struct parent_entry {
  std::uint64_t id = 0;
  std::uint32_t at = 0;
  bool nursery = false;
};

[[nodiscard]] std::uint32_t child_entry_of(frame* f, life now) noexcept;
[[nodiscard]] std::uint32_t nursery_entry_of(scope& s, bool fresh = false) noexcept;

[[nodiscard]] parent_entry entry_above(const scope& s) noexcept {
  const context c = above(s);
  if (c == detail::outside()) {
    return {};
  }
  if (is_task(c)) {
    const std::uint32_t at = child_entry_of(task_of(c).task, life::running);
    return {at != 0 ? child_at(at).id.load(std::memory_order_relaxed) : 0, at, false};
  }
  const std::uint32_t at = nursery_entry_of(scope_of(c));
  return {at != 0 ? nursery_at(at).id.load(std::memory_order_relaxed) : 0, at, true};
}

void fill(nursery_entry& r, scope& s, record* me, const parent_entry& in) noexcept {
  renew(r.life);
  put(r.id, next_id(me));
  put(r.parent, in.id);
  put(r.parent_at, in.at);
  put(r.parent_kind, in.nursery ? 1 : 0);
  put(r.site, number_of(me, s.opened_at));
  put(r.worker, s.owner != nullptr ? record_of(*s.owner).id + 1U : 0);
  const std::uint64_t now = ticks();
  put(r.born, now);
  put(r.since, now);
  put(r.deadline, ~std::uint64_t{0});
  put(r.spawned, 0);
  for (word64& each : r.ended) {
    put(each, 0);
  }
  put(r.done, 0);
  put(r.total, 0);
  put(r.stopped_at, 0);
  put(r.stop, 0);
  write_label(r.name, detail::name_of(s));
  set_life(r.life, life::running);
}

// The entry of a scope that the caller runs in, made if there is none. 0: no room.
// @param fresh no other thread knows the scope yet, and it has attention::tracked
std::uint32_t nursery_entry_of(scope& s, bool fresh) noexcept {
  make_rare_words(s);
  std::uint64_t seen = s.unwinding_and_entry.load(std::memory_order_acquire);
  if (seen >> 32U != 0) {
    return static_cast<std::uint32_t>(seen >> 32U);
  }
  const parent_entry in = entry_above(s);
  record* const me = this_record();
  const std::uint32_t at = take_nursery_entry(me);
  if (at == 0) {
    return 0;
  }
  fill(nursery_at(at), s, me, in);
  if (fresh) {
    s.unwinding_and_entry.store((std::uint64_t{at} << 32U) | seen, std::memory_order_relaxed);
    trace_opened(me, nursery_at(at), detail::name_of(s));
    return at;
  }
  while (!s.unwinding_and_entry.compare_exchange_weak(
      seen, (std::uint64_t{at} << 32U) | (seen & 0xFFFF'FFFFU), std::memory_order_acq_rel)) {
    if (seen >> 32U != 0) {
      give_nursery_entry(me, at);  // another descendant was faster
      return static_cast<std::uint32_t>(seen >> 32U);
    }
  }
  // From now on its end comes by compiled code.
  s.attention.fetch_or(detail::attention::tracked, std::memory_order_seq_cst);
  trace_opened(me, nursery_at(at), detail::name_of(s));
  return at;
}

// The entry of a child that the caller is about to queue, or runs in, made if there is none. 0: no room.
std::uint32_t child_entry_of(frame* f, life now) noexcept {
  std::uint32_t flags = f->flags.load(std::memory_order_relaxed);
  if (flags >> entry_shift != 0) {
    return flags >> entry_shift;
  }
  record* const me = this_record();
  const std::uint32_t above = nursery_entry_of(*f->of);
  const std::uint32_t at = above != 0 ? take_child_entry(me) : 0;
  if (at == 0) {
    covey_tracking_map.not_shown.fetch_add(1, std::memory_order_relaxed);
    return 0;
  }
  nursery_entry& nursery = nursery_at(above);
  child_entry& r = child_at(at);
  renew(r.life);
  put(r.id, next_id(me));
  put(r.parent, nursery.id.load(std::memory_order_relaxed));
  put(r.parent_at, above);
  put(r.site, number_of(me, f->spawned_at));
  const std::uint64_t stamp = ticks();
  put(r.born, stamp);
  put(r.since, stamp);
  put(r.checked, stamp);
  put(r.worker, now != life::queued ? f->holder.load(std::memory_order_relaxed) : 0U);
  put(r.done, 0);
  put(r.total, 0);
  write_label(r.name, name_of_child(f));
  nursery.spawned.fetch_add(1, std::memory_order_relaxed);
  set_life(r.life, now);
  if (now == life::queued) {
    f->flags.store(flags | at << entry_shift, std::memory_order_relaxed);  // nobody else knows it
    trace_listed(me, r, name_of_child(f), true);
    return at;
  }
  // Several descendants may see a running child without a record; the others wait for nobody and use the first one.
  while (!f->flags.compare_exchange_weak(
      flags, flags | at << entry_shift, std::memory_order_acq_rel, std::memory_order_relaxed)) {
    if (flags >> entry_shift != 0) {
      nursery.spawned.fetch_sub(1, std::memory_order_relaxed);
      give_child_entry(me, at);
      return flags >> entry_shift;
    }
  }
  trace_listed(me, r, name_of_child(f), false);
  return at;
}

enum class ending : std::uint8_t { done, failed, stopped, never_started };

[[nodiscard]] ending ending_of(const frame* f) noexcept {
  switch (f->phase.load(std::memory_order_relaxed)) {
    case detail::phase::failed:
      return ending::failed;
    case detail::phase::stopped:
      return ending::stopped;
    case detail::phase::never_started:
      return ending::never_started;
    default:
      return ending::done;
  }
}

// Gives the record of a child back. After this its outcome may be shown.
// @param stamp now in ticks, if a trace is written
void unlist(record* me, frame* f, std::uint32_t at, ending how, std::uint64_t stamp) noexcept {
  trace_entry(me, trace_kind::finish, child_at(at), static_cast<std::uint64_t>(how), stamp);
  nursery_at(child_at(at).parent_at.load(std::memory_order_relaxed))
      .ended[static_cast<std::size_t>(how)]
      .fetch_add(1, std::memory_order_relaxed);
  give_child_entry(me, at);
  f->flags.fetch_and((std::uint32_t{1} << entry_shift) - 1U, std::memory_order_seq_cst);
}

}  // namespace

void track_spawn(frame* f) noexcept {
  if (tracks_tasks()) {
    static_cast<void>(child_entry_of(f, life::queued));
  }
}

void track_undo(frame* f) noexcept {
  const std::uint32_t at = index_of(f);
  if (at != 0) {
    nursery_at(child_at(at).parent_at.load(std::memory_order_relaxed))
        .spawned.fetch_sub(1, std::memory_order_relaxed);
    constexpr auto how = static_cast<std::uint64_t>(ending::never_started);
    trace_entry(this_record(), trace_kind::finish, child_at(at), how, trace_stamp());
    give_child_entry(this_record(), at);
    f->flags.fetch_and((std::uint32_t{1} << entry_shift) - 1U, std::memory_order_relaxed);
  }
}

void track_refused(const scope& s) noexcept {
  if (const std::uint32_t at = index_of(s); at != 0) {
    nursery_entry& r = nursery_at(at);
    r.spawned.fetch_add(1, std::memory_order_relaxed);
    r.ended[static_cast<std::size_t>(ending::never_started)].fetch_add(1,
                                                                       std::memory_order_relaxed);
  }
}

interrupted_task track_start(record& me, frame* f, detail::context outer) noexcept {
  interrupted_task before{outer, me.card.child.load(std::memory_order_relaxed), life::free};
  std::uint32_t at = index_of(f);
  if (at == 0 && tracks_tasks()) {
    at = child_entry_of(f, life::running);
  }
  me.card.child.store(at, std::memory_order_relaxed);
  if (at != 0) {
    child_entry& r = child_at(at);
    const std::uint64_t now = ticks();
    r.worker.store(me.id + 1U, std::memory_order_relaxed);
    r.since.store(now, std::memory_order_relaxed);
    r.checked.store(now, std::memory_order_relaxed);
    me.checked = now;
    set_life(r.life, life::running);
    trace_entry(&me, trace_kind::start, r, r.parent.load(std::memory_order_relaxed), now);
    before.was = set_all(outer, life::waiting, now);
  }
  return before;
}

void track_finish(record& me, frame* f, const interrupted_task& before) noexcept {
  me.card.child.store(before.child, std::memory_order_relaxed);
  const std::uint32_t at = index_of(f);
  if (at == 0) {
    return;
  }
  child_entry& r = child_at(at);
  const std::uint64_t now = ticks();
  update_gap(
      r.site.load(std::memory_order_relaxed), r.checked.load(std::memory_order_relaxed), now);
  if (before.was != life::free) {
    static_cast<void>(set_all(before.outer, before.was, now));
  }
  unlist(&me, f, at, ending_of(f), now);
}

void track_unrun(frame* f) noexcept {
  if (const std::uint32_t at = index_of(f); at != 0) {
    unlist(this_record(), f, at, ending::never_started, trace_stamp());
  }
}

void track_scope(scope& s) noexcept {
  if (tracks_tasks()) {
    static_cast<void>(nursery_entry_of(s));
  }
}

void track_end(scope& s) noexcept {
  if (const std::uint32_t at = index_of(s); at != 0) {
    s.unwinding_and_entry.store(0, std::memory_order_relaxed);  // nobody is left who looks
    trace_cpu(this_record());
    trace_entry(this_record(), trace_kind::nursery_end, nursery_at(at), 0, trace_stamp());
    give_nursery_entry(this_record(), at);
  }
}

void catch_up() noexcept {
  if (!tracks_tasks()) {
    return;
  }
  for (context c = detail::this_context(); c != detail::outside(); c = up(c)) {
    if (!is_task(c)) {
      static_cast<void>(nursery_entry_of(scope_of(c)));
    }
  }
}

void track_opening(scope& s) noexcept {
  if (tracks_tasks()) {
    static_cast<void>(nursery_entry_of(s, true));
  } else {
    s.attention.fetch_and(~detail::attention::tracked, std::memory_order_seq_cst);
  }
}

}  // namespace covey::runtime
