// SPDX-License-Identifier: Apache-2.0
// A record counts only if it was of the same task before and after its fields were copied, which its `life` tells.

#include "image_reader.hpp"

#include "problem.hpp"
#include "ticks.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace top {

namespace {

using covey::runtime::chunk_entries;
using covey::runtime::entry_table;
using covey::runtime::map_version;
using covey::runtime::most_chunks;
using covey::runtime::site_entry;
using covey::runtime::tracking_image;
using covey::runtime::tracking_map;
using covey::runtime::worker_card;

constexpr std::size_t longest_text = 4096;
constexpr std::size_t most_text = std::size_t{64} << 20U;
constexpr std::size_t most_workers = 65536;

template <class Value>
Value get(const std::atomic<Value>& from) {
  return from.load(std::memory_order_relaxed);  // a copy, which nobody else can see
}

template <class Value>
std::uint64_t address_in(const std::atomic<Value*>& from) {
  return reinterpret_cast<std::uintptr_t>(get(from));
}

template <class Entry>
std::size_t chunks_of(const entry_table<Entry>& table) {
  return std::min<std::size_t>(get(table.chunks), most_chunks);
}

/// A task may enter another state meanwhile; it only must not be another task.
template <class Entry>
bool same_task(const Entry& a, const Entry& b) {
  const std::uint64_t first = get(a.life);
  const std::uint64_t second = get(b.life);
  using covey::runtime::life_mask;
  return (first & life_mask) != 0 && (second & life_mask) != 0 &&
         (first & ~life_mask) == (second & ~life_mask);
}

template <class Entry>
class chunk_copier {
 public:
  explicit chunk_copier(const memory_source& memory)
      : memory_(memory),
        before_(std::make_unique<Entry[]>(chunk_entries)),
        after_(std::make_unique<Entry[]>(chunk_entries)) {}

  /// Three readings of the whole chunk: what it takes is three system calls, whatever there is in it.
  void copy(std::uint64_t address, Entry* to) {
    const bool whole = memory_.frozen() ? read(address, to)
                                        : read(address, before_.get()) && read(address, to) &&
                                              read(address, after_.get());
    for (std::size_t i = 0; i < chunk_entries; ++i) {
      const bool sound = whole && (memory_.frozen() ||
                                   (same_task(before_[i], to[i]) && same_task(to[i], after_[i])));
      if (!sound) {
        to[i].life.store(0, std::memory_order_relaxed);
      }
    }
  }

 private:
  bool read(std::uint64_t address, Entry* to) const {
    return memory_.read(address, static_cast<void*>(to), chunk_entries * sizeof(Entry));
  }

  const memory_source& memory_;
  std::unique_ptr<Entry[]> before_;
  std::unique_ptr<Entry[]> after_;
};

/// Takes all the memory that it needs before the first byte is copied, so that little time passes between two tables: a
/// child is shown only together with its nursery.
template <class Entry>
class table_copier {
 public:
  table_copier(const memory_source& memory, const entry_table<Entry>& table)
      : table_(table),
        copier_(memory),
        records_(std::make_unique<Entry[]>(chunks_of(table) * chunk_entries)) {}

  void copy() {
    for (std::size_t i = 0; i < chunks_of(table_); ++i) {
      if (const std::uint64_t address = address_in(table_.chunk[i]); address != 0) {
        copier_.copy(address, records_.get() + i * chunk_entries);
      }
    }
  }
  std::unique_ptr<Entry[]> take(std::size_t& count) {
    count = chunks_of(table_) * chunk_entries;
    return std::move(records_);
  }

 private:
  const entry_table<Entry>& table_;
  chunk_copier<Entry> copier_;
  std::unique_ptr<Entry[]> records_;
};

template <class Entry>
std::string size_of_records(std::string_view name, const entry_table<Entry>& table) {
  return get(table.entry_bytes) == sizeof(Entry)
             ? std::string()
             : std::string(name) + " of " + std::to_string(get(table.entry_bytes)) +
                   " bytes, where this covey-top reads " + std::to_string(sizeof(Entry));
}

}  // namespace

