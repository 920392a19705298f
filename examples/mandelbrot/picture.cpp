// SPDX-License-Identifier: Apache-2.0
// The escape-time algorithm, and colours that need whole numbers only, so that every machine paints the same.

#include "picture.hpp"

#include <algorithm>
#include <array>
#include <zlib.h>

namespace mandelbrot {
namespace {

constexpr std::uint8_t not_computed = 128;

/// @returns the steps until the point escapes; `most` if it does not.
std::uint32_t steps_to_escape(double x, double y, std::uint32_t most) {
  double re = 0;
  double im = 0;
  std::uint32_t steps = 0;
  for (; steps < most; ++steps) {
    const double re2 = re * re;
    const double im2 = im * im;
    if (re2 + im2 > 4) {
      break;
    }
    im = 2 * re * im + y;
    re = re2 - im2 + x;
  }
  return steps;
}

/// Up and down between 0 and 255, with a period of 512.
std::uint8_t wave(std::uint32_t phase) {
  const std::uint32_t place = phase % 512;
  return static_cast<std::uint8_t>(place < 256 ? place : 511 - place);
}

std::array<std::uint8_t, bytes_per_pixel> colour_of(std::uint32_t steps, std::uint32_t most) {
  if (steps == most) {
    return {0, 0, 0};
  }
  return {wave(steps * 5 + 20), wave(steps * 7 + 60), wave(steps * 11 + 120)};
}

}  // namespace

picture::picture(const view& shown)
    : view_(shown),
      pixels_(std::size_t{shown.width} * shown.height * bytes_per_pixel, not_computed) {
}

std::uint32_t picture::checksum() const noexcept {
  return checksum_of(pixels_);
}

void picture::compute_row(std::uint32_t y, const std::function<void()>& before_pixel) {
  const double pixel = view_.scale / view_.width;
  const double top = view_.center_y + pixel * (view_.height - 1) / 2;
  const double left = view_.center_x - pixel * (view_.width - 1) / 2;
  const double im = top - pixel * y;
  auto to = row(y).begin();
  for (std::uint32_t x = 0; x < view_.width; ++x) {
    before_pixel();
    const std::uint32_t steps = steps_to_escape(left + pixel * x, im, view_.iterations);
    to = std::ranges::copy(colour_of(steps, view_.iterations), to).out;
  }
}

std::uint32_t checksum_of(std::span<const std::uint8_t> bytes) noexcept {
  return static_cast<std::uint32_t>(::crc32_z(0, bytes.data(), bytes.size()));
}

}  // namespace mandelbrot
