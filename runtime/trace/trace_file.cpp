// SPDX-License-Identifier: Apache-2.0
// Writes the file of a trace.
#include "trace/trace_file.hpp"

#include "text/printable_text.hpp"

#include <covey/trace.hpp>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace covey::runtime {

namespace {
constexpr std::string_view closing = "\n]}\n";
constexpr const char* not_regular = "it is not a regular file";
}  // namespace

trace_file::trace_file(std::string path, std::string_view head) : path_(std::move(path)) {
  // Whoever may write to the folder, as everybody to /tmp, may have put something of the same name there: a link would
  // have another file overwritten, a FIFO would hang the program. Links among the folders above are followed.
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (file_ < 0) {
    fail_to_open(errno);
  }
  try {
    make_empty();
    write(std::string(head) + std::string(closing));
  } catch (...) {
    ::close(file_);
    throw;
  }
  end_ = head.size();
}

void trace_file::make_empty() const {
  struct stat now {};
  if (::fstat(file_, &now) != 0) {
    fail(errno);
  }
  if (!S_ISREG(now.st_mode)) {
    fail(EINVAL, not_regular);
  }
  if (::ftruncate(file_, 0) != 0) {
    fail(errno);
  }
}

trace_file::~trace_file() {
  if (file_ >= 0) {
    ::close(file_);
  }
}

void trace_file::append(std::string& elements) {
  if (elements.empty()) {
    return;
  }
  const std::size_t size = elements.size();
  elements += closing;
  try {
    write(elements);
  } catch (...) {
    restore();
    throw;
  }
  end_ += size;
}

void trace_file::close() {
  if (::close(std::exchange(file_, -1)) != 0) {
    fail(errno);
  }
}

void trace_file::write(std::string_view text) {
  std::uint64_t at = end_;
  while (!text.empty()) {
    const ssize_t written = ::pwrite(file_, text.data(), text.size(), static_cast<off_t>(at));
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      at += static_cast<std::uint64_t>(written);
    } else if (written == 0 || errno != EINTR) {
      fail(written == 0 ? ENOSPC : errno);
    }
  }
}

// A disk that is full has room for what was there already.
void trace_file::restore() const noexcept {
  const ssize_t written = ::pwrite(file_, closing.data(), closing.size(), static_cast<off_t>(end_));
  if (written == static_cast<ssize_t>(closing.size())) {
    static_cast<void>(::ftruncate(file_, static_cast<off_t>(end_ + closing.size())) == 0);
  }
}

void trace_file::fail_to_open(int error) const {
  struct stat there {};
  const bool known = ::lstat(path_.c_str(), &there) == 0;
  if (known && S_ISLNK(there.st_mode)) {
    fail(error, "it is a symbolic link, which is not followed");
  }
  const bool odd = known && !S_ISREG(there.st_mode) && !S_ISDIR(there.st_mode);
  fail(error, odd ? not_regular : nullptr);
}

void trace_file::fail(int error, const char* why) const {
  const std::error_code code(error, std::generic_category());
  throw trace_error("covey: cannot write the trace " + printable(path_) + ": " +
                        (why != nullptr ? why : code.message()),
                    code);
}

}  // namespace covey::runtime
