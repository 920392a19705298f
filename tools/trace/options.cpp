// SPDX-License-Identifier: Apache-2.0
// Reads the command line.

#include "options.hpp"

#include "support/command_line.hpp"

#include <CLI/CLI.hpp>

namespace trace_tool {

namespace {

constexpr const char* epilogue =
    "TRACE is a file that covey::start_trace() or COVEY_TRACE=FILE wrote. The end of it may be "
    "missing,\n"
    "when the process was killed while it wrote; trace viewers need it repaired first.\n"
    "With no option but TRACE it prints the key numbers.\n"
    "\n"
    "Exit status: 0 done; 1 the trace cannot be read, or something cannot be written; 2 wrong "
    "arguments.\n";

}  // namespace

parsed parse_arguments(int argc, char** argv) {
  parsed result;
  options& wanted = result.wanted;
  CLI::App app{"Where the time of a traced run went", "covey-trace"};
  app.add_option("trace", wanted.trace, "The trace")
      ->check(CLI::Validator(support::file_name, ""))
      ->type_name("TRACE")
      ->required();
  app.add_option("-o,--html", wanted.html, "Write a report as one HTML page")
      ->check(CLI::Validator(support::file_name, ""))
      ->type_name("FILE");
  app.add_flag("--text", wanted.text, "Print the key numbers");
  app.add_option(
         "--repair", wanted.repair, "Write the trace up to its last whole event, with an end")
      ->check(CLI::Validator(support::file_name, ""))
      ->type_name("FILE");
  app.footer(epilogue);
  result.exit_status = support::parse(app, argc, argv);
  if (wanted.html.empty() && wanted.repair.empty()) {
    wanted.text = true;
  }
  return result;
}

}  // namespace trace_tool
