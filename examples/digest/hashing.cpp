// SPDX-License-Identifier: Apache-2.0
// Reads a file and feeds its chunks to the wanted digests.

#include "hashing.hpp"

#include <covey/this_task.hpp>

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

namespace digest {
namespace {

// Small enough for the stack of any thread and for the second-level cache; at this size the system calls cost less
// than one hundredth of the hashing.
constexpr std::size_t chunk_size = 64UL * 1024;

class open_file {
 public:
  open_file(std::size_t index, const std::string& path)
      // Without O_NONBLOCK a file that became a pipe since the walk would block for good.
      : handle_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
    if (handle_ < 0) {
      throw file_error(index, errno, path);
    }
    struct stat info {};
    if (::fstat(handle_, &info) == 0 && !S_ISREG(info.st_mode)) {
      ::close(handle_);
      throw file_error(index, EINVAL, path);
    }
  }
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() { ::close(handle_); }

  /// @returns the bytes read, 0 at the end, -1 with errno.
  [[nodiscard]] ssize_t read(unsigned char* to, std::size_t size) const {
    ssize_t got = -1;
    do {
      got = ::read(handle_, to, size);
    } while (got < 0 && errno == EINTR);
    return got;
  }

 private:
  int handle_;
};

void must(int openssl_result) {
  if (openssl_result != 1) {
    throw std::runtime_error("OpenSSL failed to compute SHA-256");
  }
}

class sha256_state {
 public:
  explicit sha256_state(const EVP_MD* which)
      : context_(which == nullptr ? nullptr : EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    if (which != nullptr) {
      must(context_ != nullptr ? EVP_DigestInit_ex2(context_.get(), which, nullptr) : 0);
    }
  }
  void add(const unsigned char* data, std::size_t size) {
    if (context_ != nullptr) {
      must(EVP_DigestUpdate(context_.get(), data, size));
    }
  }
  void finish(std::array<unsigned char, 32>& out) {
    if (context_ != nullptr) {
      must(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr));
    }
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

class xxh3_state {
 public:
  explicit xxh3_state(bool wanted)
      : state_(wanted ? XXH3_createState() : nullptr,
               [](XXH3_state_t* state) { XXH3_freeState(state); }) {
    if (wanted && (state_ == nullptr || XXH3_128bits_reset(state_.get()) != XXH_OK)) {
      throw std::bad_alloc{};
    }
  }
  void add(const unsigned char* data, std::size_t size) {
    if (state_ != nullptr) {
      static_cast<void>(XXH3_128bits_update(state_.get(), data, size));
    }
  }
  void finish(std::array<unsigned char, 16>& out) {
    if (state_ != nullptr) {
      XXH128_canonical_t canonical;
      XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_.get()));
      std::copy(std::begin(canonical.digest), std::end(canonical.digest), out.begin());
    }
  }

 private:
  std::unique_ptr<XXH3_state_t, void (*)(XXH3_state_t*)> state_;
};

}  // namespace

hasher::hasher(algorithm which)
    : sha256_(which == algorithm::xxh3 ? nullptr : EVP_MD_fetch(nullptr, "SHA256", nullptr),
              &EVP_MD_free),
      xxh3_(which != algorithm::sha256) {
  if (which != algorithm::xxh3 && sha256_ == nullptr) {
    throw std::runtime_error("OpenSSL offers no SHA-256");
  }
}

digests hasher::of(std::size_t index,
                   const std::string& path,
                   const std::function<void(std::size_t)>& on_chunk) const {
  const open_file file{index, path};
  sha256_state sha256{sha256_.get()};
  xxh3_state xxh3{xxh3_};
  // Filled by read() before anything looks at it.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init)
  std::array<unsigned char, chunk_size> chunk;
  for (;;) {
    // The disk may let it wait: meanwhile another thread has this one's permit of the pool.
    const ssize_t got = covey::blocking([&] { return file.read(chunk.data(), chunk.size()); });
    if (got < 0) {
      throw file_error(index, errno, path);
    }
    if (got == 0) {
      break;
    }
    const auto size = static_cast<std::size_t>(got);
    sha256.add(chunk.data(), size);
    xxh3.add(chunk.data(), size);
    on_chunk(size);
  }
  digests result;
  sha256.finish(result.sha256);
  xxh3.finish(result.xxh3);
  return result;
}

}  // namespace digest
