// SPDX-License-Identifier: Apache-2.0
// Draws the bar on stderr; stdout belongs to the report.
#include "harness/progress.hpp"

#include "support/progress_bar.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>
#include <unistd.h>

namespace bench {
namespace {

constexpr std::string_view clear_line = "\r\033[K";

}  // namespace

progress::progress(form shown_as, std::size_t runs)
    : form_(shown_as),
      planned_(std::max<std::size_t>(1, runs)) {
}

progress::~progress() {
  hide();
}

progress::form progress::natural_form() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the driver has one thread
  const char* const terminal = std::getenv("TERM");
  const bool draws =
      isatty(STDERR_FILENO) == 1 && terminal != nullptr && std::string_view(terminal) != "dumb";
  return draws ? form::bar : form::lines;
}

void progress::section(const std::string& name) {
  if (form_ == form::lines) {
    std::cerr << "covey-bench: " << done_ << " of " << planned_ << " runs done, now " << name
              << "\n";
  }
}

void progress::begin(const std::string& name) {
  if (form_ == form::bar) {
    draw(name);
  }
}

void progress::done() {
  done_ = std::min(done_ + 1, planned_);
}

void progress::drop(std::size_t runs) {
  planned_ = std::max(done_ + 1, planned_ - std::min(runs, planned_));
}

void progress::hide() {
  if (form_ == form::bar) {
    std::cerr << clear_line << std::flush;
  }
}

void progress::draw(const std::string& what) {
  const double part = static_cast<double>(done_) / static_cast<double>(planned_);
  std::optional<double> left;
  if (done_ > 0) {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
    left = spent.count() / part - spent.count();
  }
  std::cerr << clear_line << support::progress_line(part, what, left) << std::flush;
}

}  // namespace bench
