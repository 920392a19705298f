// SPDX-License-Identifier: Apache-2.0
// Finds the tracker's map in the memory of somebody else: by its symbol, or else by the magic that it begins with.
#pragma once

#include "mapping.hpp"
#include "memory_source.hpp"
#include "modules.hpp"

#include <cstdint>
#include <vector>

namespace top {

struct map_place {
  std::uint64_t address = 0;  // 0: not found
  bool symbol = false;        // the symbol is there, whether or not the map is
};

/// Of several maps (covey inside a plug-in, beside covey in the program) it is the one that was used most.
[[nodiscard]] map_place find_map(const memory_source& memory,
                                 const std::vector<mapping>& mappings,
                                 const modules& files);

}  // namespace top
