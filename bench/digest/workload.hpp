// SPDX-License-Identifier: Apache-2.0
// digest: the SHA-256 of many blocks of 64 bytes to 256 KiB, by OpenSSL; an item per block.
#pragma once

#include "harness/contender.hpp"
#include "harness/mix64.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <openssl/evp.h>
#include <string>
#include <string_view>
#include <vector>

namespace digest {

class problem {
 public:
  static constexpr std::string_view workload = "digest";
  static constexpr std::uint64_t least = 16;
  static constexpr std::uint64_t most = 65'536;
  static constexpr bench::sizes sizes{
      .full = 16'384,
      .quick = 512,
      .warm_up = 16,
      .allowed = [](std::uint64_t n) { return least <= n && n <= most && std::has_single_bit(n); },
      .rule = "a power of two from 16 to 65536"};

  explicit problem(std::uint64_t size)
      : sha_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
        bytes_(longest + spread),
        results_(size) {
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      bytes_[i] = static_cast<unsigned char>(bench::mix64(i));
    }
  }

  [[nodiscard]] std::uint32_t count() const { return static_cast<std::uint32_t>(results_.size()); }

  /// The digest of block `i`: 0 if OpenSSL fails, which is a wrong answer.
  void work(std::uint32_t i) {
    const std::uint64_t drawn = bench::mix64(i);
    const std::size_t length = shortest << ((drawn >> 32U) % doublings);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    const unsigned char* const block = bytes_.data() + drawn % spread;
    if (EVP_Digest(block, length, hash.data(), nullptr, sha_.get(), nullptr) == 1) {
      std::memcpy(&results_[i], hash.data(), sizeof(results_[i]));
    }
  }

  [[nodiscard]] std::string text() const {
    return "digest(" + std::to_string(results_.size()) + ")";
  }
  /// The sum of the beginnings of the digests, each weighted with its place.
  [[nodiscard]] std::uint64_t found() const {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < results_.size(); ++i) {
      sum += results_[i] * (2 * i + 1);
    }
    return sum;
  }
  [[nodiscard]] std::uint64_t expected() const {
    constexpr std::array<std::uint64_t, 13> known{15'552'099'243'546'518'105U,
                                                  4'456'242'437'635'987'131,
                                                  11'128'849'296'690'539'677U,
                                                  7'795'841'281'937'949'143,
                                                  17'298'081'729'838'735'570U,
                                                  13'828'308'902'185'538'619U,
                                                  3'823'451'562'798'379'680,
                                                  16'408'803'769'258'195'085U,
                                                  5'544'240'209'082'823'622,
                                                  2'374'323'140'564'925'496,
                                                  5'483'653'907'290'125'106,
                                                  7'612'541'176'276'117'359,
                                                  1'885'676'590'481'750'511};
    return known[static_cast<std::size_t>(std::countr_zero(results_.size()) -
                                          std::countr_zero(least))];
  }
  [[nodiscard]] std::uint64_t items() const { return results_.size(); }

 private:
  static constexpr std::size_t shortest = 64;
  static constexpr std::size_t doublings = 13;
  static constexpr std::size_t longest = shortest << (doublings - 1);
  // The blocks begin anywhere in the first MiB and overlap: what they hold costs nobody memory.
  static constexpr std::size_t spread = 1U << 20U;

  struct release {
    void operator()(EVP_MD* sha) const noexcept { EVP_MD_free(sha); }
  };
  // Fetched once: to look the algorithm up for each block takes a lock.
  std::unique_ptr<EVP_MD, release> sha_;
  std::vector<unsigned char> bytes_;
  std::vector<std::uint64_t> results_;
};

}  // namespace digest
