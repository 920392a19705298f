// SPDX-License-Identifier: Apache-2.0
// Files by pread(), and the texts of /proc.

#include "file.hpp"

#include "problem.hpp"
#include "process_errors.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace top {

namespace {

[[noreturn]] void refuse(const std::string& path, int error) {
  throw problem("cannot read " + path + ": " + std::generic_category().message(error));
}

}  // namespace

file::file(const std::string& path) : path_(path), descriptor_(-1) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) {
    refuse(path, errno);
  }
  if (!S_ISREG(about.st_mode)) {
    throw problem("cannot read " + path + ": it is not a regular file");
  }
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) {
    refuse(path, errno);
  }
  size_ = static_cast<std::uint64_t>(about.st_size);
}

file::file(file&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_) {
}

file::~file() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

bool file::read(std::uint64_t offset, void* to, std::size_t bytes) const noexcept {
  if (offset > size_ || bytes > size_ - offset) {
    return false;
  }
  auto* next = static_cast<unsigned char*>(to);
  while (bytes != 0) {
    const ssize_t got = ::pread(descriptor_, next, bytes, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return false;
    }
    next += got;
    offset += static_cast<std::uint64_t>(got);
    bytes -= static_cast<std::size_t>(got);
  }
  return true;
}

std::string text_of_proc(int process, std::string_view name) {
  const std::string path = "/proc/" + std::to_string(process) + '/' + std::string(name);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw_process_error(process, errno);
  }
  std::string text;
  char block[16384];
  ssize_t got = 0;
  do {
    got = ::read(descriptor, block, sizeof block);
    text.append(block, got > 0 ? static_cast<std::size_t>(got) : 0);
  } while (got > 0 || (got < 0 && errno == EINTR));
  const int error = got < 0 ? errno : 0;
  ::close(descriptor);
  if (error != 0) {
    throw_process_error(process, error);
  }
  return text;
}

}  // namespace top
