// SPDX-License-Identifier: Apache-2.0
// Failures in words: the report of a whole composite, and what is said of one exception.
#pragma once

#include <covey/composite_exception.hpp>

#include <exception>
#include <string>

namespace covey::runtime {

// The text of what(): made when first asked for, and kept by the root of the tree. Never null.
[[nodiscard]] const char* report_of(const composite_exception& failures) noexcept;
// The entry of one failure there. @throws std::bad_alloc
[[nodiscard]] std::string report_of(const leaf& failed);

// What leaf says of its exception. @throws std::bad_alloc
[[nodiscard]] std::string type_name_of(const std::exception_ptr& error);
[[nodiscard]] std::string message_of(const std::exception_ptr& error);

}  // namespace covey::runtime
