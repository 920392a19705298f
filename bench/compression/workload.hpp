// SPDX-License-Identifier: Apache-2.0
// compression: zlib at its usual level over blocks of 4 to 128 KiB of made-up text; an item per block.
#pragma once

#include "harness/contender.hpp"
#include "harness/mix64.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include <zlib.h>

namespace compression {

class problem {
 public:
  static constexpr std::string_view workload = "compression";
  static constexpr bench::sizes sizes{
      .full = 1'024,
      .quick = 32,
      .warm_up = 4,
      .allowed = [](std::uint64_t size) { return 1 <= size && size <= 100'000; },
      .rule = "1 to 100000"};

  explicit problem(std::uint64_t size) : text_(prose()), packed_(size) {}

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(packed_.size()); }

  /// Compresses block `i` into memory of its own; nothing if zlib fails, which is a wrong answer.
  void work(std::uint32_t i) {
    const std::string_view block = block_of(i);
    std::vector<Bytef> out(compressBound(block.size()));
    uLongf length = out.size();
    if (compress2(out.data(), &length, bytes_of(block), block.size(), Z_DEFAULT_COMPRESSION) ==
        Z_OK) {
      out.resize(length);
      out.shrink_to_fit();
      packed_[i] = std::move(out);
    }
  }

  [[nodiscard]] std::string text() const {
    return "compression(" + std::to_string(packed_.size()) + ")";
  }
  /// The blocks that have become smaller and come out again as they were.
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t right = 0;
    std::string again(longest, '\0');
    for (std::uint32_t i = 0; i < count(); ++i) {
      const std::vector<Bytef>& packed = packed_[i];
      uLongf length = again.size();
      const int result =
          uncompress(reinterpret_cast<Bytef*>(again.data()), &length, packed.data(), packed.size());
      const std::string_view block = block_of(i);
      right += result == Z_OK && packed.size() < block.size() &&
                       block == std::string_view(again.data(), length)
                   ? 1U
                   : 0U;
    }
    return right;
  }
  [[nodiscard]] std::uint64_t expected() const { return packed_.size(); }
  [[nodiscard]] std::uint64_t items() const { return packed_.size(); }

 private:
  static constexpr std::size_t shortest = 4U << 10U;
  static constexpr std::size_t doublings = 6;
  static constexpr std::size_t longest = shortest << (doublings - 1);
  // The blocks begin anywhere in the first MiB and overlap.
  static constexpr std::size_t spread = 1U << 20U;

  [[nodiscard]] static const Bytef* bytes_of(std::string_view block) {
    return reinterpret_cast<const Bytef*>(block.data());
  }

  [[nodiscard]] std::string_view block_of(std::uint32_t i) const {
    const std::uint64_t drawn = bench::mix64(i);
    return std::string_view(text_).substr(drawn % spread, shortest << ((drawn >> 32U) % doublings));
  }

  /// Words of two to nine letters, the same ones again and again, rare ones among them.
  [[nodiscard]] static std::string prose() {
    std::string text;
    text.reserve(spread + longest + 10);
    for (std::uint64_t i = 0; text.size() < spread + longest; ++i) {
      const std::uint64_t drawn = bench::mix64(i);
      const std::uint64_t word = bench::mix64((drawn >> 16U) % (16U << (drawn % 10)));
      for (std::uint64_t letter = 0; letter < 2 + word % 8; ++letter) {
        text.push_back(static_cast<char>('a' + (word >> (5 * letter + 3)) % 26));
      }
      text.push_back(' ');
    }
    return text;
  }

  std::string text_;
  std::vector<std::vector<Bytef>> packed_;
};

}  // namespace compression
