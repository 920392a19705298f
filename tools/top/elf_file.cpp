// SPDX-License-Identifier: Apache-2.0
// Every number of the file is held against the size of the file before it is used.

#include "elf_file.hpp"

#include "problem.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace top {

namespace {

constexpr std::size_t longest_symbol = 63;
constexpr unsigned char own_order =
    std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

bool lies_inside(const file& whole, std::uint64_t offset, std::uint64_t bytes) {
  return offset <= whole.size() && bytes <= whole.size() - offset;
}

}  // namespace

elf_file::elf_file(file&& from) : file_(std::move(from)) {
  if (!file_.read(0, header_) || std::memcmp(header_.e_ident, ELFMAG, SELFMAG) != 0) {
    throw problem(file_.path() + " is not an ELF file");
  }
  if (header_.e_ident[EI_CLASS] != ELFCLASS64 || header_.e_ident[EI_DATA] != own_order) {
    throw problem(file_.path() + " is an ELF file of another kind of machine");
  }
  read_segments();
}

void elf_file::read_segments() {
  std::uint64_t count = header_.e_phnum;
  if (count == PN_XNUM) {
    // More than the field can say: the number is in the first section header.
    Elf64_Shdr first{};
    if (!file_.read(header_.e_shoff, first)) {
      throw problem(file_.path() + " is truncated: it ends before its section headers");
    }
    count = first.sh_info;
  }
  if (count == 0) {
    return;
  }
  if (header_.e_phentsize != sizeof(Elf64_Phdr)) {
    throw problem(file_.path() + " has program headers of an unknown size");
  }
  if (!lies_inside(file_, header_.e_phoff, count * sizeof(Elf64_Phdr))) {
    throw problem(file_.path() + " is truncated: it ends before its program headers do");
  }
  segments_.resize(count);
  if (!file_.read(header_.e_phoff, segments_.data(), count * sizeof(Elf64_Phdr))) {
    throw problem("cannot read the program headers of " + file_.path());
  }
}

std::vector<std::uint64_t> elf_file::values_of(std::string_view symbol) const {
  std::vector<std::uint64_t> values;
  const std::uint64_t count = header_.e_shnum;
  if (header_.e_shentsize != sizeof(Elf64_Shdr) ||
      !lies_inside(file_, header_.e_shoff, count * sizeof(Elf64_Shdr))) {
    return values;
  }
  std::vector<Elf64_Shdr> sections(count);
  if (!file_.read(header_.e_shoff, sections.data(), count * sizeof(Elf64_Shdr))) {
    return values;
  }
  for (const Elf64_Shdr& table : sections) {
    const bool is_table = table.sh_type == SHT_SYMTAB || table.sh_type == SHT_DYNSYM;
    if (is_table && table.sh_link < count && table.sh_entsize == sizeof(Elf64_Sym)) {
      search_table(table, sections[table.sh_link], symbol, values);
    }
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

void elf_file::search_table(const Elf64_Shdr& table,
                            const Elf64_Shdr& names,
                            std::string_view symbol,
                            std::vector<std::uint64_t>& values) const {
  if (!lies_inside(file_, table.sh_offset, table.sh_size)) {
    return;
  }
  std::array<Elf64_Sym, 1024> block{};
  std::uint64_t left = table.sh_size / sizeof(Elf64_Sym);
  std::uint64_t offset = table.sh_offset;
  while (left != 0) {
    const std::size_t now = std::min<std::uint64_t>(left, block.size());
    if (!file_.read(offset, block.data(), now * sizeof(Elf64_Sym))) {
      return;
    }
    for (std::size_t i = 0; i < now; ++i) {
      const Elf64_Sym& entry = block[i];
      // Large data only: what is left is few, and names need not be read in advance.
      if (ELF64_ST_TYPE(entry.st_info) == STT_OBJECT && entry.st_shndx != SHN_UNDEF &&
          entry.st_size >= sizeof(std::uint64_t) * 4 && is_named(names, entry, symbol)) {
        values.push_back(entry.st_value);
      }
    }
    left -= now;
    offset += now * sizeof(Elf64_Sym);
  }
}

bool elf_file::is_named(const Elf64_Shdr& names,
                        const Elf64_Sym& entry,
                        std::string_view symbol) const {
  std::array<char, longest_symbol + 1> name{};
  const std::size_t bytes = symbol.size() + 1;  // with the zero at its end
  return bytes <= name.size() && entry.st_name < names.sh_size &&
         lies_inside(file_, names.sh_offset, names.sh_size) &&
         file_.read(names.sh_offset + entry.st_name, name.data(), bytes) &&
         std::string_view(name.data(), bytes - 1) == symbol && name[bytes - 1] == '\0';
}

}  // namespace top
