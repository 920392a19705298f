// SPDX-License-Identifier: Apache-2.0
// The stacks of the exceptions that live, in a table of fixed size.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace covey::stacks {

inline constexpr std::size_t most_frames = 64;
inline constexpr std::size_t table_size = 4096;  // a power of two
inline constexpr std::size_t neighbours = 16;    // slots in which an exception may lie

using destructor = void (*)(void*);

// One exception. Who holds it (the thrower, later whoever destroys it, in between holders of a std::exception_ptr) makes
// sure that it is not removed while it is looked at.
struct alignas(64) noted_stack {
  // The exception object; null: free; `claimed`: somebody fills the slot.
  //   written  by the thrower (exchange of null; then the object, release); null by the destruction (release).
  //   read     by whoever looks for an exception that lives (acquire), which happens after its throw.
  std::atomic<const void*> exception{nullptr};
  destructor destroy = nullptr;  // of the exception; null: it needs none
  std::size_t size = 0;
  std::array<std::uintptr_t, most_frames> frames{};
};

// No lock: a thread that forks leaves none behind, and what is thrown on the way out of a signal handler finds none.
class noted_stacks {
 public:
  // @returns a slot to fill, followed by publish(); null: there is no room.
  [[nodiscard]] noted_stack* claim(const void* exception) noexcept {
    for (std::size_t i = 0; i < neighbours; ++i) {
      noted_stack& slot = near(exception, i);
      const void* expected = nullptr;
      if (slot.exception.load(std::memory_order_relaxed) == nullptr &&
          slot.exception.compare_exchange_strong(
              expected, &claimed_, std::memory_order_acquire, std::memory_order_relaxed)) {
        return &slot;
      }
    }
    return nullptr;
  }
  static void publish(noted_stack& slot, const void* exception) noexcept {
    slot.exception.store(exception, std::memory_order_release);
  }
  [[nodiscard]] noted_stack* find(const void* exception) noexcept {
    for (std::size_t i = 0; i < neighbours; ++i) {
      noted_stack& slot = near(exception, i);
      if (slot.exception.load(std::memory_order_acquire) == exception) {
        return &slot;
      }
    }
    return nullptr;
  }
  static void remove(noted_stack& slot) noexcept {
    slot.exception.store(nullptr, std::memory_order_release);
  }

 private:
  [[nodiscard]] noted_stack& near(const void* exception, std::size_t step) noexcept {
    // Exceptions lie 16 bytes apart or more; the multiplication spreads what is left over the upper bits.
    const std::uint64_t mixed =
        (reinterpret_cast<std::uintptr_t>(exception) >> 4U) * 0x9E37'79B9'7F4A'7C15U;
    return slots_[((mixed >> 40U) + step) % table_size];
  }

  static constexpr char claimed_ = 0;
  std::array<noted_stack, table_size> slots_;
};

}  // namespace covey::stacks
