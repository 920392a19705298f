// SPDX-License-Identifier: Apache-2.0
// Tells whoever waits how far the session is: a bar on a terminal, a line for each section elsewhere, or nothing.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace bench {

class progress {
 public:
  enum class form { bar, lines, none };

  /// @param runs there will be, as far as is known at the start
  progress(form shown_as, std::size_t runs);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// The bar on a terminal, else lines.
  [[nodiscard]] static form natural_form();

  void section(const std::string& name);
  /// A run of that name begins.
  void begin(const std::string& name);
  void done();
  /// So many runs will not take place.
  void drop(std::size_t runs);
  /// Takes the bar off the line, so that something else can be printed.
  void hide();

 private:
  void draw(const std::string& what);

  form form_;
  std::size_t planned_;
  std::size_t done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace bench
