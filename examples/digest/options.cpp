// SPDX-License-Identifier: Apache-2.0
// Reads the command line; every number is checked here, so that a wrong one never reaches the library.

#include "options.hpp"

#include "support/argument_checks.hpp"
#include "support/command_line.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <string>

namespace digest {

using support::in_range;

namespace {

// Every Linux machine has it, and it is never empty.
constexpr const char* default_path = "/usr/bin";

constexpr const char* epilogue =
    "Prints one line for each regular file, as sha256sum does, in the sorted order of the walk.\n"
    "Symbolic links found on the way are skipped, those named as PATH are followed.\n"
    "\n"
    "Exit status: 0 all files digested; 1 some failed, or output could not be written;\n"
    "2 wrong arguments; 124 the timeout was hit; 130 or 143 stopped by SIGINT or SIGTERM.\n";

const std::map<std::string, algorithm>& algorithms() {
  static const std::map<std::string, algorithm> by_name{
      {"sha256", algorithm::sha256}, {"xxh3", algorithm::xxh3}, {"both", algorithm::both}};
  return by_name;
}

std::string one_of_the_algorithms(const std::string& text) {
  return algorithms().contains(text) ? "" : "'" + text + "' is not sha256, xxh3 or both";
}

void describe(CLI::App& app, options& wanted) {
  app.add_option("paths", wanted.paths, std::string{"Files and folders; default: "} + default_path)
      ->check(CLI::Validator(support::file_name, ""))
      ->type_name("PATH");
  app.add_option_function<std::string>(
         "--algorithm",
         [&wanted](const std::string& name) { wanted.algorithm = algorithms().at(name); },
         "Digest to compute, default: sha256; xxh3 is XXH3-128, as in xxhsum -H2")
      ->check(CLI::Validator(one_of_the_algorithms, ""))
      ->type_name("sha256|xxh3|both");
  app.add_option("--jobs", wanted.jobs, "Threads, 1 to 1024; default: what the machine offers")
      ->check(CLI::Validator(in_range<std::int64_t>(1, 1024, "a whole number from 1 to 1024"), ""))
      ->type_name("N");
  app.add_option("--in-flight",
                 wanted.in_flight,
                 "Files in flight, 1 to 1000000; default: 4 for each thread")
      ->check(CLI::Validator(
          in_range<std::int64_t>(1, 1'000'000, "a whole number from 1 to 1000000"), ""))
      ->type_name("N");
  support::describe_common(app, wanted);
  app.add_flag("--follow", wanted.follow, "Follow symbolic links found on the way");
  app.add_flag("--compare-serial",
               wanted.compare_serial,
               "Do the same work serially afterwards, and compare the times");
  app.add_flag("--quiet", wanted.quiet, "No progress and no summary: only digests and failures");
  app.footer(epilogue);
}

}  // namespace

parsed parse_arguments(int argc, char** argv) {
  parsed result;
  CLI::App app{"Digests of files, computed in a covey nursery", "digest"};
  describe(app, result.wanted);
  result.exit_status = support::parse(app, argc, argv);
  if (result.wanted.paths.empty()) {
    result.wanted.paths.emplace_back(default_path);
  }
  return result;
}

}  // namespace digest
