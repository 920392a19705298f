// SPDX-License-Identifier: Apache-2.0
// The memory of a process that is no more: an ELF core file.
#pragma once

#include "elf_file.hpp"
#include "mapping.hpp"
#include "memory_source.hpp"

#include <elf.h>
#include <string>
#include <vector>

namespace top {

class core_memory final : public memory_source {
 public:
  /// @throws problem if the file cannot be read, is no core file, or is truncated.
  explicit core_memory(const std::string& path);

  [[nodiscard]] bool read(std::uint64_t address, void* to, std::size_t bytes) const override;
  [[nodiscard]] bool frozen() const noexcept override { return true; }
  /// @returns what lay where, by address: the files that the core names, and memory without a file.
  [[nodiscard]] const std::vector<mapping>& mappings() const noexcept { return mappings_; }

 private:
  void check_size() const;
  void read_notes(const Elf64_Phdr& segment);
  void read_file_list(const std::vector<unsigned char>& note);
  void add_memory_without_file();

  elf_file core_;
  std::vector<Elf64_Phdr> loads_;  // by address
  std::vector<mapping> mappings_;
};

}  // namespace top
