// SPDX-License-Identifier: Apache-2.0
// The finished rows of an unfinished picture, kept beside it: a header with the view, then one record for each row.
#pragma once

#include "files.hpp"
#include "picture.hpp"

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace mandelbrot {

class state_file {
 public:
  /// Begins a new one, in place of what was there.
  /// @throws std::system_error; std::runtime_error when another process uses it
  static state_file begin(const std::string& path, const view& shown);
  /// Opens one that was kept, and puts its rows into the picture.
  /// @param done gets a true for each of these rows
  /// @throws std::system_error; std::runtime_error that says what is wrong: it is used by another process, is no state
  ///         file, belongs to another view, or is damaged. Then it stays as it is.
  static state_file resume(const std::string& path, picture& into, std::vector<bool>& done);

  /// Adds a finished row. May be called by several threads. @throws std::system_error
  void keep_row(picture& of, std::uint32_t y);
  /// The picture is complete: the state is not needed any more.
  void remove();

  state_file(state_file&& other) noexcept : file_(std::move(other.file_)) {}

 private:
  explicit state_file(file opened) : file_(std::move(opened)) {}
  file file_;
  std::mutex lock_;  // one record at a time
};

}  // namespace mandelbrot
