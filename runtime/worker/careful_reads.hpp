// SPDX-License-Identifier: Apache-2.0
// Reads memory that may not be there, inside signal handlers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <string_view>

namespace covey::runtime {

// Once, before read_carefully(): where process_vm_readv() is forbidden, bytes go through a pipe.
// @returns 0, or the error of the system.
[[nodiscard]] int prepare_careful_reads() noexcept;

// Copies bytes. Async-signal-safe; one thread at a time. @returns false, with `to` in any state, when some of the memory
// cannot be read.
[[nodiscard]] bool read_carefully(void* to, std::uintptr_t from, std::size_t bytes) noexcept;

// A copy of an object that may not be there. No constructor or destructor of it runs.
template <class T>
class careful_copy {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): read() fills it
  careful_copy() noexcept {}
  [[nodiscard]] bool read(std::uintptr_t from) noexcept {
    return from != 0 && from % alignof(T) == 0 && read_carefully(bytes_, from, sizeof(T));
  }
  [[nodiscard]] bool read(const T* from) noexcept {
    return read(reinterpret_cast<std::uintptr_t>(from));
  }
  [[nodiscard]] const T& operator*() const noexcept {
    return *std::launder(reinterpret_cast<const T*>(bytes_));
  }
  [[nodiscard]] const T* operator->() const noexcept { return &**this; }

 private:
  alignas(T) std::byte bytes_[sizeof(T)];
};

// A copy of text that may not be there: up to a zero, or `Room` bytes.
template <std::size_t Room>
class careful_text {
 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): read() fills it
  careful_text() noexcept {}
  // @returns false when nothing of it can be read.
  [[nodiscard]] bool read(const char* from, std::size_t most = Room) noexcept {
    most = most < Room ? most : Room;
    const auto address = reinterpret_cast<std::uintptr_t>(from);
    for (size_ = 0; size_ < most;) {
      // Not across a page that may be the last one.
      const std::size_t line = 64 - (address + size_) % 64;
      const std::size_t count = line < most - size_ ? line : most - size_;
      if (from == nullptr || !read_carefully(bytes_ + size_, address + size_, count)) {
        return size_ != 0;
      }
      for (const std::size_t end = size_ + count; size_ < end; ++size_) {
        if (bytes_[size_] == '\0') {
          return true;
        }
      }
    }
    return true;
  }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_, size_}; }

 private:
  char bytes_[Room];
  std::size_t size_ = 0;
};

// A copy of the name of a source file.
using careful_file_name = careful_text<256>;

}  // namespace covey::runtime
