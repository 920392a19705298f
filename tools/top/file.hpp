// SPDX-License-Identifier: Apache-2.0
// A regular file that is read at places, not mapped: one that shrinks meanwhile gives no bytes, and no SIGBUS.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace top {

class file {
 public:
  /// @throws problem if it cannot be opened or is not a regular file (a device is not even touched).
  explicit file(const std::string& path);
  file(file&& other) noexcept;
  file& operator=(file&&) = delete;
  ~file();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// @returns the descriptor, which now is the caller's.
  [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }
  /// @returns whether all of the bytes are there.
  [[nodiscard]] bool read(std::uint64_t offset, void* to, std::size_t bytes) const noexcept;

 private:
  std::string path_;
  int descriptor_;
  std::uint64_t size_ = 0;
};

/// @returns the text of a file of /proc, whose size is not known before it is read.
/// @throws problem, process_ended
[[nodiscard]] std::string text_of_proc(int process, std::string_view name);

}  // namespace top
