// SPDX-License-Identifier: Apache-2.0
// A file descriptor with an owner, and reading and writing in full.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace mandelbrot {

class file {
 public:
  file() noexcept = default;
  /// @throws std::system_error naming the file, when it cannot be opened
  file(std::string path, int flags);
  file(file&& other) noexcept
      : path_(std::move(other.path_)),
        handle_(std::exchange(other.handle_, -1)) {}
  file& operator=(file&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~file();

  [[nodiscard]] bool is_open() const noexcept { return handle_ >= 0; }
  [[nodiscard]] int handle() const noexcept { return handle_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] bool is_regular() const noexcept;
  [[nodiscard]] std::uint64_t size() const;

  /// Empties it, if it is a regular file, and goes to its start.
  void clear() const;
  /// @throws std::system_error "cannot write …" unless all of it was written
  void write(std::span<const std::uint8_t> bytes) const;
  /// @returns false when the file ends before. @throws std::system_error "cannot read …"
  [[nodiscard]] bool read(std::span<std::uint8_t> bytes) const;
  /// Some errors come only here. @throws std::system_error
  void close();

 private:
  std::string path_;
  int handle_ = -1;
};

}  // namespace mandelbrot
