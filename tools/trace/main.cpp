// SPDX-License-Identifier: Apache-2.0
// covey-trace: reads a trace that covey wrote, and tells where the time went.

#include "analysis.hpp"
#include "options.hpp"
#include "report.hpp"
#include "summary.hpp"
#include "support/exit_status.hpp"
#include "text/printable_text.hpp"
#include "trace_reading.hpp"

#include <cerrno>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

namespace {

[[noreturn]] void cannot_write(const std::string& path, int error) {
  throw std::system_error(error, std::generic_category(), "cannot write " + path);
}

void write_file(const std::string& path, const std::string& text) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "we"),
                                                       &std::fclose);
  if (file == nullptr) {
    cannot_write(path, errno);
  }
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  const int write_error = errno;
  const bool closed = std::fclose(file.release()) == 0;
  if (!written || !closed) {
    cannot_write(path, written ? errno : write_error);
  }
}

void print(const std::string& text) {
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    cannot_write("to standard output", errno);
  }
}

void run(const trace_tool::options& wanted) {
  const std::string text = trace_tool::read_file(wanted.trace);
  const trace_tool::trace_data data = trace_tool::read_trace(text);
  if (!wanted.repair.empty()) {
    write_file(wanted.repair, trace_tool::repaired(text));
  }
  if (!wanted.text && wanted.html.empty()) {
    return;
  }
  const trace_tool::analysis of = trace_tool::analyse(data);
  const trace_tool::summary sums = trace_tool::summarise(data, of);
  const trace_tool::report about{wanted.trace, data, of, sums};
  if (!wanted.html.empty()) {
    write_file(wanted.html, trace_tool::html_report(about));
  }
  if (wanted.text) {
    print(trace_tool::text_report(about));
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::string trace;
  try {
    const trace_tool::parsed arguments = trace_tool::parse_arguments(argc, argv);
    if (arguments.exit_status) {
      return *arguments.exit_status;
    }
    trace = arguments.wanted.trace;
    run(arguments.wanted);
    return support::exit_status::done;
  } catch (const trace_tool::bad_trace& error) {
    std::fprintf(stderr,
                 "covey-trace: cannot read %s: %s\n",
                 covey::runtime::printable(trace).c_str(),
                 covey::runtime::printable(error.what()).c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "covey-trace: %s\n", covey::runtime::printable(error.what()).c_str());
  }
  return support::exit_status::failed;
}
