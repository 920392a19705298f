// SPDX-License-Identifier: Apache-2.0
// The memory of a process that is no more: an ELF core file.
#pragma once

#include "file.hpp"
#include "mapping.hpp"
#include "memory_source.hpp"
#include "modules.hpp"

#include <gelf.h>
#include <memory>
#include <string>
#include <vector>

namespace top {

class core_memory final : public memory_source {
 public:
  /// @throws problem if the file cannot be read, is no core file, or is truncated.
  explicit core_memory(const std::string& path);

  [[nodiscard]] bool read(std::uint64_t address, void* to, std::size_t bytes) const override;
  [[nodiscard]] bool frozen() const noexcept override { return true; }
  /// @returns what files lie in it, as far as it lives. @param program as for modules
  [[nodiscard]] modules files(const std::string& program,
                              debug_files debug = debug_files::none) const {
    return {elf_.get(), program, debug};
  }
  [[nodiscard]] Elf* elf() const noexcept { return elf_.get(); }
  /// @returns what lay where, by address; `of` says which file.
  [[nodiscard]] std::vector<mapping> mappings(const modules& of) const;

 private:
  void check_kind() const;
  void read_segments();
  void check_size(const GElf_Phdr& segment) const;

  file file_;
  std::unique_ptr<Elf, int (*)(Elf*)> elf_;
  std::vector<GElf_Phdr> loads_;  // by address
};

}  // namespace top
