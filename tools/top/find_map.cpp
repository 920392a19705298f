// SPDX-License-Identifier: Apache-2.0
// Whatever a symbol or a scan says is only a candidate: a map is where the magic is.

#include "find_map.hpp"

#include "worker/tracking_map.hpp"

#include <cstddef>

namespace top {

namespace {

constexpr const char* symbol_name = "covey_tracking_map";
constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t most_scanned = std::uint64_t{1} << 30U;
constexpr std::size_t block_words = 8192;

/// How every version of the map begins.
struct map_head {
  std::uint64_t magic[2];
  std::uint32_t version;
  std::uint32_t bytes;
  std::uint32_t level;
  std::uint32_t process;
  std::uint64_t next_id;
};
static_assert(offsetof(map_head, next_id) == offsetof(covey::runtime::tracking_map, next_id));

bool has_magic(const std::uint64_t* words) {
  return words[0] == covey::runtime::map_magic[0] && words[1] == covey::runtime::map_magic[1];
}

/// Of any version. The code has the magic among its constants, too, with anything behind it.
bool is_plausible(const map_head& head) {
  constexpr std::uint32_t least_bytes = 64;
  constexpr std::uint32_t most_bytes = 1U << 20U;
  return head.version != 0 && head.version < 1U << 16U && head.bytes >= least_bytes &&
         head.bytes < most_bytes && head.level < 1U << 8U;
}

/// The candidates that are maps; keeps the best.
class choice {
 public:
  explicit choice(const memory_source& memory) : memory_(memory) {}

  void offer(std::uint64_t address) {
    map_head head{};
    const bool is_map =
        memory_.read(address, &head, sizeof head) && has_magic(head.magic) && is_plausible(head);
    if (is_map && (best_ == 0 || head.next_id > used_)) {
      best_ = address;
      used_ = head.next_id;
    }
  }
  [[nodiscard]] std::uint64_t best() const noexcept { return best_; }

 private:
  const memory_source& memory_;
  std::uint64_t best_ = 0;
  std::uint64_t used_ = 0;
};

/// Memory that cannot be read in one piece is read in halves.
void scan(const memory_source& memory, std::uint64_t begin, std::uint64_t end, choice& found) {
  constexpr std::uint64_t word = sizeof(std::uint64_t);
  std::vector<std::uint64_t> words((end - begin) / word);
  if (!memory.read(begin, words.data(), words.size() * word)) {
    if (end - begin > page_bytes) {
      const std::uint64_t middle = begin + (end - begin) / 2 / word * word;
      scan(memory, begin, middle, found);
      scan(memory, middle, end, found);
    }
    return;
  }
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (has_magic(words.data() + i)) {
      found.offer(begin + i * word);
    }
  }
}

/// Looks through the parts that may be written.
class scanner {
 public:
  scanner(const memory_source& memory, choice& found) : memory_(memory), found_(found) {}

  /// @param of_files the data of files, and what follows them without a gap: the data that begins as zeroes; or else all that
  ///        these are not.
  void look(const std::vector<mapping>& mappings, bool of_files) {
    std::uint64_t end_of_file = 0;
    for (const mapping& one : mappings) {
      const bool of_file = one.has_file() || (one.path.empty() && one.begin == end_of_file);
      end_of_file = of_file ? one.end : end_of_file;
      if (one.writable && of_file == of_files) {
        look(one);
      }
    }
  }

 private:
  void look(const mapping& one) {
    constexpr std::uint64_t step = block_words * sizeof(std::uint64_t);
    for (std::uint64_t at = one.begin; at < one.end && left_ >= step; left_ -= step) {
      const std::uint64_t next = one.end - at > step ? at + step : one.end;
      // The first word of a magic may be the last of a block.
      scan(memory_, at, next == one.end ? next : next + sizeof(std::uint64_t), found_);
      at = next;
    }
  }

  const memory_source& memory_;
  choice& found_;
  std::uint64_t left_ = most_scanned;
};

}  // namespace

map_place find_map(const memory_source& memory,
                   const std::vector<mapping>& mappings,
                   const modules& files) {
  choice found{memory};
  const std::vector<std::uint64_t> symbols = files.addresses_of(symbol_name);
  for (const std::uint64_t address : symbols) {
    found.offer(address);
  }
  scanner scan{memory, found};
  if (found.best() == 0) {
    scan.look(mappings, true);
  }
  // A core file may not say which of its parts are of files.
  if (found.best() == 0 && memory.frozen()) {
    scan.look(mappings, false);
  }
  return {found.best(), !symbols.empty()};
}

}  // namespace top
