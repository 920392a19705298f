// SPDX-License-Identifier: Apache-2.0
// The memory of somebody else, which is only ever read.
#pragma once

#include <cstddef>
#include <cstdint>

namespace top {

class memory_source {
 public:
  memory_source() = default;
  memory_source(const memory_source&) = delete;
  memory_source& operator=(const memory_source&) = delete;
  virtual ~memory_source() = default;

  /// Copies all of the bytes, or says that it cannot; what is in `to` is of no use then.
  /// @throws process_ended, problem when nothing of this memory will ever be read again.
  [[nodiscard]] virtual bool read(std::uint64_t address, void* to, std::size_t bytes) const = 0;

  /// @returns whether it stands still, as a core file does: one reading is enough, and its clock has stopped.
  [[nodiscard]] virtual bool frozen() const noexcept = 0;
};

}  // namespace top
