// SPDX-License-Identifier: Apache-2.0
// digest: SHA-256 and XXH3 of every file under some folders, all cores at work. Shows a batch with the policy supervise,
// a limit and a progress function, a nursery around it with a timeout, Ctrl-C as a stop, and failures handled by type.

#include "job.hpp"
#include "options.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "support/exit_status.hpp"

#include <covey/covey.hpp>
#include <covey/stop_on_signal.hpp>

#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

namespace {

int status_of(const digest::report& about) {
  namespace status = support::exit_status;
  if (about.signal != 0) {
    return status::signal_offset + about.signal;
  }
  const std::string state = digest::state_of(about);
  if (state == "timed out") {
    return status::timed_out;
  }
  const bool different = about.serial && about.serial->different != 0;
  return state == "done" && !different ? status::done : status::failed;
}

void complain(const char* text) {
  std::fprintf(stderr, "digest: %s\n", text);
}

/// What cannot be written is said, and the rest is written all the same.
template <class Action>
bool attempt(const Action& action) {
  try {
    action();
    return true;
  } catch (const std::exception& error) {
    complain(error.what());
    return false;
  }
}

int print(const digest::report& about, std::optional<digest::json_file>& json) {
  bool written = attempt([&about] { digest::print_digests(about); });
  if (json) {
    written &= attempt([&] { json->write(about); });
  }
  digest::print_failures(about);
  if (!about.wanted.quiet) {
    digest::print_summary(about);
  }
  const int status = status_of(about);
  return status == support::exit_status::done && !written ? support::exit_status::failed : status;
}

int run(const digest::options& wanted) {
  std::optional<digest::json_file> json;
  if (!wanted.json.empty()) {
    json.emplace(wanted.json);
  }
  std::optional<covey::pool> own;
  if (wanted.jobs) {
    own.emplace(covey::pool_options{.threads = *wanted.jobs, .name = "digest"});
  }
  covey::pool& workers = own ? *own : covey::pool::default_pool();
  digest::progress shown{!wanted.quiet, std::chrono::duration<double>(wanted.interval.value_or(0))};

  covey::nursery job{{.name = "digest", .pool = &workers}};
  const covey::stop_on_signal watcher(job);
  const digest::job_result result = digest::digest_all(wanted, job, workers, shown);
  digest::report about{wanted, result, std::nullopt, 0};
  if (wanted.compare_serial && result.stopped_by == covey::stop_kind::none) {
    about.serial = digest::compare_with_serial(wanted, result, job, workers);
  }
  about.signal = watcher.caught();
  return print(about, json);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const digest::parsed arguments = digest::parse_arguments(argc, argv);
    if (arguments.exit_status) {
      return *arguments.exit_status;
    }
    return run(arguments.wanted);
  } catch (const std::exception& error) {
    complain(error.what());
    return support::exit_status::failed;
  }
}
