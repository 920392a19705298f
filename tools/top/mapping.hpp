// SPDX-License-Identifier: Apache-2.0
// What lies where in the memory of a process: a line of /proc/PID/maps, or the same from a core file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace top {

struct mapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;  // in the file
  bool writable = false;
  std::string
      path;  // empty: no file; otherwise it begins with a slash, or is a word such as "[heap]"

  [[nodiscard]] bool has_file() const noexcept { return !path.empty() && path.front() == '/'; }
};

/// Lines that are no mappings are passed over.
[[nodiscard]] std::vector<mapping> parse_maps(std::string_view text);

}  // namespace top
