// SPDX-License-Identifier: Apache-2.0
// The memory of a living process, by process_vm_readv(): the process is not stopped and runs nothing for it.
#pragma once

#include "memory_source.hpp"

namespace top {

class process_memory final : public memory_source {
 public:
  explicit process_memory(int process) noexcept : process_(process) {}

  [[nodiscard]] bool read(std::uint64_t address, void* to, std::size_t bytes) const override;
  [[nodiscard]] bool frozen() const noexcept override { return false; }

 private:
  int process_;
};

}  // namespace top
