// SPDX-License-Identifier: Apache-2.0
// All workers of the process.
#pragma once

#include "worker/record.hpp"

#include <atomic>
#include <cstddef>

namespace covey::runtime {

// All worker records that were made in this process.
class roster {
 public:
  static constexpr std::size_t most = 32768;

  // A record with an empty deque of that capacity, for the calling thread or for one about to start.
  // @throws std::bad_alloc, pool_error when there are too many.
  [[nodiscard]] static record& acquire(crew& of,
                                       pool_front& front,
                                       worker_kind kind,
                                       std::size_t capacity);
  // @pre its deque is empty and no scope is open on it.
  static void release(record& r) noexcept;

  [[nodiscard]] static std::size_t size() noexcept {
    return record_count.load(std::memory_order_acquire);
  }
  [[nodiscard]] static record& at(std::size_t index) noexcept {
    return *all_records[index].load(std::memory_order_acquire);
  }
  // Makes every owner take its slow path at its next spawn or get.
  static void ask_everybody() noexcept;

 private:
  static constinit std::atomic<record*>
      all_records[most];  // written once per index, before record_count (release)
  static constinit std::atomic<std::size_t> record_count;
};

}  // namespace covey::runtime
