// SPDX-License-Identifier: Apache-2.0
// Finds the tracker's map in the memory of somebody else: by its symbol, or else by the magic that it begins with.
#pragma once

#include "elf_file.hpp"
#include "mapping.hpp"
#include "memory_source.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace top {

/// @returns the ELF file that a mapping shows; nothing if it cannot be had or is none.
using elf_opener = std::function<std::optional<elf_file>(const mapping&)>;

struct map_place {
  std::uint64_t address = 0;  // 0: not found
  bool symbol = false;        // the symbol is there, whether or not the map is
};

/// Of several maps (covey inside a plug-in, beside covey in the program) it is the one that was used most.
/// @param program a file that the user named; it is believed to lie anywhere that fits.
[[nodiscard]] map_place find_map(const memory_source& memory,
                                 const std::vector<mapping>& mappings,
                                 const elf_opener& open,
                                 const elf_file* program = nullptr);

}  // namespace top
