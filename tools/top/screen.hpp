// SPDX-License-Identifier: Apache-2.0
// The terminal while it is ours: another page, no cursor, keys without echo. Plain ANSI escapes.
#pragma once

#include "view.hpp"

#include <cstddef>
#include <string>
#include <termios.h>
#include <vector>

namespace top {

class screen {
 public:
  screen() { enter(); }
  screen(const screen&) = delete;
  screen& operator=(const screen&) = delete;
  /// Leaves the terminal as it was found.
  ~screen() { leave(); }

  void enter();
  void leave() noexcept;
  [[nodiscard]] screen_size size() const noexcept;
  /// Draws over what is there, so that nothing flickers. Headings and cursor stand out.
  void draw(const screenful& shown) const;

 private:
  bool entered_ = false;
  bool has_keys_ = false;
  termios before_{};
};

}  // namespace top
