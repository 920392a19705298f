// SPDX-License-Identifier: Apache-2.0
// What is looked at: a living process or a core file, with the tracker's map found in it.
#pragma once

#include "memory_source.hpp"
#include "modules.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace top {

struct target {
  std::string name;  // "process 12", for messages
  std::unique_ptr<memory_source> memory;
  std::uint64_t map = 0;
};

/// @returns what files lie in the memory of a process, as far as they can be had. @throws process_ended, problem
[[nodiscard]] modules modules_of(int process, debug_files debug = debug_files::none);
/// @throws process_ended if there is none; problem if it cannot be read, or has no covey in it.
[[nodiscard]] target open_process(int process);
/// @param program the executable, where it is not (any more) where the core file says; may be empty.
/// @throws problem as open_process(), and if the file is not a whole core file.
[[nodiscard]] target open_core(const std::string& path, const std::string& program);

}  // namespace top
