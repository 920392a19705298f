// SPDX-License-Identifier: Apache-2.0
// The home of the library's exception types: one type_info and one vtable each, for every binary of a program.
#include <covey/error.hpp>

#include <string>

namespace covey {

structure_error::~structure_error() = default;
pool_error::~pool_error() = default;
timeout_error::~timeout_error() = default;
cancelled::~cancelled() = default;

std::string cancelled::message() const {
  return "cancelled: " + to_string(why_);
}

}  // namespace covey
