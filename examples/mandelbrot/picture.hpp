// SPDX-License-Identifier: Apache-2.0
// The picture: which part of the plane it shows, its pixels, and how a row of them is computed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mandelbrot {

/// What is shown. Two pictures with equal views are equal, pixel for pixel.
struct view {
  std::uint32_t width = 1920;
  std::uint32_t height = 1080;
  double center_x = -0.5;
  double center_y = 0;
  double scale = 3.5;  // width of what is shown
  std::uint32_t iterations = 1000;
  friend bool operator==(const view&, const view&) = default;
};

constexpr std::size_t bytes_per_pixel = 3;  // red, green, blue

/// Rows may be written by several threads at once, each by one.
class picture {
 public:
  /// Grey all over. @throws std::bad_alloc
  explicit picture(const view& shown);

  [[nodiscard]] const view& shown() const noexcept { return view_; }
  [[nodiscard]] std::span<std::uint8_t> row(std::uint32_t y) noexcept {
    return std::span(pixels_).subspan(y * row_bytes(), row_bytes());
  }
  [[nodiscard]] std::span<const std::uint8_t> pixels() const noexcept { return pixels_; }
  [[nodiscard]] std::size_t row_bytes() const noexcept { return view_.width * bytes_per_pixel; }
  /// CRC-32 of all pixels.
  [[nodiscard]] std::uint32_t checksum() const noexcept;

  /// @param before_pixel is called before each pixel; what it throws ends the row.
  void compute_row(std::uint32_t y, const std::function<void()>& before_pixel);

 private:
  view view_;
  std::vector<std::uint8_t> pixels_;
};

/// CRC-32 as in zlib.
[[nodiscard]] std::uint32_t checksum_of(std::span<const std::uint8_t> bytes) noexcept;

}  // namespace mandelbrot
