// SPDX-License-Identifier: Apache-2.0
// The map of the fake target, which may lie in a library of its own.
#pragma once

#include <covey/config.hpp>

#include <string_view>

namespace top_test {

/// @param kind tree, version (another one), size (another one), unwritten. @returns false for anything else.
COVEY_API bool show_fake_records(std::string_view kind);

}  // namespace top_test
