// SPDX-License-Identifier: Apache-2.0
// Builds composite exceptions by hand, without a nursery.
#pragma once

#include <covey/composite_exception.hpp>

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace covey_test {

/// @returns the failure of a child that threw `error`.
template <class E>
covey::detail::failure failed(std::string_view task,
                              E error,
                              covey::site spawned_at = covey::site::current()) {
  return {std::make_exception_ptr(std::move(error)), covey::label(task), spawned_at, 0};
}

/// @returns the failure of a child that threw std::runtime_error(text) and is called so, too.
inline covey::detail::failure runtime_failure(const std::string& text,
                                              covey::site spawned_at = covey::site::current()) {
  return failed(text, std::runtime_error(text), spawned_at);
}

/// @returns the composite of a nursery with these failures.
template <class... Failures>
covey::composite_exception composite(std::string_view nursery, Failures... failures) {
  std::vector<covey::detail::failure> all;
  (all.push_back(std::move(failures)), ...);
  return covey::detail::make_composite(std::move(all),
                                       {covey::label(nursery), covey::site::current(), {}, 0});
}

/// @returns one leaf below `levels` nested composites.
inline covey::composite_exception nested(int levels) {
  covey::composite_exception whole = composite("level 1", runtime_failure("deep down"));
  for (int i = 2; i <= levels; ++i) {
    whole = composite("level " + std::to_string(i), failed("child", whole));
  }
  return whole;
}

}  // namespace covey_test
