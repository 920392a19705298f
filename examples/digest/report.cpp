// SPDX-License-Identifier: Apache-2.0
// The report for people and pipes.

#include "report.hpp"

#include "support/text.hpp"

#include <covey/task_info.hpp>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>
#include <system_error>

namespace digest {

using support::counted;
using support::fixed;
using support::hexadecimal;
using support::rate;

namespace {

struct escaped_name {
  std::string text;
  bool escaped = false;
};

// As sha256sum does: a line that holds an escaped name starts with a backslash.
escaped_name escape(std::string_view path) {
  escaped_name name;
  name.text.reserve(path.size());
  for (const char byte : path) {
    const char* const escape = byte == '\\'   ? "\\\\"
                               : byte == '\n' ? "\\n"
                               : byte == '\r' ? "\\r"
                                              : nullptr;
    if (escape != nullptr) {
      name.text += escape;
      name.escaped = true;
    } else {
      name.text += byte;
    }
  }
  return name;
}

std::string lines_for(algorithm which, std::string_view path, const digests& value) {
  const escaped_name name = escape(path);
  const std::string start = name.escaped ? "\\" : "";
  switch (which) {
    case algorithm::sha256:
      return start + hexadecimal(value.sha256) + "  " + name.text + '\n';
    case algorithm::xxh3:
      return start + hexadecimal(value.xxh3) + "  " + name.text + '\n';
    case algorithm::both:
      return start + "SHA256 (" + name.text + ") = " + hexadecimal(value.sha256) + '\n' +  //
             start + "XXH128 (" + name.text + ") = " + hexadecimal(value.xxh3) + '\n';
  }
  return {};
}

/// For people: what could command a terminal is escaped, too.
std::string shown(std::string_view path) {
  const std::string in_quotes = covey::quoted(path);
  return in_quotes.substr(1, in_quotes.size() - 2);
}

void say(const std::string& text) {
  std::fputs(("digest: " + text + '\n').c_str(), stderr);
}

}  // namespace

const char* state_of(const report& about) {
  if (about.signal != 0) {
    return "stopped";
  }
  if (about.result.stopped_by == covey::stop_kind::deadline) {
    return "timed out";
  }
  return about.result.failures.empty() && about.result.failures_not_kept == 0 ? "done" : "failed";
}

void print_digests(const report& about) {
  const job_result& result = about.result;
  errno = 0;
  bool written = true;
  for (std::size_t i = 0; written && i < result.files.size(); ++i) {
    if (result.files[i].state == file_state::done) {
      const std::string lines =
          lines_for(about.wanted.algorithm, result.found.files[i].path, result.files[i].digests);
      written = std::fwrite(lines.data(), 1, lines.size(), stdout) == lines.size();
    }
  }
  if (!written || std::fflush(stdout) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
  }
}

void print_failures(const report& about) {
  const job_result& result = about.result;
  for (const failure& failed : result.failures) {
    say(shown(failed.path) + ": " + failed.message);
  }
  if (result.failures_not_kept != 0) {
    say("and " + counted(result.failures_not_kept, "further failure"));
  }
}

void print_summary(const report& about) {
  const job_result& result = about.result;
  const std::uint64_t done = files_done(result);
  const std::uint64_t failed = result.failures.size() + result.failures_not_kept;
  const auto bytes = static_cast<double>(bytes_done(result));

  if (about.signal != 0) {
    say(std::string("stopped by ") + (about.signal == SIGINT ? "SIGINT" : "SIGTERM"));
  } else if (result.stopped_by == covey::stop_kind::deadline) {
    say("stopped by the timeout of " + fixed(about.wanted.timeout.value_or(0), 6) + " s");
  }
  say(std::to_string(done) + " of " + counted(result.files.size(), "file") +
      (result.found.complete ? "" : " found so far") + " digested, " + std::to_string(failed) +
      " failed; skipped " + counted(result.found.symlinks_skipped, "symbolic link") + " and " +
      counted(result.found.special_skipped, "special file"));
  say(fixed(bytes / 1e6, 1) + " MB in " + fixed(result.seconds, 3) +
      " s: " + fixed(rate(bytes, result.seconds) / 1e6, 1) + " MB/s, " +
      fixed(rate(static_cast<double>(done), result.seconds), 0) + " files/s with " +
      counted(result.threads, "thread") + ", at most " +
      counted(static_cast<std::uint64_t>(result.in_flight), "file") + " in flight");
  if (about.serial && about.serial->complete) {
    say("serial: " + fixed(about.serial->seconds, 3) +
        " s, in the nursery again: " + fixed(about.serial->nursery_seconds, 3) + " s; speed-up " +
        fixed(rate(about.serial->seconds, about.serial->nursery_seconds), 2) + "; " +
        (about.serial->different == 0 ? "all digests equal"
                                      : counted(about.serial->different, "digest") + " different"));
  }
}

}  // namespace digest
