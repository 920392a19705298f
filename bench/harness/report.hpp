// SPDX-License-Identifier: Apache-2.0
// The report on the terminal, printed while the session goes on.
#pragma once

#include "harness/session.hpp"

#include <iosfwd>

namespace bench {

void print_header(std::ostream& out, const session& all);
void print_section(std::ostream& out, const section& one);
void print_costs(std::ostream& out, const session& all);
void print_warnings(std::ostream& out, const session& all);

}  // namespace bench
