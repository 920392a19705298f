// SPDX-License-Identifier: Apache-2.0
// The format: numbers as this machine stores them. Header and records carry checksums, and nothing may follow a half one.

#include "state_file.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace mandelbrot {
namespace {

constexpr std::array<char, 8> magic{'c', 'o', 'v', 'e', 'y', 'm', 'b', '1'};

struct header {
  std::array<char, 8> start{};
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  double center_x = 0;
  double center_y = 0;
  double scale = 0;
  std::uint32_t iterations = 0;
  std::uint32_t checksum = 0;  // of everything before
};
static_assert(sizeof(header) == 48);

struct record {
  std::uint32_t row = 0;
  std::uint32_t checksum = 0;  // of the number of the row and its pixels
};

template <class Value>
std::span<const std::uint8_t> bytes_of(const Value& value) {
  return {reinterpret_cast<const std::uint8_t*>(&value), sizeof value};  // NOLINT: bytes as bytes
}
template <class Value>
std::span<std::uint8_t> room_of(Value& value) {
  return {reinterpret_cast<std::uint8_t*>(&value), sizeof value};  // NOLINT: bytes as bytes
}

header header_of(const view& shown) {
  header made{magic,
              shown.width,
              shown.height,
              shown.center_x,
              shown.center_y,
              shown.scale,
              shown.iterations,
              0};
  made.checksum = checksum_of(bytes_of(made).first(offsetof(header, checksum)));
  return made;
}

std::uint32_t checksum_of_row(std::uint32_t y, std::span<const std::uint8_t> pixels) {
  return checksum_of(pixels) ^ (y * 0x9e37'79b9U);
}

file open_alone(const std::string& path, int flags) {
  file opened(path, flags);
  if (::flock(opened.handle(), LOCK_EX | LOCK_NB) != 0) {
    throw std::runtime_error(path + " is in use by another process");
  }
  return opened;
}

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw std::runtime_error(path + ' ' + why + "; without --resume the picture is begun anew");
}

void check_header(const file& from, const view& wanted) {
  header found;
  if (!from.read(room_of(found)) || found.start != magic) {
    refuse(from.path(), "is no state of an unfinished picture");
  }
  const view kept{
      found.width, found.height, found.center_x, found.center_y, found.scale, found.iterations};
  if (header_of(kept).checksum != found.checksum) {
    refuse(from.path(), "is damaged: its header is not what was written");
  }
  if (kept != wanted) {
    refuse(from.path(), "belongs to a picture with other size, center, scale or iterations");
  }
}

}  // namespace

state_file state_file::begin(const std::string& path, const view& shown) {
  state_file made(open_alone(path, O_RDWR | O_CREAT));
  made.file_.clear();
  made.file_.write(bytes_of(header_of(shown)));
  return made;
}

state_file state_file::resume(const std::string& path, picture& into, std::vector<bool>& done) {
  state_file kept(open_alone(path, O_RDWR));
  const file& from = kept.file_;
  check_header(from, into.shown());
  const std::uint64_t size = from.size();
  const std::uint64_t record_size = sizeof(record) + into.row_bytes();
  if ((size - sizeof(header)) % record_size != 0) {
    refuse(path, "is damaged: it ends in the middle of a row");
  }
  const std::uint64_t rows = (size - sizeof(header)) / record_size;
  std::vector<std::uint8_t> pixels(into.row_bytes());
  for (std::uint64_t i = 0; i < rows; ++i) {
    record next;
    if (!from.read(room_of(next)) || !from.read(pixels) || next.row >= into.shown().height ||
        next.checksum != checksum_of_row(next.row, pixels) || done[next.row]) {
      refuse(path, "is damaged: record " + std::to_string(i) + " is not what was written");
    }
    std::copy(pixels.begin(), pixels.end(), into.row(next.row).begin());
    done[next.row] = true;
  }
  return kept;
}

void state_file::keep_row(picture& of, std::uint32_t y) {
  const auto pixels = of.row(y);
  const record head{y, checksum_of_row(y, pixels)};
  std::vector<std::uint8_t> all(sizeof head + pixels.size());
  std::memcpy(all.data(), &head, sizeof head);
  std::copy(pixels.begin(), pixels.end(), all.begin() + sizeof head);
  const std::scoped_lock guard(lock_);
  file_.write(all);  // in one call, so that a process that is killed leaves whole records
}

void state_file::remove() {
  if (::unlink(file_.path().c_str()) != 0 && errno != ENOENT) {
    throw std::system_error(errno, std::generic_category(), "cannot remove " + file_.path());
  }
}

}  // namespace mandelbrot
