// SPDX-License-Identifier: Apache-2.0
// The numbers 0 to n - 1 as a range. std::views::iota is that too, but clang 14 cannot compile the one of libstdc++.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

namespace bench {

class numbers {
 public:
  class iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = std::uint32_t;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = value_type;

    iterator() = default;
    explicit iterator(std::uint32_t at) : at_(at) {}

    reference operator*() const { return at_; }
    reference operator[](difference_type by) const { return *(*this + by); }
    iterator& operator+=(difference_type by) {
      at_ = static_cast<std::uint32_t>(at_ + by);
      return *this;
    }
    iterator& operator-=(difference_type by) { return *this += -by; }
    iterator& operator++() { return *this += 1; }
    iterator& operator--() { return *this -= 1; }
    iterator operator++(int) { return std::exchange(*this, *this + 1); }
    iterator operator--(int) { return std::exchange(*this, *this - 1); }

    friend iterator operator+(iterator from, difference_type by) { return from += by; }
    friend iterator operator+(difference_type by, iterator from) { return from += by; }
    friend iterator operator-(iterator from, difference_type by) { return from -= by; }
    friend difference_type operator-(iterator left, iterator right) {
      return difference_type{left.at_} - difference_type{right.at_};
    }
    friend bool operator==(iterator left, iterator right) { return left.at_ == right.at_; }
    friend auto operator<=>(iterator left, iterator right) { return left.at_ <=> right.at_; }

   private:
    std::uint32_t at_ = 0;
  };

  explicit numbers(std::uint32_t count) : count_(count) {}

  [[nodiscard]] static iterator begin() { return iterator(0); }
  [[nodiscard]] iterator end() const { return iterator(count_); }

 private:
  std::uint32_t count_;
};

}  // namespace bench
