// SPDX-License-Identifier: Apache-2.0
// The calls of the system, each with its error as an exception that names the file.

#include "files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace mandelbrot {
namespace {

[[noreturn]] void fail(const char* what, const std::string& path) {
  throw std::system_error(errno, std::generic_category(), std::string("cannot ") + what + path);
}

}  // namespace

file::file(std::string path, int flags)
    : path_(std::move(path)),
      handle_(::open(path_.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0666)) {
  if (handle_ < 0) {
    fail((flags & O_ACCMODE) == O_RDONLY ? "read " : "write ", path_);
  }
}

file::~file() {
  if (handle_ >= 0) {
    ::close(handle_);
  }
}

bool file::is_regular() const noexcept {
  struct stat info {};
  return ::fstat(handle_, &info) == 0 && S_ISREG(info.st_mode);
}

std::uint64_t file::size() const {
  struct stat info {};
  if (::fstat(handle_, &info) != 0) {
    fail("read ", path_);
  }
  return static_cast<std::uint64_t>(info.st_size);
}

void file::clear() const {
  if (is_regular() && (::ftruncate(handle_, 0) != 0 || ::lseek(handle_, 0, SEEK_SET) != 0)) {
    fail("write ", path_);
  }
}

void file::write(std::span<const std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(handle_, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      fail("write ", path_);
    }
    bytes = bytes.subspan(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
}

bool file::read(std::span<std::uint8_t> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::read(handle_, bytes.data(), bytes.size());
    if (got == 0) {
      return false;
    }
    if (got < 0 && errno != EINTR) {
      fail("read ", path_);
    }
    bytes = bytes.subspan(got < 0 ? 0 : static_cast<std::size_t>(got));
  }
  return true;
}

void file::close() {
  if (::close(std::exchange(handle_, -1)) != 0) {
    fail("write ", path_);
  }
}

}  // namespace mandelbrot
