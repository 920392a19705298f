// SPDX-License-Identifier: Apache-2.0
// Reads the command line with CLI11.

#include "options.hpp"

#include "support/argument_checks.hpp"
#include "support/command_line.hpp"

#include <CLI/CLI.hpp>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace top {

namespace {

using support::in_range;

constexpr const char* epilogue =
    "The process is read, not stopped but for --stacks, and runs nothing for it; so a hung one "
    "can be\n"
    "looked at as well. It shows a tree if it runs with COVEY_TRACKING=full or has called "
    "set_tracking().\n"
    "Keys of the live view: t tree order (queued children last), a age, s state, c number of\n"
    "children; arrows or j and k, PgUp, PgDn, Home, End move; enter folds and unfolds; g groups\n"
    "equal queued children or not; q quits. Where standard output is no terminal, and for core\n"
    "files, the tree is printed once, as with --once; of core files with the stacks.\n"
    "\n"
    "Exit status: 0 done, or the process watched has ended; 1 it cannot be read; 2 wrong "
    "arguments.\n";

const std::map<std::string, sort_key>& sort_keys() {
  static const std::map<std::string, sort_key> by_name{{"tree", sort_key::tree},
                                                       {"age", sort_key::age},
                                                       {"state", sort_key::state},
                                                       {"children", sort_key::children}};
  return by_name;
}

std::string one_of_the_keys(const std::string& text) {
  return sort_keys().contains(text) ? "" : "'" + text + "' is not tree, age, state or children";
}

void describe(CLI::App& app, options& wanted, std::vector<std::string>& core) {
  auto* const process =
      app.add_option("pid", wanted.process, "The process to look at")
          ->check(CLI::Validator(in_range(1, std::numeric_limits<int>::max(), "a process id"), ""))
          ->type_name("PID");
  app.add_option("--core", core, "A core file to look at instead, and its program if it has moved")
      ->expected(1, 2)
      ->check(CLI::Validator(support::file_name, ""))
      ->excludes(process)
      ->type_name("FILE [EXE]");
  auto* const text = app.add_flag_callback(
      "--once", [&wanted] { wanted.output = output::text; }, "Print the tree once, as text");
  auto* const json = app.add_flag_callback(
      "--json", [&wanted] { wanted.output = output::json; }, "Print the tree once, as JSON");
  auto* const dot = app.add_flag_callback(
      "--dot", [&wanted] { wanted.output = output::dot; }, "Print the tree once, for Graphviz");
  auto* const stacks = app.add_flag_callback(
      "--stacks",
      [&wanted] {
        wanted.stacks = true;
        wanted.output = output::text;
      },
      "Print the tree once, and the stack of each thread, which is stopped for it for a moment");
  stacks->excludes(json)->excludes(dot);
  text->excludes(json)->excludes(dot);
  json->excludes(dot);
  app.add_option_function<std::string>(
         "--sort",
         [&wanted](const std::string& name) { wanted.sort = sort_keys().at(name); },
         "How the live view begins, default: tree")
      ->check(CLI::Validator(one_of_the_keys, ""))
      ->type_name("tree|age|state|children");
  app.add_option(
         "--interval", wanted.interval, "Seconds between two looks, 0.05 to 3600; default: 1")
      ->check(CLI::Validator(in_range(0.05, 3600.0, "a number of seconds from 0.05 to 3600"), ""))
      ->type_name("SECONDS");
  app.footer(epilogue);
}

}  // namespace

parsed parse_arguments(int argc, char** argv) {
  parsed result;
  std::vector<std::string> core;
  CLI::App app{"Shows the live nurseries and children of a process that uses covey", "covey-top"};
  describe(app, result.wanted, core);
  result.exit_status = support::parse(app, argc, argv);
  if (!result.exit_status && result.wanted.process == 0 && core.empty()) {
    std::cerr << "covey-top: a process id or --core is required\n\n" << app.help();
    result.exit_status = support::exit_status::usage;
  }
  if (!core.empty()) {
    result.wanted.core = core.front();
    result.wanted.program = core.size() > 1 ? core[1] : "";
  }
  return result;
}

}  // namespace top
