// SPDX-License-Identifier: Apache-2.0
// Digests of one file: SHA-256 by OpenSSL and XXH3-128 by xxhash, read chunk by chunk.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <openssl/evp.h>
#include <string>
#include <system_error>

namespace digest {

enum class algorithm { sha256, xxh3, both };

struct digests {
  std::array<unsigned char, 32> sha256{};
  std::array<unsigned char, 16>
      xxh3{};  // XXH3-128 in canonical (big-endian) order, as xxhsum -H2 prints it
  friend bool operator==(const digests&, const digests&) = default;
};

/// One file could not be read. `index` is its place in the walk.
class file_error : public std::system_error {
 public:
  file_error(std::size_t index, int code, const std::string& path)
      : std::system_error(code, std::generic_category(), path),
        index_(index) {}
  [[nodiscard]] std::size_t index() const noexcept { return index_; }

 private:
  std::size_t index_;
};

/// Shared by all children: it is only read.
class hasher {
 public:
  /// @throws std::runtime_error if OpenSSL has no SHA-256.
  explicit hasher(algorithm which);

  /// @param on_chunk is called after each chunk with its size; what it throws ends the reading.
  /// @throws file_error if the file cannot be opened or read.
  [[nodiscard]] digests of(std::size_t index,
                           const std::string& path,
                           const std::function<void(std::size_t)>& on_chunk) const;

 private:
  // Fetched once: with OpenSSL 3 a look-up by name for each file takes locks that all threads share.
  std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> sha256_;
  bool xxh3_;
};

}  // namespace digest
