// SPDX-License-Identifier: Apache-2.0
// Turns failures into strings that a test can compare.
#pragma once

#include <covey/composite_exception.hpp>
#include <covey/error.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace covey_test {

/// @returns what() of a std::exception, "int 42" of an int, else "something else".
inline std::string message(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    return known.what();
  } catch (int number) {
    return "int " + std::to_string(number);
  } catch (...) {
    return "something else";
  }
}

/// @returns the messages of all leaves, in order.
inline std::vector<std::string> messages(const covey::composite_exception& failures) {
  std::vector<std::string> all;
  for (const covey::leaf& failed : failures.leaves()) {
    all.push_back(message(failed.error()));
  }
  return all;
}

/// @returns the messages of the leaves of the composite that `scope` throws.
template <class Scope>
std::vector<std::string> failures_of(Scope&& scope) {
  try {
    static_cast<void>(scope());
  } catch (const covey::composite_exception& failures) {
    return messages(failures);
  }
  ADD_FAILURE() << "no composite_exception was thrown";
  return {};
}

/// @returns how many composites lie inside each other on the longest path.
inline std::size_t depth(const covey::composite_exception& failures) {
  std::size_t below = 0;
  for (const covey::failed_child& child : failures.children()) {
    below = std::max(below, child.nested ? depth(*child.nested) : 0);
  }
  return below + 1;
}

/// @returns the message of the exception of type E that `call` throws.
template <class E, class Call>
std::string message_of(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const E& expected) {
    return expected.what();
  }
  ADD_FAILURE() << "the expected exception was not thrown";
  return {};
}

/// @returns whether `call` throws a pool_error; any other exception, and none, are not what was expected.
template <class Call>
bool throws_pool_error(Call&& call) {
  try {
    call();
  } catch (const covey::pool_error&) {
    return true;
  } catch (...) {  // NOLINT(bugprone-empty-catch): answered below
  }
  return false;
}

/// @returns the cause in the `cancelled` that `call` throws.
template <class Call>
covey::stop_reason why_cancelled(Call&& call) {
  try {
    static_cast<void>(call());
  } catch (const covey::cancelled& stopped) {
    return stopped.why();
  }
  ADD_FAILURE() << "cancelled was not thrown";
  return {};
}

inline bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace covey_test
