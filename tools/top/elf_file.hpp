// SPDX-License-Identifier: Apache-2.0
// As much of an ELF file as is needed to find a symbol, or the memory in a core file. Nothing in the file is believed.
#pragma once

#include "file.hpp"

#include <cstdint>
#include <elf.h>
#include <string_view>
#include <vector>

namespace top {

class elf_file {
 public:
  /// @throws problem if it is not a 64-bit ELF file of this machine's byte order, or ends before its program headers do.
  explicit elf_file(file&& from);

  [[nodiscard]] const file& bytes() const noexcept { return file_; }
  [[nodiscard]] bool is_core() const noexcept { return header_.e_type == ET_CORE; }
  /// @returns whether its addresses are those in memory, whatever is loaded where.
  [[nodiscard]] bool is_fixed() const noexcept { return header_.e_type == ET_EXEC; }
  [[nodiscard]] const std::vector<Elf64_Phdr>& segments() const noexcept { return segments_; }
  /// @returns the values of all data symbols of that name, from both symbol tables; none if it is stripped.
  [[nodiscard]] std::vector<std::uint64_t> values_of(std::string_view symbol) const;

 private:
  void read_segments();
  void search_table(const Elf64_Shdr& table,
                    const Elf64_Shdr& names,
                    std::string_view symbol,
                    std::vector<std::uint64_t>& values) const;
  [[nodiscard]] bool is_named(const Elf64_Shdr& names,
                              const Elf64_Sym& entry,
                              std::string_view symbol) const;

  file file_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> segments_;
};

}  // namespace top
