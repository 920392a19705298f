// SPDX-License-Identifier: Apache-2.0
// The table of sites: one for the process, and a cache of it for each worker.
#include "observe/tracking_sites.hpp"

#include "observe/tracking_entries.hpp"
#include "observe/tracking_store.hpp"

#include <cstring>
#include <mutex>
#include <unordered_map>

namespace covey::runtime {

namespace {

struct site_key {
  const char* file;
  const char* function;
  std::uint32_t line;
  bool operator==(const site_key&) const = default;
};
struct site_hash {
  std::size_t operator()(const site_key& k) const noexcept {
    return (reinterpret_cast<std::size_t>(k.file) * 31 +
            reinterpret_cast<std::size_t>(k.function)) *
               31 +
           k.line;
  }
};

// A copy that is never freed, of at most 1000 bytes.
[[nodiscard]] const char* kept_copy(const char* text, std::uint32_t& bytes) {
  constexpr std::size_t most = 1000;
  const std::size_t size = ::strnlen(text, most);
  char* const copy = new char[size + 1];
  std::memcpy(copy, text, size);
  copy[size] = '\0';
  bytes = static_cast<std::uint32_t>(size);
  return copy;
}

// @pre tables_lock is held
[[nodiscard]] std::uint32_t add_site(const site_key& key) {
  const std::uint32_t index = covey_tracking_map.site_count.load(std::memory_order_relaxed);
  const std::uint32_t chunk = index / chunk_entries;
  if (chunk == most_chunks) {
    return 0;
  }
  if (chunk >= covey_tracking_map.sites.chunks.load(std::memory_order_relaxed)) {
    covey_tracking_map.sites.chunk[chunk].store(new site_entry[chunk_entries],
                                                std::memory_order_release);
    covey_tracking_map.sites.chunks.store(chunk + 1, std::memory_order_release);
  }
  site_entry& made = site_at(index);
  std::uint32_t bytes = 0;
  made.file.store(kept_copy(key.file, bytes), std::memory_order_relaxed);
  made.file_bytes.store(bytes, std::memory_order_relaxed);
  made.function.store(kept_copy(key.function, bytes), std::memory_order_relaxed);
  made.function_bytes.store(bytes, std::memory_order_relaxed);
  made.line.store(key.line, std::memory_order_relaxed);
  covey_tracking_map.site_count.store(index + 1, std::memory_order_release);
  return index;
}

[[nodiscard]] std::uint32_t find_site(const site_key& key) noexcept {
  const std::scoped_lock guard(tables_lock);
  try {
    // Never destroyed: other threads may still spawn while the process exits.
    static auto& known = *new std::unordered_map<site_key, std::uint32_t, site_hash>;
    const auto [at, fresh] = known.try_emplace(key, 0);
    if (fresh) {
      at->second = add_site(key);
    }
    return at->second;
  } catch (...) {
    return 0;
  }
}

}  // namespace

std::uint32_t number_of(record* me, const site& where) noexcept {
  const site_key key{where.file(), where.function(), where.line()};
  if (key.line == 0) {
    return 0;
  }
  tracking_store* const own = store_of(me);
  if (own == nullptr) {
    return find_site(key);
  }
  auto& known = own->sites[site_hash()(key) % own->sites.size()];
  if (known.line != key.line || known.file != key.file || known.function != key.function ||
      known.number == 0) {
    known = {key.file, key.function, key.line, find_site(key)};
  }
  return known.number;
}

}  // namespace covey::runtime
