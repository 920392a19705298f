// SPDX-License-Identifier: Apache-2.0
// The picture as a PNG file.
#pragma once

#include "files.hpp"
#include "picture.hpp"

namespace mandelbrot {

/// In place of what the file held. @throws std::system_error; std::runtime_error with what libpng says
void write_png(const file& to, const picture& of);

}  // namespace mandelbrot
