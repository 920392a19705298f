// SPDX-License-Identifier: Apache-2.0
// libpng's simple interface, which reports errors without longjmp; into memory first, so that the file's errors are ours.

#include "png_file.hpp"

#include <cstdint>
#include <png.h>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace mandelbrot {

void write_png(const file& to, const picture& of) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = of.shown().width;
  image.height = of.shown().height;
  image.format = PNG_FORMAT_RGB;
  // An upper bound: without it the picture would have to be compressed twice.
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::uint8_t> bytes(size);
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, of.pixels().data(), 0, nullptr) ==
      0) {
    const std::string why = std::begin(image.message);
    png_image_free(&image);
    throw std::runtime_error("cannot make a PNG: " + why);
  }
  to.clear();
  to.write(std::span(bytes).first(size));
}

}  // namespace mandelbrot
