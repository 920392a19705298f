// SPDX-License-Identifier: Apache-2.0
// A small store of static memory: blocks of 64 bytes, taken in runs, first fit.
#include "failures/emergency_store.hpp"

#include "base/fork.hpp"

#include <array>
#include <bitset>
#include <cstddef>
#include <mutex>

namespace covey::runtime {
namespace {

constexpr std::size_t block_bytes = 64;
constexpr std::size_t block_count = emergency_capacity / block_bytes;

// Static and trivially destroyed: failures may be reported until the very end of the process.
struct store {
  fork_mutex mutex;  // guards taken
  std::bitset<block_count> taken;
  alignas(block_bytes) std::array<std::byte, emergency_capacity> bytes;
};
constinit store the_store{};

constexpr std::size_t blocks_for(std::size_t bytes) noexcept {
  return bytes / block_bytes + (bytes % block_bytes == 0 ? 0 : 1);
}

void mark(std::size_t first, std::size_t blocks, bool taken) noexcept {
  for (std::size_t i = first; i < first + blocks; ++i) {
    the_store.taken[i] = taken;
  }
}

}  // namespace

void* emergency_allocate(std::size_t bytes) noexcept {
  const std::size_t wanted = bytes == 0 ? 1 : blocks_for(bytes);
  const std::lock_guard hold(the_store.mutex);
  std::size_t run = 0;
  for (std::size_t i = 0; i < block_count; ++i) {
    run = the_store.taken[i] ? 0 : run + 1;
    if (run == wanted) {
      const std::size_t first = i + 1 - wanted;
      mark(first, wanted, true);
      return the_store.bytes.data() + first * block_bytes;
    }
  }
  return nullptr;
}

void emergency_release(void* memory, std::size_t bytes) noexcept {
  const auto offset =
      static_cast<std::size_t>(static_cast<std::byte*>(memory) - the_store.bytes.data());
  const std::lock_guard hold(the_store.mutex);
  mark(offset / block_bytes, bytes == 0 ? 1 : blocks_for(bytes), false);
}

std::size_t emergency_in_use() noexcept {
  const std::lock_guard hold(the_store.mutex);
  return the_store.taken.count() * block_bytes;
}

}  // namespace covey::runtime
