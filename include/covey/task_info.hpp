// SPDX-License-Identifier: Apache-2.0
// Plain values that say who and where: site, label, task_state, stop_kind, stop_reason.
#pragma once

#include <covey/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <version>

#if defined(__cpp_lib_source_location)
#  include <source_location>
#endif

namespace covey {

/// A place in the source: file, line and function of a spawn or of an opened nursery.
/// One pointer wide where the compiler has std::source_location, three words elsewhere (clang 14).
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
    return where_.file_name();
  }
  [[nodiscard]] constexpr std::uint32_t line() const noexcept {
    return where_.line();
  }
  [[nodiscard]] constexpr const char* function() const noexcept {
    return where_.function_name();
  }

 private:
  explicit constexpr site(std::source_location where) noexcept : where_(where) {
  }
  std::source_location where_{};
#else
  /// @returns the place of the call (use as a default argument).
  [[nodiscard]] static constexpr site current(const char* file = __builtin_FILE(),
                                              const char* function = __builtin_FUNCTION(),
                                              std::uint32_t line = __builtin_LINE()) noexcept {
    site here;
    here.file_ = file;
    here.function_ = function;
    here.line_ = line;
    return here;
  }
  [[nodiscard]] constexpr const char* file() const noexcept {
    return file_;
  }
  [[nodiscard]] constexpr std::uint32_t line() const noexcept {
    return line_;
  }
  [[nodiscard]] constexpr const char* function() const noexcept {
    return function_;
  }

 private:
  const char* file_ = "";
  const char* function_ = "";
  std::uint32_t line_ = 0;
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
