// SPDX-License-Identifier: Apache-2.0
// The tracker's tables.
#include "observe/tracking_entries.hpp"

#include "observe/tracking_store.hpp"

#include <array>
#include <chrono>
#include <cstring>
#include <mutex>
#include <new>
#include <pthread.h>
#include <unistd.h>

#if defined(__x86_64__)
#  include <cpuid.h>
#  include <x86intrin.h>
#endif

constinit covey::runtime::tracking_map covey_tracking_map{};

namespace covey::runtime {

namespace {

constinit tracking_map& map = covey_tracking_map;

[[nodiscard]] std::uint64_t nanoseconds_now() noexcept {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

// Whether the time stamp counter has a constant rate on all cores.
[[nodiscard]] bool has_even_stamps() noexcept {
#if defined(__x86_64__)
  unsigned int a = 0;
  unsigned int b = 0;
  unsigned int c = 0;
  unsigned int d = 0;
  constexpr unsigned int power_leaf = 0x8000'0007U;
  constexpr unsigned int invariant = 1U << 8U;
  return __get_cpuid(power_leaf, &a, &b, &c, &d) != 0 && (d & invariant) != 0;
#else
  return false;
#endif
}

// Known before anything else begins: a trace that the environment asks for begins before main(), too.
constinit bool even_stamps = false;
[[gnu::constructor(200)]] void read_stamp_support() noexcept {
  even_stamps = has_even_stamps();
}

// Fills in the head of the map before main().
[[maybe_unused]] const bool begun = [] {
  map.bytes.store(sizeof(tracking_map), std::memory_order_relaxed);
  map.process.store(static_cast<std::uint32_t>(::getpid()), std::memory_order_relaxed);
  const trace_anchor now = trace_anchor::now();
  map.clock.first_ticks.store(now.ticks, std::memory_order_relaxed);
  map.clock.first_ns.store(now.ns, std::memory_order_relaxed);
  map.clock.last_ticks.store(now.ticks, std::memory_order_relaxed);
  map.clock.last_ns.store(now.ns, std::memory_order_relaxed);
  map.magic[1].store(map_magic[1], std::memory_order_relaxed);
  map.magic[0].store(map_magic[0], std::memory_order_release);
  return true;
}();

// A forked process shows itself under its own number.
[[maybe_unused]] const int fork_told = ::pthread_atfork(nullptr, nullptr, [] {
  map.process.store(static_cast<std::uint32_t>(::getpid()), std::memory_order_relaxed);
});

// Of the whole process; guarded by tables_lock.
constinit free_list free_children;
constinit free_list free_nurseries;

// @pre tables_lock is held. @returns false: no more.
template <class Entry>
[[nodiscard]] bool add_chunk(entry_table<Entry>& table,
                             free_list& list,
                             Entry& (*at)(std::uint32_t)) noexcept {
  const std::uint32_t index = table.chunks.load(std::memory_order_relaxed);
  if (index == most_chunks) {
    return false;
  }
  Entry* const made = new (std::nothrow) Entry[chunk_entries];
  if (made == nullptr) {
    return false;
  }
  table.chunk[index].store(made, std::memory_order_release);
  table.chunks.store(index + 1, std::memory_order_release);
  const auto first = static_cast<std::uint32_t>(index * chunk_entries);
  for (std::uint32_t i = chunk_entries; i-- > 0;) {
    if (first + i != 0) {
      list.push(at, first + i);
    }
  }
  return true;
}

constexpr std::uint32_t refill_count = 32;

template <class Entry>
[[nodiscard]] std::uint32_t take(entry_table<Entry>& table,
                                 free_list& all,
                                 free_list* own,
                                 Entry& (*at)(std::uint32_t)) noexcept {
  if (own != nullptr && own->first != 0) {
    return own->pop(at);
  }
  const std::scoped_lock guard(tables_lock);
  if (all.first == 0 && !add_chunk(table, all, at)) {
    return 0;
  }
  const std::uint32_t index = all.pop(at);
  while (own != nullptr && own->count < refill_count && all.first != 0) {
    own->push(at, all.pop(at));
  }
  return index;
}

template <class Entry>
void give(free_list& all,
          free_list* own,
          Entry& (*at)(std::uint32_t),
          std::uint32_t index) noexcept {
  if (own != nullptr && own->count < 4 * refill_count) {
    own->push(at, index);
    return;
  }
  const std::scoped_lock guard(tables_lock);
  all.push(at, index);
  while (own != nullptr && own->count > 2 * refill_count) {
    all.push(at, own->pop(at));
  }
}

}  // namespace

std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
  if (even_stamps) {
    return __rdtsc();
  }
#endif
  return nanoseconds_now();
}

void renew_clock() noexcept {
  const std::scoped_lock guard(tables_lock);
  const trace_anchor now = trace_anchor::now();
  map.clock.last_ticks.store(now.ticks, std::memory_order_relaxed);
  map.clock.last_ns.store(now.ns, std::memory_order_relaxed);
}

std::chrono::nanoseconds length_of(std::uint64_t count) noexcept {
  const std::uint64_t passed = map.clock.last_ticks.load(std::memory_order_relaxed) -
                               map.clock.first_ticks.load(std::memory_order_relaxed);
  const std::uint64_t ns = map.clock.last_ns.load(std::memory_order_relaxed) -
                           map.clock.first_ns.load(std::memory_order_relaxed);
  const double each =
      passed != 0 && ns != 0 ? static_cast<double>(ns) / static_cast<double>(passed) : 1.0;
  return std::chrono::nanoseconds(
      static_cast<std::chrono::nanoseconds::rep>(static_cast<double>(count) * each));
}

std::uint32_t take_child_entry(record* me) noexcept {
  tracking_store* const own = store_of(me);
  return take(map.children, free_children, own != nullptr ? &own->children : nullptr, child_at);
}

std::uint32_t take_nursery_entry(record* me) noexcept {
  tracking_store* const own = store_of(me);
  return take(
      map.nurseries, free_nurseries, own != nullptr ? &own->nurseries : nullptr, nursery_at);
}

void give_child_entry(record* me, std::uint32_t index) noexcept {
  renew(child_at(index).life);
  tracking_store* const own = store_of(me);
  give(free_children, own != nullptr ? &own->children : nullptr, child_at, index);
}

void give_nursery_entry(record* me, std::uint32_t index) noexcept {
  renew(nursery_at(index).life);
  tracking_store* const own = store_of(me);
  give(free_nurseries, own != nullptr ? &own->nurseries : nullptr, nursery_at, index);
}

std::uint64_t next_id(record* me) noexcept {
  constexpr std::uint64_t block = 64;
  tracking_store* const own = store_of(me);
  if (own == nullptr) {
    return map.next_id.fetch_add(1, std::memory_order_relaxed);
  }
  if (own->next_id == own->last_id) {
    own->next_id = map.next_id.fetch_add(block, std::memory_order_relaxed);
    own->last_id = own->next_id + block;
  }
  return own->next_id++;
}

void write_label(word64 (&to)[label_words], const label& text) noexcept {
  static_assert(sizeof(label) == sizeof(std::uint64_t) * label_words);
  if (text.empty()) {
    put(to[label_words - 1], 0);  // the length is the last byte
    return;
  }
  std::array<std::uint64_t, label_words> words{};
  std::memcpy(words.data(), &text, sizeof(label));
  for (std::size_t i = 0; i < label_words; ++i) {
    put(to[i], words[i]);
  }
}

}  // namespace covey::runtime
