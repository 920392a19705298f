// SPDX-License-Identifier: Apache-2.0
// Opt-in: where in the code each failure was thrown.
#pragma once

#include <covey/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>

namespace covey {

namespace detail {
struct stack_maker;
}

class leaf;
class stack_trace;

/// @returns the stack of the throw that made the exception, however often it was rethrown, copied as a std::exception_ptr
/// or handed to another thread since. Empty without covey::stacks, for a null pointer, and for exceptions that were never
/// thrown (std::make_exception_ptr). Complexity: constant. Thread safety: any thread.
[[nodiscard]] COVEY_API stack_trace throw_stack(const std::exception_ptr& error) noexcept;

/// The calls that led to a throw, innermost first. A plain value. Thread safety: distinct objects are independent.
class stack_trace {
 public:
  static constexpr std::size_t most = 64;  ///< calls further out are cut off

  stack_trace() noexcept = default;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// @returns an address inside the instruction that called, or threw.
  [[nodiscard]] std::uintptr_t operator[](std::size_t index) const noexcept {
    return addresses_[index];
  }
  [[nodiscard]] const std::uintptr_t* begin() const noexcept { return addresses_.data(); }
  [[nodiscard]] const std::uintptr_t* end() const noexcept { return addresses_.data() + size_; }

  friend bool operator==(const stack_trace&, const stack_trace&) noexcept = default;

 private:
  friend stack_trace throw_stack(const std::exception_ptr& error) noexcept;
  friend struct detail::stack_maker;

  std::array<std::uintptr_t, most> addresses_{};
  std::size_t size_ = 0;
};

/// @returns whether the program is linked with the library covey::stacks, which notes the stack of every throw. Then the
/// reports of a composite_exception show it, too (16 calls each). A throw costs about a microsecond more; nothing else
/// costs anything.
///
/// Kept are the stacks of at most 4,096 exceptions that live at the same time, each until its exception is destroyed;
/// the stacks of others are empty. The library replaces the C++ runtime's __cxa_throw, hence it needs
/// libstdc++ as a shared object: a program that contains libstdc++ (-static-libstdc++) does not link with it.
[[nodiscard]] COVEY_API bool notes_stacks() noexcept;

/// @returns the stack of the throw of leaf::error().
[[nodiscard]] COVEY_API stack_trace throw_stack(const leaf& failed) noexcept;

/// @returns a line for each call, such as "#2 tile::render(int)+0x1f in /usr/lib/libtiles.so(+0x52c1)". What is in
/// brackets is for `addr2line -Cfie FILE OFFSET`. A program shows names of its own functions if it is linked with
/// -rdynamic. Empty for an empty one. @throws std::bad_alloc
[[nodiscard]] COVEY_API std::string to_string(const stack_trace& stack);

}  // namespace covey
