// SPDX-License-Identifier: Apache-2.0
// What the command lines of tools and examples have in common: some options, and how parsing ends.
#pragma once

#include "support/argument_checks.hpp"
#include "support/exit_status.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <optional>

namespace support {

/// Adds --timeout, --interval and --json to options that have members of these names.
template <class Options>
void describe_common(CLI::App& app, Options& wanted) {
  app.add_option("--timeout", wanted.timeout, "Stop after so many seconds, 0 to 1000000000")
      ->check(CLI::Validator(in_range(0.0, 1e9, "a number of seconds from 0 to 1000000000"), ""))
      ->type_name("SECONDS");
  app.add_option(
         "--interval",
         wanted.interval,
         "Seconds between two progress lines, 0.01 to 3600; default: 0.2 on a terminal, else 5")
      ->check(CLI::Validator(in_range(0.01, 3600.0, "a number of seconds from 0.01 to 3600"), ""))
      ->type_name("SECONDS");
  app.add_option("--json", wanted.json, "Write a report in JSON to this file")
      ->check(CLI::Validator(file_name, ""))
      ->type_name("FILE");
}

/// Parses; prints help to standard output, and errors with the usage to standard error.
/// @returns the exit status of a run that ends here.
[[nodiscard]] inline std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return exit_status::done;
  } catch (const CLI::ParseError& error) {
    std::cerr << app.get_name() << ": " << error.what() << "\n\n" << app.help();
    return exit_status::usage;
  }
}

}  // namespace support
