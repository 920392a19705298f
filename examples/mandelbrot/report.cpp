// SPDX-License-Identifier: Apache-2.0
// The summary and the JSON. Version 1 of the schema: members may be added, none is taken away or changes its meaning.

#include "report.hpp"

#include "support/text.hpp"

#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace mandelbrot {

using support::counted;
using support::fixed;
using support::rate;

namespace {

void say(const std::string& text) {
  std::fputs(("mandelbrot: " + text + '\n').c_str(), stderr);
}

double pixels_of(const report& about) {
  return static_cast<double>(about.result.rows_computed) * about.wanted.shown.width;
}

std::string checksum_text(std::uint32_t checksum) {
  char text[9];
  std::snprintf(text, sizeof text, "%08x", checksum);
  return text;
}

}  // namespace

const char* state_of(const report& about) {
  const job_result& result = about.result;
  if (!result.failures.empty()) {
    return "failed";
  }
  if (result.complete) {
    return "done";
  }
  return about.signal != 0 ? "stopped" : "timed out";
}

void print_summary(const report& about) {
  const job_result& result = about.result;
  const std::string state = state_of(about);
  if (state == "stopped") {
    say(std::string("stopped by ") + (about.signal == SIGINT ? "SIGINT" : "SIGTERM") +
        "; --resume goes on");
  } else if (state == "timed out") {
    say("stopped by the timeout of " + fixed(about.wanted.timeout.value_or(0), 6) +
        " s; --resume goes on");
  }
  say(std::to_string(result.rows_kept + result.rows_computed) + " of " +
      counted(about.wanted.shown.height, "row") + " done, " + std::to_string(result.rows_kept) +
      " of them by an earlier run; checksum of the pixels " + checksum_text(about.checksum));
  say(fixed(pixels_of(about) / 1e6, 2) + " Mpixel in " + fixed(result.seconds, 3) +
      " s: " + fixed(rate(pixels_of(about), result.seconds) / 1e6, 2) + " Mpixel/s with " +
      counted(result.threads, "thread") + "; " + about.wanted.out + " written in " +
      fixed(about.png_seconds, 3) + " s");
}

void write_json(const file& to, const report& about) {
  const job_result& result = about.result;
  const view& shown = about.wanted.shown;
  const nlohmann::json all{
      {"schema", "covey-mandelbrot"},
      {"version", 1},
      {"state", state_of(about)},
      {"width", shown.width},
      {"height", shown.height},
      {"center", {shown.center_x, shown.center_y}},
      {"scale", shown.scale},
      {"iterations", shown.iterations},
      {"threads", result.threads},
      {"rows_done", result.rows_kept + result.rows_computed},
      {"rows_resumed", result.rows_kept},
      {"seconds", result.seconds},
      {"png_seconds", about.png_seconds},
      {"pixels_per_s", rate(pixels_of(about), result.seconds)},
      {"checksum", checksum_text(about.checksum)},
      {"out", about.wanted.out},
      {"failures", result.failures},
  };
  const std::string text = all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
  to.clear();
  to.write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()),  // NOLINT: bytes as bytes
                     text.size()));
}

}  // namespace mandelbrot
