// SPDX-License-Identifier: Apache-2.0
// Updates the entries of running children and open scopes.
#include "observe/tracked_states.hpp"

#include "observe/trace_hooks.hpp"
#include "observe/tracking_sites.hpp"

#include <covey/detail/batch/spread.hpp>

namespace covey::runtime {

namespace {

[[nodiscard]] std::uint64_t id_of(const frame* f) noexcept {
  const std::uint32_t at = is_tracing() ? index_of(f) : 0;
  return at != 0 ? child_at(at).id.load(std::memory_order_relaxed) : 0;
}
[[nodiscard]] std::uint64_t id_of(const scope& s) noexcept {
  const std::uint32_t at = is_tracing() ? index_of(s) : 0;
  return at != 0 ? nursery_at(at).id.load(std::memory_order_relaxed) : 0;
}

// Whether an entry was ever made.
[[nodiscard]] bool tracked_ever() noexcept {
  return covey_tracking_map.nurseries.chunks.load(std::memory_order_relaxed) != 0;
}

}  // namespace

void update_gap(std::uint32_t site_index, std::uint64_t since, std::uint64_t now) noexcept {
  if (site_index == 0 || since == 0) {
    return;
  }
  const std::uint64_t gap = now > since ? now - since : 0;
  word64& longest = site_at(site_index).longest_gap;
  std::uint64_t known = longest.load(std::memory_order_relaxed);
  while (gap > known && !longest.compare_exchange_weak(known, gap, std::memory_order_relaxed)) {
  }
}

life set_all(context c, life now, std::uint64_t stamp) noexcept {
  life before = life::free;
  if (!tracked_ever()) {
    return before;
  }
  const auto set = [&](auto& r) {
    const life was = life_in(r.life);
    before = before == life::free ? was : before;
    if (was != now) {
      stamp = stamp == 0 ? ticks() : stamp;
      r.since.store(stamp, std::memory_order_relaxed);
      set_life(r.life, now);
    }
  };
  for (; c != detail::outside() && c != 0; c = scope_of(c).outer) {
    if (is_task(c)) {
      if (const std::uint32_t at = index_of(task_of(c).task); at != 0) {
        set(child_at(at));
      }
      break;
    }
    if ((c & detail::context_tag) == detail::in_child) {
      break;  // a child that runs in place is not tracked
    }
    if (const std::uint32_t at = index_of(scope_of(c)); at != 0) {
      set(nursery_at(at));
    }
  }
  return before;
}

void track_check(record& me) noexcept {
  if (!tracked_ever()) {
    return;
  }
  const std::uint64_t now = ticks();
  me.checked = now;
  context c = detail::this_context();
  while (c != detail::outside() && !is_task(c)) {
    c = scope_of(c).outer;
  }
  if (c == detail::outside()) {
    return;
  }
  if (const std::uint32_t at = index_of(task_of(c).task); at != 0) {
    child_entry& r = child_at(at);
    update_gap(
        r.site.load(std::memory_order_relaxed), r.checked.load(std::memory_order_relaxed), now);
    r.checked.store(now, std::memory_order_relaxed);
  }
}

namespace {

// The least length of a slice of the trace, in ticks (about 1 ns each). Blocks of items are slices; short ones are joined
// into one, so that a traced batch writes at most two events in that time.
constexpr std::uint64_t least_slice = 250'000;

void begin_slice(record& me, detail::share& s, std::uint64_t now) noexcept {
  s.slice_begin = 0;
  if (!is_tracing()) {
    return;
  }
  s.slice_of = id_of(s.of->of);
  if (s.slice_of != 0) {
    s.slice_begin = now;
    s.slice_done = s.done.load(std::memory_order_relaxed);
    trace(&me, {now, s.slice_of, 0, number_of(&me, s.of->where), trace_kind::items_begin});
  }
}

void end_slice(record& me, detail::share& s, std::uint64_t now) noexcept {
  if (s.slice_begin != 0) {
    const std::uint64_t done = s.done.load(std::memory_order_relaxed) - s.slice_done;
    trace(&me, {now, s.slice_of, done, 0, trace_kind::items_end});
    s.slice_begin = 0;
  }
}

}  // namespace

void track_share(detail::share& s) noexcept {
  if (tracks_tasks()) {
    record& me = record_of(*s.me);
    me.checked = ticks();
    begin_slice(me, s, me.checked);
  }
}

void track_block(detail::share& s) noexcept {
  if (tracks_tasks()) {
    record& me = record_of(*s.me);
    const std::uint64_t before = me.checked;
    track_check(me);
    update_gap(number_of(&me, s.of->where), before, me.checked);
    if (s.slice_begin == 0) {
      begin_slice(me, s, me.checked);
    } else if (me.checked - s.slice_begin >= least_slice) {
      end_slice(me, s, me.checked);
      begin_slice(me, s, me.checked);
    }
  }
}

void track_share_end(detail::share& s) noexcept {
  if (s.slice_begin != 0) {
    end_slice(record_of(*s.me), s, ticks());
  }
}

void track_progress(const record& me, std::uint64_t done, std::uint64_t total) noexcept {
  if (const std::uint32_t at = me.card.child.load(std::memory_order_relaxed); at != 0) {
    child_at(at).done.store(done, std::memory_order_relaxed);
    child_at(at).total.store(total, std::memory_order_relaxed);
  }
}

tracked_pause::tracked_pause(record& me, life now, trace_kind begin, std::uint64_t id) noexcept
    : me_(me),
      where_(detail::this_context()),
      before_(life::free),
      end_(begin == trace_kind::join_begin ? trace_kind::join_end : trace_kind::wait_end),
      id_(id) {
  trace_cpu(&me);
  trace_worker(me, begin, id);
  if (where_ != detail::outside()) {
    before_ = set_all(where_, now);
  }
}

tracked_pause::tracked_pause(record& me, life now) noexcept
    : tracked_pause(me, now, trace_kind::wait_begin, 0) {
}
tracked_pause::tracked_pause(record& me, const frame* awaited) noexcept
    : tracked_pause(me, life::waiting, trace_kind::wait_begin, id_of(awaited)) {
}
tracked_pause::tracked_pause(record& me, const scope& joined) noexcept
    : tracked_pause(me, life::waiting, trace_kind::join_begin, id_of(joined)) {
}

tracked_pause::~tracked_pause() {
  if (before_ != life::free) {
    static_cast<void>(set_all(where_, before_));
  }
  trace_worker(me_, end_, id_);
  trace_cpu(&me_);
}

void track_pause(record& me, life now) noexcept {
  trace_worker(me, now == life::running ? trace_kind::wait_end : trace_kind::wait_begin);
  const context where = detail::this_context();
  if (where != detail::outside()) {
    static_cast<void>(set_all(where, now));
  }
}

void track_deadline(const scope& s, clock::time_point when) noexcept {
  if (const std::uint32_t at = index_of(s); at != 0) {
    const bool none = when == clock::time_point::max();
    nursery_at(at).deadline.store(
        none ? ~std::uint64_t{0} : static_cast<std::uint64_t>(when.time_since_epoch().count()),
        std::memory_order_relaxed);
  }
}

void track_stop(const scope& s, const stop_reason& why) noexcept {
  if (const std::uint32_t at = index_of(s); at != 0) {
    nursery_entry& r = nursery_at(at);
    write_label(r.stop_text, why.kind == stop_kind::failure ? why.task : why.text);
    r.stopped_at.store(ticks(), std::memory_order_relaxed);
    r.stop.store(static_cast<std::uint32_t>(why.kind), std::memory_order_release);
    trace_entry(this_record(),
                trace_kind::stop_request,
                r,
                static_cast<std::uint64_t>(why.kind),
                r.stopped_at.load(std::memory_order_relaxed));
  }
}

void track_total(const scope& s, std::uint64_t items) noexcept {
  if (const std::uint32_t at = index_of(s); at != 0) {
    nursery_at(at).total.store(items, std::memory_order_relaxed);
  }
}

void track_items(const scope& s, std::uint64_t items) noexcept {
  if (const std::uint32_t at = index_of(s); at != 0) {
    nursery_at(at).done.fetch_add(items, std::memory_order_relaxed);
  }
}

}  // namespace covey::runtime
