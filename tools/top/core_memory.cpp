// SPDX-License-Identifier: Apache-2.0
// PT_LOAD says what bytes there are, the note NT_FILE what files lay where.

#include "core_memory.hpp"

#include "problem.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace top {

namespace {

constexpr std::uint64_t most_note_bytes = std::uint64_t{64} << 20U;

std::uint64_t number_at(const std::vector<unsigned char>& bytes, std::size_t offset) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::size_t padded(std::uint64_t bytes) {
  return (bytes + 3U) & ~std::uint64_t{3};
}

/// Calls `use` with the body of each NT_FILE note.
template <class Use>
void each_file_note(const std::vector<unsigned char>& notes, const Use& use) {
  std::size_t at = 0;
  while (notes.size() - at >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr head{};
    std::memcpy(&head, notes.data() + at, sizeof head);
    const std::size_t body = at + sizeof head + padded(head.n_namesz);
    if (body > notes.size() || head.n_descsz > notes.size() - body) {
      return;
    }
    if (head.n_type == NT_FILE) {
      const auto begin = notes.begin() + static_cast<std::ptrdiff_t>(body);
      use(std::vector<unsigned char>(begin, begin + static_cast<std::ptrdiff_t>(head.n_descsz)));
    }
    at = std::min(body + padded(head.n_descsz), notes.size());
  }
}

}  // namespace

core_memory::core_memory(const std::string& path) : core_(file(path)) {
  if (!core_.is_core()) {
    throw problem(path + " is an ELF file, but not a core file");
  }
  check_size();
  for (const Elf64_Phdr& segment : core_.segments()) {
    if (segment.p_type == PT_LOAD) {
      loads_.push_back(segment);
    }
  }
  std::sort(loads_.begin(), loads_.end(), [](const Elf64_Phdr& a, const Elf64_Phdr& b) {
    return a.p_vaddr < b.p_vaddr;
  });
  for (const Elf64_Phdr& segment : core_.segments()) {
    if (segment.p_type == PT_NOTE) {
      read_notes(segment);
    }
  }
  add_memory_without_file();
}

void core_memory::check_size() const {
  const std::uint64_t size = core_.bytes().size();
  for (const Elf64_Phdr& segment : core_.segments()) {
    if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset) {
      throw problem(core_.bytes().path() + " is truncated: it has " + std::to_string(size) +
                    " bytes, and a part of the memory should be at " +
                    std::to_string(segment.p_offset));
    }
  }
}

void core_memory::read_notes(const Elf64_Phdr& segment) {
  std::vector<unsigned char> notes(std::min<std::uint64_t>(segment.p_filesz, most_note_bytes));
  if (core_.bytes().read(segment.p_offset, notes.data(), notes.size())) {
    each_file_note(notes, [this](const auto& note) { read_file_list(note); });
  }
}

// Two words, the number of entries and the unit of offsets; for each entry begin, end and offset; then the names.
void core_memory::read_file_list(const std::vector<unsigned char>& note) {
  constexpr std::size_t word = sizeof(std::uint64_t);
  if (note.size() < 2 * word) {
    return;
  }
  const std::uint64_t count = number_at(note, 0);
  const std::uint64_t unit = number_at(note, word);
  if (count > (note.size() - 2 * word) / (3 * word)) {
    return;
  }
  std::size_t name = (2 + 3 * count) * word;
  for (std::size_t i = 0; i < count && name < note.size(); ++i) {
    const std::size_t entry = (2 + 3 * i) * word;
    const auto begin = note.begin() + static_cast<std::ptrdiff_t>(name);
    const auto end = std::find(begin, note.end(), 0U);
    mapping one;
    one.begin = number_at(note, entry);
    one.end = number_at(note, entry + word);
    one.offset = number_at(note, entry + 2 * word) * unit;
    one.path.assign(begin, end);
    name += one.path.size() + 1;
    if (one.begin < one.end) {
      mappings_.push_back(std::move(one));
    }
  }
}

void core_memory::add_memory_without_file() {
  const auto by_address = [](const mapping& a, const mapping& b) { return a.begin < b.begin; };
  std::sort(mappings_.begin(), mappings_.end(), by_address);
  std::vector<mapping> others;
  for (const Elf64_Phdr& load : loads_) {
    const bool writable = (load.p_flags & PF_W) != 0;
    // A file's mapping may be cut in two here, since a core has one load for each of its protections.
    bool has_file = false;
    for (mapping& of_file : mappings_) {
      if (of_file.begin <= load.p_vaddr && load.p_vaddr < of_file.end) {
        of_file.writable |= writable;
        has_file = true;
      }
    }
    if (!has_file && load.p_filesz <= ~load.p_vaddr) {
      others.push_back({load.p_vaddr, load.p_vaddr + load.p_filesz, 0, writable, {}});
    }
  }
  mappings_.insert(mappings_.end(), others.begin(), others.end());
  std::sort(mappings_.begin(), mappings_.end(), by_address);
}

bool core_memory::read(std::uint64_t address, void* to, std::size_t bytes) const {
  auto* next = static_cast<unsigned char*>(to);
  while (bytes != 0) {
    auto load = std::upper_bound(
        loads_.begin(), loads_.end(), address, [](std::uint64_t value, const Elf64_Phdr& segment) {
          return value < segment.p_vaddr;
        });
    if (load == loads_.begin()) {
      return false;
    }
    --load;
    const std::uint64_t inside = address - load->p_vaddr;
    if (inside >= load->p_filesz) {
      return false;  // between two segments, or in a part that was not dumped
    }
    const std::size_t here = std::min<std::uint64_t>(bytes, load->p_filesz - inside);
    if (!core_.bytes().read(load->p_offset + inside, next, here)) {
      return false;
    }
    next += here;
    address += here;
    bytes -= here;
  }
  return true;
}

}  // namespace top
