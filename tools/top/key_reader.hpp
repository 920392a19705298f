// SPDX-License-Identifier: Apache-2.0
// Keys out of the bytes that a terminal sends: most are one byte, arrows and pages are several.
#pragma once

namespace top {

class key_reader {
 public:
  /// Beyond the values of a byte.
  enum special : int { none = 1000, up, down, page_up, page_down, home, end };

  /// @returns the key that this byte completes, or none.
  [[nodiscard]] int read(char byte) noexcept {
    switch (state_) {
      case state::plain:
        state_ = byte == '\033' ? state::escape : state::plain;
        return state_ == state::escape ? static_cast<int>(none) : byte;
      case state::escape:
        state_ = byte == '[' || byte == 'O' ? state::sequence : state::plain;
        return state_ == state::sequence ? static_cast<int>(none) : read(byte);
      case state::sequence:
        break;
    }
    if (byte >= '0' && byte <= '9') {
      number_ = byte - '0';
      return none;
    }
    if (byte == ';') {
      return none;
    }
    state_ = state::plain;
    return byte == '~' ? numbered() : lettered(byte);
  }

 private:
  enum class state { plain, escape, sequence };

  [[nodiscard]] int numbered() const noexcept {
    switch (number_) {
      case 1:
      case 7:
        return home;
      case 4:
      case 8:
        return end;
      case 5:
        return page_up;
      case 6:
        return page_down;
      default:
        return none;
    }
  }
  [[nodiscard]] static int lettered(char byte) noexcept {
    switch (byte) {
      case 'A':
        return up;
      case 'B':
        return down;
      case 'H':
        return home;
      case 'F':
        return end;
      default:
        return none;
    }
  }

  state state_ = state::plain;
  int number_ = 0;
};

}  // namespace top
