// SPDX-License-Identifier: Apache-2.0
// Ranges that can only be walked once, endless or not, which check that one thread at a time walks them.
#pragma once

#include "counted.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

namespace covey_test {

/// Makes items by calling `make(index)`, `count` of them; single-pass, with an iterator that only moves.
template <class Make>
class made_on_demand {
 public:
  using value = std::remove_cvref_t<std::invoke_result_t<Make&, std::uint64_t>>;
  static constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

  explicit made_on_demand(Make make, std::uint64_t count = endless)
      : make_(std::move(make)),
        count_(count) {}

  class iterator {
   public:
    using value_type = value;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;
    explicit iterator(made_on_demand& of) : of_(&of) {}
    iterator(iterator&&) noexcept = default;
    iterator& operator=(iterator&&) noexcept = default;
    iterator(const iterator&) = delete;
    iterator& operator=(const iterator&) = delete;
    ~iterator() = default;
    value operator*() const {
      const alone here(*of_);
      return of_->make_(of_->at_);
    }
    iterator& operator++() {
      const alone here(*of_);
      of_->step();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& it, std::default_sentinel_t /*end*/) {
      return it.at_end();
    }

   private:
    [[nodiscard]] bool at_end() const {
      const alone here(*of_);
      return of_->at_ >= of_->count_;
    }
    made_on_demand* of_;
  };
  iterator begin() { return iterator(*this); }
  static std::default_sentinel_t end() { return {}; }

  /// @returns items that were left behind so far.
  [[nodiscard]] std::uint64_t passed() const { return at_; }
  /// The n-th step fails.
  void throw_at_step(std::uint64_t n) { fail_at_ = n; }

 private:
  struct alone {
    explicit alone(made_on_demand& in) : of(in) {
      EXPECT_FALSE(of.busy_.exchange(true)) << "two threads walk one range";
    }
    ~alone() { of.busy_ = false; }
    alone(const alone&) = delete;
    alone& operator=(const alone&) = delete;
    made_on_demand& of;
  };
  void step() {
    if (at_ + 1 == fail_at_) {
      throw planted_failure("step " + std::to_string(fail_at_));
    }
    ++at_;
  }
  Make make_;
  std::uint64_t count_;
  std::uint64_t at_ = 0;
  std::uint64_t fail_at_ = endless;
  std::atomic<bool> busy_{false};
};

}  // namespace covey_test
