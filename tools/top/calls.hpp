// SPDX-License-Identifier: Apache-2.0
// What the code at an address is called: functions, with file and line where the program has debug information.
#pragma once

#include <cstdint>
#include <elfutils/libdwfl.h>
#include <string>
#include <vector>

namespace top {

/// @returns the calls that meet at one address, innermost first: inlined functions are calls of their own. Printable, such as
/// "frame::render() at x.cpp:17", without debug information "render+0x12 in /usr/bin/program", in a stripped program
/// "0x55d012 in /usr/bin/program (+0x1012)"; never empty.
[[nodiscard]] std::vector<std::string> calls_at(Dwfl* files, std::uint64_t address);

}  // namespace top
