// SPDX-License-Identifier: Apache-2.0
// The session as JSON, for programs; the schema is described in bench/README.md.
#pragma once

#include "harness/session.hpp"

#include <string>

namespace bench {

/// Changes when a reader of an older report would misread a newer one.
inline constexpr int report_schema = 1;

[[nodiscard]] std::string json_report(const session& all);

}  // namespace bench
