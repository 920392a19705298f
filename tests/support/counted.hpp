// SPDX-License-Identifier: Apache-2.0
// A value that counts its living copies and can throw on the n-th copy or move from now.
#pragma once

#include <atomic>
#include <stdexcept>
#include <utility>

namespace covey_test {

/// What a `counted` throws when it was told to.
struct planted_failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Counts per process; tests that use it run one after the other.
class counted {
 public:
  explicit counted(int value = 0) noexcept : value_(value) { ++alive_; }
  counted(const counted& other) : value_(other.value_) {
    trip(copies_left_, "copy");
    ++alive_;
  }
  counted(counted&& other)
      : value_(std::exchange(other.value_, -1)) {  // NOLINT: throwing on purpose
    trip(moves_left_, "move");
    ++alive_;
  }
  counted& operator=(const counted& other) {
    trip(copies_left_, "copy");
    value_ = other.value_;
    return *this;
  }
  counted& operator=(counted&& other) {  // NOLINT: throwing on purpose
    trip(moves_left_, "move");
    value_ = std::exchange(other.value_, -1);
    return *this;
  }
  ~counted() { --alive_; }

  [[nodiscard]] int value() const noexcept { return value_; }
  [[nodiscard]] static int alive() noexcept { return alive_.load(); }

  /// The n-th copy (or move) from now throws planted_failure; 0 disarms.
  static void throw_on_copy(int n) noexcept { copies_left_ = n; }
  static void throw_on_move(int n) noexcept { moves_left_ = n; }
  static void disarm() noexcept {
    copies_left_ = 0;
    moves_left_ = 0;
  }

 private:
  static void trip(std::atomic<int>& left, const char* what) {
    if (left.load() > 0 && --left == 0) {
      throw planted_failure(what);
    }
  }
  inline static std::atomic<int> alive_{0};
  inline static std::atomic<int> copies_left_{0};
  inline static std::atomic<int> moves_left_{0};
  int value_;
};

}  // namespace covey_test
