// SPDX-License-Identifier: Apache-2.0
// What tests look for in the stacks that covey-top prints.
#pragma once

#include <string>
#include <string_view>

namespace top_test {

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// @returns the part of the text about the thread that is in the deep child.
inline std::string deep_stack_in(const std::string& text) {
  const std::size_t at = text.find(", in deep child, blocking\n");
  return at == std::string::npos ? "" : text.substr(at, text.find("\n\n", at) - at);
}

}  // namespace top_test
