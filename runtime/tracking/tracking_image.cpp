// SPDX-License-Identifier: Apache-2.0
// Copies the tracker's entries of this process while its threads run.
#include "tracking/tracking_image.hpp"

#include "observe/tracking_entries.hpp"
#include "time/clock.hpp"
#include "worker/thread_switch.hpp"

#include <type_traits>

namespace covey::runtime {

namespace {

template <class T>
void copy(std::atomic<T>& to, const std::atomic<T>& from) noexcept {
  to.store(from.load(std::memory_order_acquire), std::memory_order_relaxed);
}
template <std::size_t N>
void copy(word64 (&to)[N], const word64 (&from)[N]) noexcept {
  for (std::size_t i = 0; i < N; ++i) {
    copy(to[i], from[i]);
  }
}

void copy_fields(child_entry& to, const child_entry& from) noexcept {
  copy(to.id, from.id);
  copy(to.parent, from.parent);
  copy(to.parent_at, from.parent_at);
  copy(to.site, from.site);
  copy(to.born, from.born);
  copy(to.since, from.since);
  copy(to.checked, from.checked);
  copy(to.worker, from.worker);
  copy(to.done, from.done);
  copy(to.total, from.total);
  copy(to.name, from.name);
}

void copy_fields(nursery_entry& to, const nursery_entry& from) noexcept {
  copy(to.id, from.id);
  copy(to.parent, from.parent);
  copy(to.parent_at, from.parent_at);
  copy(to.parent_kind, from.parent_kind);
  copy(to.site, from.site);
  copy(to.worker, from.worker);
  copy(to.born, from.born);
  copy(to.since, from.since);
  copy(to.deadline, from.deadline);
  copy(to.spawned, from.spawned);
  copy(to.ended, from.ended);
  copy(to.done, from.done);
  copy(to.total, from.total);
  copy(to.stopped_at, from.stopped_at);
  copy(to.stop, from.stop);
  copy(to.name, from.name);
  copy(to.stop_text, from.stop_text);
}

[[nodiscard]] bool same_task(std::uint64_t a, std::uint64_t b) noexcept {
  return (a & ~life_mask) == (b & ~life_mask);
}

// Fields are written before the life that they belong to: the second look at it must find the same task there.
template <class Entry>
void copy_entry(Entry& to, const Entry& from) noexcept {
  constexpr int tries = 8;
  for (int i = 0; i < tries; ++i) {
    const std::uint64_t before = from.life.load(std::memory_order_acquire);
    if ((before & life_mask) == 0) {
      return;
    }
    copy_fields(to, from);
    const std::uint64_t after = from.life.load(std::memory_order_seq_cst);
    if (same_task(before, after)) {
      to.life.store(after, std::memory_order_relaxed);
      return;
    }
  }
}

template <class Entry>
[[nodiscard]] std::unique_ptr<Entry[]> copy_table(const entry_table<Entry>& table,
                                                  std::size_t& count) {
  const std::size_t chunks = table.chunks.load(std::memory_order_acquire);
  count = chunks * chunk_entries;
  auto made = std::make_unique<Entry[]>(count);
  for (std::size_t i = 1; i < count; ++i) {
    const Entry* const chunk = table.chunk[i / chunk_entries].load(std::memory_order_acquire);
    copy_entry(made[i], chunk[i % chunk_entries]);
  }
  return made;
}

[[nodiscard]] tracking_image::worker copy_of(const worker_card& card) noexcept {
  tracking_image::worker made;
  made.number = card.number.load(std::memory_order_relaxed);
  made.thread = card.thread.load(std::memory_order_relaxed);
  made.pool = card.pool.load(std::memory_order_relaxed);
  made.kind = card.kind.load(std::memory_order_relaxed);
  made.child = card.child.load(std::memory_order_relaxed);
  made.sleeping = card.sleeping.load(std::memory_order_relaxed);
  made.ran = runs_seen(card);
  made.steals = card.steals.load(std::memory_order_relaxed);
  made.lends = card.lends.load(std::memory_order_relaxed);
  made.sleeps = card.sleeps.load(std::memory_order_relaxed);
  made.slept = card.slept.load(std::memory_order_relaxed);
  made.fell_asleep = card.fell_asleep.load(std::memory_order_relaxed);
  return made;
}

}  // namespace

tracking_image copy_of_this_process() {
  const tracking_map& map = covey_tracking_map;
  tracking_image made;
  made.level = map.level.load(std::memory_order_relaxed);
  made.process = map.process.load(std::memory_order_relaxed);
  made.not_shown = map.not_shown.load(std::memory_order_relaxed);
  made.first_ticks = map.clock.first_ticks.load(std::memory_order_relaxed);
  made.first_ns = map.clock.first_ns.load(std::memory_order_relaxed);
  // Children first: the nursery of each is still there, or a newer task, when it is looked for.
  made.children = copy_table(map.children, made.child_count);
  made.nurseries = copy_table(map.nurseries, made.nursery_count);
  renew_clock();
  made.now_ticks = map.clock.last_ticks.load(std::memory_order_relaxed);
  made.now_ns = map.clock.last_ns.load(std::memory_order_relaxed);
  made.deadline_ns = static_cast<std::uint64_t>(now().time_since_epoch().count());
  const std::uint32_t site_count = map.site_count.load(std::memory_order_acquire);
  made.sites.resize(site_count);
  for (std::uint32_t i = 1; i < site_count; ++i) {
    const site_entry& entry = site_at(i);
    made.sites[i] = {entry.file.load(std::memory_order_relaxed),
                     entry.function.load(std::memory_order_relaxed),
                     entry.line.load(std::memory_order_relaxed)};
  }
  for (const worker_card* card = map.workers.load(std::memory_order_acquire); card != nullptr;
       card = card->next.load(std::memory_order_relaxed)) {
    made.workers.push_back(copy_of(*card));
  }
  return made;
}

}  // namespace covey::runtime
