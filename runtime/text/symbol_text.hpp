// SPDX-License-Identifier: Apache-2.0
// Names of functions and types, and addresses, as people read them.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <string>

namespace covey::runtime {

// @returns the name in C++, or as it is where it is no mangled one.
[[nodiscard]] inline std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> readable(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  return readable != nullptr ? readable.get() : name;
}

// "0x1f"
[[nodiscard]] inline std::string hex(std::uint64_t number) {
  std::array<char, 2 + 2 * sizeof number + 1> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace covey::runtime
