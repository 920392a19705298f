// SPDX-License-Identifier: Apache-2.0
// mandelbrot: renders the Mandelbrot set to a PNG file, all cores at work. Shows a batch of uneven items with a timeout
// that returns what is done, a progress bar, Ctrl-C as a stop, writes inside blocking(), and a run that can be resumed.

#include "files.hpp"
#include "job.hpp"
#include "options.hpp"
#include "picture.hpp"
#include "png_file.hpp"
#include "report.hpp"
#include "state_file.hpp"
#include "support/exit_status.hpp"

#include <covey/covey.hpp>
#include <covey/stop_on_signal.hpp>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <fcntl.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

namespace {

namespace status = support::exit_status;

void complain(const std::string& text) {
  std::fprintf(stderr, "mandelbrot: %s\n", text.c_str());
}

/// What cannot be written is said, and the rest is done all the same.
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

int status_of(const mandelbrot::report& about) {
  const std::string state = mandelbrot::state_of(about);
  if (state == "stopped") {
    return status::signal_offset + about.signal;
  }
  if (state == "timed out") {
    return status::timed_out;
  }
  return state == "done" ? status::done : status::failed;
}

/// The state beside the picture; none if the picture goes into something that is no file.
std::optional<mandelbrot::state_file> open_state(const mandelbrot::options& wanted,
                                                 const mandelbrot::file& out,
                                                 mandelbrot::picture& image,
                                                 std::vector<bool>& done) {
  const std::string path = wanted.out + ".state";
  if (!out.is_regular()) {
    if (wanted.resume) {
      throw std::runtime_error(wanted.out + " is no regular file: it has no state to resume");
    }
    return std::nullopt;
  }
  if (!wanted.resume) {
    return mandelbrot::state_file::begin(path, wanted.shown);
  }
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    throw std::runtime_error("nothing to resume: there is no " + path);
  }
  return mandelbrot::state_file::resume(path, image, done);
}

int finish(mandelbrot::report& about,
           mandelbrot::file& out,
           const mandelbrot::picture& image,
           std::optional<mandelbrot::state_file>& state,
           mandelbrot::file& json) {
  for (const std::string& failure : about.result.failures) {
    complain(failure);
  }
  const auto start = std::chrono::steady_clock::now();
  bool written = attempt([&] {
    mandelbrot::write_png(out, image);
    out.close();
  });
  about.png_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (written && about.result.complete && state) {
    written = attempt([&] { state->remove(); });
  }
  if (json.is_open()) {
    written &= attempt([&] {
      mandelbrot::write_json(json, about);
      json.close();
    });
  }
  if (written && !about.wanted.quiet) {
    mandelbrot::print_summary(about);
  }
  const int ended = status_of(about);
  return ended == status::done && !written ? status::failed : ended;
}

int run(const mandelbrot::options& wanted) {
  mandelbrot::picture image(wanted.shown);
  std::vector<bool> done(wanted.shown.height, false);
  // Opened before the work starts, so that a wrong name costs no work; what they hold is replaced at the end.
  mandelbrot::file json;
  if (!wanted.json.empty()) {
    json = mandelbrot::file(wanted.json, O_WRONLY | O_CREAT);
  }
  mandelbrot::file out(wanted.out, O_WRONLY | O_CREAT);
  std::optional<mandelbrot::state_file> state = open_state(wanted, out, image, done);

  std::optional<covey::pool> own;
  if (wanted.jobs) {
    own.emplace(covey::pool_options{.threads = *wanted.jobs, .name = "mandelbrot"});
  }
  covey::pool& workers = own ? *own : covey::pool::default_pool();
  covey::nursery job{{.name = "mandelbrot", .pool = &workers}};
  const covey::stop_on_signal watcher(job);

  mandelbrot::job_result result = mandelbrot::render(wanted, job, image, done, state);
  result.threads = workers.size();
  mandelbrot::report about{wanted, result, image.checksum(), watcher.caught()};
  return finish(about, out, image, state, json);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const mandelbrot::parsed arguments = mandelbrot::parse_arguments(argc, argv);
    if (arguments.exit_status) {
      return *arguments.exit_status;
    }
    return run(arguments.wanted);
  } catch (const std::exception& error) {
    complain(error.what());
    return status::failed;
  }
}
