// SPDX-License-Identifier: Apache-2.0
// Plain values that say who and where: site, label, task_state, stop_kind, stop_reason.
#pragma once

#include <covey/config.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <version>

#if defined(__cpp_lib_source_location)
#  include <source_location>
#endif

namespace covey {

namespace detail {
// What a site points to: written by the compiler, as std::source_location has it.
struct source_data {
  const char* file;
  const char* function;
  std::uint32_t line;
  std::uint32_t column;
};
// What a site holds instead where the compiler cannot write a record (clang before 16): 48 bits of the address of the
// file's name, 15 bits of the line, and a one, which no address of a record ends in.
inline constexpr unsigned packed_file_shift = 16;
inline constexpr std::uint32_t packed_line_most = 0x7FFF;
[[nodiscard]] constexpr bool is_packed(std::uintptr_t site) noexcept {
  return (site & 1U) != 0;
}
[[nodiscard]] inline const char* packed_file(std::uintptr_t site) noexcept {
  return reinterpret_cast<const char*>(site >> packed_file_shift);
}
[[nodiscard]] constexpr std::uint32_t packed_line(std::uintptr_t site) noexcept {
  return static_cast<std::uint32_t>(site >> 1U) & packed_line_most;
}
}  // namespace detail

/// A location in the source: file, line and function of a spawn or of an opened nursery. One pointer wide.
/// Compiled by clang 14 or 15 it knows no function, and its lines end at 32767; it is then no constant expression either.
/// Code of all compilers reads the sites of all.
/// Trivially copyable; never owns memory; distinct and shared objects are safe to read from any thread.
class site {
 public:
  constexpr site() noexcept = default;

#if defined(__cpp_lib_source_location)
  /// @returns the place of the call (use as a default argument).
  [[nodiscard]] static constexpr site current(
      std::source_location where = std::source_location::current()) noexcept {
    return site{where};
  }
  [[nodiscard]] constexpr const char* file() const noexcept {
    return std::is_constant_evaluated() || !detail::is_packed(word()) ? where_.file_name()
                                                                      : detail::packed_file(word());
  }
  [[nodiscard]] constexpr std::uint32_t line() const noexcept {
    return std::is_constant_evaluated() || !detail::is_packed(word()) ? where_.line()
                                                                      : detail::packed_line(word());
  }
  /// @returns its name; "" where the compiler could not tell.
  [[nodiscard]] constexpr const char* function() const noexcept {
    return std::is_constant_evaluated() || !detail::is_packed(word()) ? where_.function_name() : "";
  }

 private:
  explicit constexpr site(std::source_location where) noexcept : where_(where) {
  }
  [[nodiscard]] std::uintptr_t word() const noexcept {
    return std::bit_cast<std::uintptr_t>(where_);
  }
  std::source_location where_{};
#else
  /// @returns the place of the call (use as a default argument).
  [[nodiscard]] COVEY_INLINE static site current(const char* file = __builtin_FILE(),
                                                 std::uint32_t line = __builtin_LINE()) noexcept {
    site here;
    here.word_ = reinterpret_cast<std::uintptr_t>(file) << detail::packed_file_shift |
                 std::uintptr_t{std::min(line, detail::packed_line_most)} << 1U | 1U;
    return here;
  }
  [[nodiscard]] const char* file() const noexcept {
    return word_ == 0 ? "" : detail::is_packed(word_) ? detail::packed_file(word_) : data()->file;
  }
  [[nodiscard]] std::uint32_t line() const noexcept {
    return word_ == 0 ? 0 : detail::is_packed(word_) ? detail::packed_line(word_) : data()->line;
  }
  /// @returns its name; "" where the compiler could not tell.
  [[nodiscard]] const char* function() const noexcept {
    return word_ == 0 || detail::is_packed(word_) ? "" : data()->function;
  }

 private:
  [[nodiscard]] const detail::source_data* data() const noexcept {
    return reinterpret_cast<const detail::source_data*>(word_);
  }
  std::uintptr_t word_ = 0;
#endif
};

/// A name of at most 47 bytes, copied. Of a longer one the middle is left out, at character boundaries and with "~" in its
/// place: names often differ at their ends, as those of files do.
/// Never allocates, never throws: messages outlive the scopes that they speak of.
class label {
 public:
  static constexpr std::size_t capacity = 47;

  constexpr label() noexcept = default;
  constexpr explicit label(std::string_view text) noexcept {
    if (text.size() <= capacity) {
      append(text);
      return;
    }
    const auto continues = [text](std::size_t at) {
      return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
    };
    std::size_t head = capacity / 2;
    while (head > 0 && continues(head)) {
      --head;
    }
    std::size_t tail = text.size() - capacity / 2;
    while (continues(tail)) {
      ++tail;
    }
    append(text.substr(0, head));
    append("~");
    append(text.substr(tail));
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {bytes_.data(), size_}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

 private:
  constexpr void append(std::string_view text) noexcept {
    for (const char c : text) {
      bytes_[size_++] = c;
    }
  }

  std::array<char, capacity> bytes_{};
  std::uint8_t size_ = 0;
};

/// Where a child stands.
enum class task_state : std::uint8_t { queued, running, done, failed, stopped, never_started };

/// What made a scope stop. `none`: it was not asked to.
enum class stop_kind : std::uint8_t { none, failure, deadline, explicit_stop, parent, shutdown };

/// The first cause of a stop. A plain value; copying never throws.
struct stop_reason {
  stop_kind kind = stop_kind::none;
  label scope;       ///< the nursery that was asked to stop first (its name, may be empty)
  label task;        ///< the child whose failure was the cause, when kind is failure (may be empty)
  covey::site site;  ///< where: the stop() call, the failed child's spawn, or the nursery's opening
  label text;        ///< what stop(text) was given
};

/// @returns the words for a value, such as "never started"; static storage.
[[nodiscard]] COVEY_API std::string_view to_string(task_state state) noexcept;
[[nodiscard]] COVEY_API std::string_view to_string(stop_kind kind) noexcept;
/// @returns one line for a reason, such as "failure of 'tile 17' in nursery 'frame' (b.cpp:44)".
[[nodiscard]] COVEY_API std::string to_string(const stop_reason& why);
/// @returns "file:line", or "unknown place".
[[nodiscard]] COVEY_API std::string to_string(const site& where);
/// @returns the text in single quotes with control bytes, quotes, backslashes and invalid UTF-8 escaped.
[[nodiscard]] COVEY_API std::string quoted(std::string_view text);

}  // namespace covey
