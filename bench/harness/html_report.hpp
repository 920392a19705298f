// SPDX-License-Identifier: Apache-2.0
// The session as one page that needs nothing beside itself: no script, no font, no picture from elsewhere.
#pragma once

#include "harness/session.hpp"

#include <string>

namespace bench {

/// @returns well-formed XML that is HTML too.
[[nodiscard]] std::string html_report(const session& all);

}  // namespace bench
