// SPDX-License-Identifier: Apache-2.0
// Lists the tracker's entries of a crashing process; checks whatever it reads.
#include "process/live_tasks.hpp"

#include "worker/careful_reads.hpp"
#include "worker/tracking_map.hpp"

#include <covey/task_info.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace covey::runtime {

namespace {

constexpr std::size_t most_listed = 256;  // of each kind

[[nodiscard]] std::string_view words_for(std::uint64_t state) noexcept {
  switch (static_cast<life>(state & life_mask)) {
    case life::queued:
      return "queued";
    case life::running:
      return "running";
    case life::waiting:
      return "waiting";
    case life::blocking:
      return "blocking";
    default:
      return "";
  }
}

void write_name(signal_text& out, const word64 (&name)[label_words]) noexcept {
  std::array<char, label_words * sizeof(std::uint64_t)> bytes{};
  for (std::size_t i = 0; i < label_words; ++i) {
    const std::uint64_t part = name[i].load(std::memory_order_relaxed);
    std::memcpy(bytes.data() + i * sizeof part, &part, sizeof part);
  }
  const auto size =
      std::min<std::size_t>(static_cast<std::uint8_t>(bytes[label::capacity]), label::capacity);
  if (size != 0) {
    out << " ";
    out.quoted({bytes.data(), size});
  }
}

template <class Entry>
[[nodiscard]] const Entry* entry_at(const entry_table<Entry>& table, std::size_t index) noexcept {
  return table.chunk[index / chunk_entries].load(std::memory_order_acquire) + index % chunk_entries;
}

template <class Entry>
[[nodiscard]] std::size_t room_in(const entry_table<Entry>& table) noexcept {
  return std::min<std::size_t>(table.chunks.load(std::memory_order_acquire), most_chunks) *
         chunk_entries;
}

void write_site(signal_text& out, std::uint32_t index) noexcept {
  careful_copy<site_entry> found;
  careful_file_name file;
  const auto& sites = covey_tracking_map.sites;
  if (index == 0 || index >= room_in(sites) || !found.read(entry_at(sites, index)) ||
      !file.read(found->file.load(std::memory_order_relaxed))) {
    return;
  }
  out << ", " << file.view() << ":" << std::uint64_t{found->line.load(std::memory_order_relaxed)};
}

void write_entry(signal_text& out, const nursery_entry& now) noexcept {
  out << "  nursery " << now.id.load(std::memory_order_relaxed);
  write_name(out, now.name);
  std::uint64_t ended = 0;
  for (const word64& of_kind : now.ended) {
    ended += of_kind.load(std::memory_order_relaxed);
  }
  out << ", " << words_for(now.life.load(std::memory_order_relaxed)) << ", "
      << (now.spawned.load(std::memory_order_relaxed) - ended) << " children not finished";
  if (now.parent.load(std::memory_order_relaxed) != 0) {
    out << ", in " << now.parent.load(std::memory_order_relaxed);
  }
  write_site(out, now.site.load(std::memory_order_relaxed));
  out.end_line();
}

void write_entry(signal_text& out, const child_entry& now) noexcept {
  out << "  child " << now.id.load(std::memory_order_relaxed);
  write_name(out, now.name);
  out << ", " << words_for(now.life.load(std::memory_order_relaxed)) << ", of nursery "
      << now.parent.load(std::memory_order_relaxed);
  write_site(out, now.site.load(std::memory_order_relaxed));
  out.end_line();
}

template <class Entry>
void write_table(signal_text& out, const entry_table<Entry>& table) noexcept {
  std::size_t live = 0;
  careful_copy<Entry> now;
  for (std::size_t i = 1; i < room_in(table); ++i) {
    if (!now.read(entry_at(table, i)) ||
        words_for(now->life.load(std::memory_order_relaxed)).empty()) {
      continue;
    }
    if (++live <= most_listed) {
      write_entry(out, *now);
    }
  }
  if (live > most_listed) {
    out << "  and " << std::uint64_t{live - most_listed} << " more";
    out.end_line();
  }
}

}  // namespace

void write_live_tasks(signal_text& out) noexcept {
  if (covey_tracking_map.level.load(std::memory_order_relaxed) !=
      static_cast<std::uint32_t>(tracking_level::full)) {
    return;
  }
  out << "covey: all live nurseries and children:";
  out.end_line();
  write_table(out, covey_tracking_map.nurseries);
  write_table(out, covey_tracking_map.children);
}

}  // namespace covey::runtime