void image_reader::check(const tracking_map& map) const {
  if (get(map.magic[0]) != covey::runtime::map_magic[0] ||
      get(map.magic[1]) != covey::runtime::map_magic[1]) {
    throw problem(from_.name +
                  " has lost its tracking map: it runs another program now, or closed "
                  "the library that covey was in");
  }
  const std::string advice = "; use the covey-top that came with that covey";
  if (get(map.version) != map_version) {
    throw problem(from_.name + " has a tracking map of version " +
                  std::to_string(get(map.version)) + ", and this covey-top reads version " +
                  std::to_string(map_version) + advice);
  }
  std::string odd;
  if (get(map.bytes) != sizeof(tracking_map)) {
    odd = "a map of " + std::to_string(get(map.bytes)) + " bytes, where this covey-top reads " +
          std::to_string(sizeof(tracking_map));
  }
  for (const std::string& other : {size_of_records("records of children", map.children),
                                   size_of_records("records of nurseries", map.nurseries),
                                   size_of_records("records of places", map.sites)}) {
    odd = odd.empty() ? other : odd;
  }
  if (!odd.empty()) {
    throw problem(from_.name + " has a tracking map of version " + std::to_string(map_version) +
                  " with other sizes: " + odd + advice);
  }
}

tracking_image image_reader::read() {
  tracking_map map;
  if (!memory_.read(from_.map, static_cast<void*>(&map), sizeof map)) {
    // A map of an older version may be shorter, and end where memory ends.
    constexpr std::size_t head = offsetof(tracking_map, level);
    if (!memory_.read(from_.map, static_cast<void*>(&map), head) ||
        get(map.version) == map_version) {
      throw problem(from_.name + ": its tracking map cannot be read");
    }
  }
  check(map);
  tracking_image image;
  image.level = get(map.level);
  image.process = get(map.process);
  image.not_shown = get(map.not_shown);
  table_copier children{memory_, map.children};
  table_copier nurseries{memory_, map.nurseries};
  children.copy();
  nurseries.copy();
  image.children = children.take(image.child_count);
  image.nurseries = nurseries.take(image.nursery_count);
  image.workers = workers_of(map);
  if (memory_.frozen()) {
    set_stopped_clock(image, map.clock);
  } else {
    set_clock(image, map.clock);
  }
  // Last, and by a map that is read once more: the place of a record was written before the record.
  tracking_map later;
  read_sites(memory_.read(from_.map, static_cast<void*>(&later), sizeof later) ? later : map);
  image.sites = sites_;
  return image;
}

void image_reader::read_sites(const tracking_map& map) {
  const std::size_t count =
      std::min<std::size_t>(get(map.site_count), chunks_of(map.sites) * chunk_entries);
  for (std::size_t i = sites_.size(); i < count; ++i) {
    tracking_image::site_copy place;
    site_entry record;
    const std::uint64_t chunk = address_in(map.sites.chunk[i / chunk_entries]);
    if (i != 0 && chunk != 0 &&
        memory_.read(chunk + i % chunk_entries * sizeof record,
                     static_cast<void*>(&record),
                     sizeof record)) {
      place.line = get(record.line);
      place.file = text_at(address_in(record.file), get(record.file_bytes));
      place.function = text_at(address_in(record.function), get(record.function_bytes));
    }
    sites_.push_back(std::move(place));
  }
  if (sites_.empty()) {
    sites_.emplace_back();
  }
}

std::string image_reader::text_at(std::uint64_t address, std::uint32_t bytes) {
  std::string text;
  if (address == 0 || bytes > longest_text || text_bytes_ + bytes > most_text) {
    return text;
  }
  text.resize(bytes);
  if (!memory_.read(address, text.data(), text.size())) {
    text.clear();
  }
  text.resize(std::min(text.find('\0'), text.size()));
  text_bytes_ += text.size();
  return text;
}

std::vector<tracking_image::worker> image_reader::workers_of(const tracking_map& map) const {
  std::vector<tracking_image::worker> all;
  std::unordered_set<std::uint64_t> seen;  // a list that was torn may be a ring
  std::uint64_t at = address_in(map.workers);
  while (at != 0 && all.size() < most_workers && seen.insert(at).second) {
    worker_card card;
    if (!memory_.read(at, static_cast<void*>(&card), sizeof card)) {
      break;
    }
    tracking_image::worker one;
    one.number = get(card.number);
    one.thread = get(card.thread);
    one.pool = get(card.pool);
    one.kind = get(card.kind);
    one.child = get(card.child);
    one.sleeping = get(card.sleeping);
    if (!memory_.read(address_in(card.ran), &one.ran, sizeof one.ran)) {
      one.ran = 0;
    }
    one.steals = get(card.steals);
    one.lends = get(card.lends);
    one.sleeps = get(card.sleeps);
    one.slept = get(card.slept);
    one.fell_asleep = get(card.fell_asleep);
    all.push_back(one);
    at = address_in(card.next);
  }
  return all;
}

}  // namespace top
