// SPDX-License-Identifier: Apache-2.0
// The session as Markdown, for issues and pull requests.
#pragma once

#include "harness/session.hpp"

#include <string>

namespace bench {

[[nodiscard]] std::string markdown_report(const session& all);

}  // namespace bench
