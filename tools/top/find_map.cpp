// SPDX-License-Identifier: Apache-2.0
// Whatever a symbol or a scan says is only a candidate: a map is where the magic is.

#include "find_map.hpp"

#include "worker/tracking_map.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace top {

namespace {

constexpr std::string_view symbol_name = "covey_tracking_map";
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

/// @returns by how much the addresses in memory may differ from those in the file. A page at the seam of two segments is
///          mapped with both, hence more than one.
std::vector<std::uint64_t> biases(const elf_file& elf, const std::vector<const mapping*>& places) {
  std::vector<std::uint64_t> all;
  if (elf.is_fixed()) {
    all.push_back(0);
  }
  for (const mapping* const place : places) {
    for (const Elf64_Phdr& segment : elf.segments()) {
      const std::uint64_t first = segment.p_offset & ~(page_bytes - 1);
      if (segment.p_type == PT_LOAD && place->offset >= first &&
          place->offset - first < segment.p_filesz + (segment.p_offset - first)) {
        all.push_back(place->begin - place->offset + segment.p_offset - segment.p_vaddr);
      }
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool offer_symbols(const elf_file& elf, const std::vector<const mapping*>& places, choice& found) {
  const std::vector<std::uint64_t> values = elf.values_of(symbol_name);
  if (values.empty()) {
    return false;
  }
  for (const std::uint64_t bias : biases(elf, places)) {
    for (const std::uint64_t value : values) {
      found.offer(value + bias);
    }
  }
  return true;
}

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

/// The written data of files, and what follows them without a gap: the data that begins as zeroes.
void scan_all(const memory_source& memory, const std::vector<mapping>& mappings, choice& found) {
  const bool files_known = std::any_of(
      mappings.begin(), mappings.end(), [](const mapping& one) { return one.has_file(); });
  std::uint64_t left = most_scanned;
  std::uint64_t end_of_file = 0;
  for (const mapping& one : mappings) {
    const bool follows = one.path.empty() && one.begin == end_of_file;
    if (one.has_file() || follows) {
      end_of_file = one.end;
    } else if (files_known) {
      continue;
    }
    if (!one.writable) {
      continue;
    }
    constexpr std::uint64_t step = block_words * sizeof(std::uint64_t);
    for (std::uint64_t at = one.begin; at < one.end && left >= step; left -= step) {
      const std::uint64_t next = one.end - at > step ? at + step : one.end;
      // The first word of a magic may be the last of a block.
      scan(memory, at, next == one.end ? next : next + sizeof(std::uint64_t), found);
      at = next;
    }
  }
}

}  // namespace

map_place find_map(const memory_source& memory,
                   const std::vector<mapping>& mappings,
                   const elf_opener& open,
                   const elf_file* program) {
  choice found{memory};
  map_place result;
  std::map<std::string, std::vector<const mapping*>> places;
  std::vector<const mapping*> anywhere;
  for (const mapping& one : mappings) {
    if (one.has_file()) {
      places[one.path].push_back(&one);
      anywhere.push_back(&one);
    }
  }
  if (program != nullptr) {
    result.symbol |= offer_symbols(*program, anywhere, found);
  }
  for (const auto& [path, parts] : places) {
    if (const std::optional<elf_file> elf = open(*parts.front())) {
      result.symbol |= offer_symbols(*elf, parts, found);
    }
  }
  if (found.best() == 0) {
    scan_all(memory, mappings, found);
  }
  result.address = found.best();
  return result;
}

}  // namespace top
