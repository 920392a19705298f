// SPDX-License-Identifier: Apache-2.0
// libelf reads the headers, and believes none of their numbers; memory is read at places of the file.

#include "core_memory.hpp"

#include "problem.hpp"

#include <algorithm>
#include <bit>

namespace top {

namespace {

constexpr unsigned char own_order =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

Elf* open_elf(const file& from) {
  elf_version(EV_CURRENT);
  return elf_begin(from.descriptor(), ELF_C_READ, nullptr);
}

}  // namespace

core_memory::core_memory(const std::string& path) : file_(path), elf_(open_elf(file_), &elf_end) {
  check_kind();
  read_segments();
}

void core_memory::check_kind() const {
  GElf_Ehdr header{};
  if (elf_kind(elf_.get()) != ELF_K_ELF || gelf_getehdr(elf_.get(), &header) == nullptr) {
    throw problem(file_.path() + " is not an ELF file");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != own_order) {
    throw problem(file_.path() + " is an ELF file of another kind of machine");
  }
  if (header.e_type != ET_CORE) {
    throw problem(file_.path() + " is an ELF file, but not a core file");
  }
  // Where the file ends too early, libelf takes those that are there.
  std::size_t count = 0;
  const bool known = elf_getphdrnum(elf_.get(), &count) == 0;
  if (!known || count == 0 || (header.e_phnum != PN_XNUM && count != header.e_phnum)) {
    throw problem(file_.path() + " is truncated: it ends before its program headers do");
  }
}

void core_memory::read_segments() {
  std::size_t count = 0;
  elf_getphdrnum(elf_.get(), &count);
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr segment{};
    if (gelf_getphdr(elf_.get(), static_cast<int>(i), &segment) == nullptr) {
      throw problem("cannot read the program headers of " + file_.path());
    }
    check_size(segment);
    if (segment.p_type == PT_LOAD) {
      loads_.push_back(segment);
    }
  }
  std::sort(loads_.begin(), loads_.end(), [](const GElf_Phdr& a, const GElf_Phdr& b) {
    return a.p_vaddr < b.p_vaddr;
  });
}

void core_memory::check_size(const GElf_Phdr& segment) const {
  const std::uint64_t size = file_.size();
  if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset) {
    throw problem(file_.path() + " is truncated: it has " + std::to_string(size) +
                  " bytes, and a part of the memory should be at " +
                  std::to_string(segment.p_offset));
  }
}

std::vector<mapping> core_memory::mappings(const modules& of) const {
  std::vector<mapping> all;
  for (const GElf_Phdr& load : loads_) {
    if (load.p_filesz <= ~load.p_vaddr) {
      const bool writable = (load.p_flags & PF_W) != 0;
      all.push_back({load.p_vaddr,
                     load.p_vaddr + load.p_filesz,
                     load.p_offset,
                     writable,
                     of.name_at(load.p_vaddr)});
    }
  }
  return all;
}

bool core_memory::read(std::uint64_t address, void* to, std::size_t bytes) const {
  auto* next = static_cast<unsigned char*>(to);
  while (bytes != 0) {
    auto load = std::upper_bound(
        loads_.begin(), loads_.end(), address, [](std::uint64_t value, const GElf_Phdr& segment) {
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
    if (!file_.read(load->p_offset + inside, next, here)) {
      return false;
    }
    next += here;
    address += here;
    bytes -= here;
  }
  return true;
}

}  // namespace top
