// SPDX-License-Identifier: Apache-2.0
// Reads the command line; every number is checked here, so that a wrong one never reaches the library.

#include "options.hpp"

#include "support/argument_checks.hpp"
#include "support/command_line.hpp"

#include <CLI/CLI.hpp>
#include <string_view>

namespace mandelbrot {

using support::in_range;
using support::number_in;

namespace {

constexpr std::uint64_t most_pixels = 100'000'000;
constexpr std::uint32_t most_side = 65'536;

constexpr const char* epilogue =
    "Rows that are finished are kept in FILE.state until the picture is complete. A run that was "
    "stopped, or ran into\n"
    "the timeout, writes the picture as far as it is, the missing rows in grey; --resume then "
    "computes only those.\n"
    "Without --resume a state that was kept is dropped.\n"
    "\n"
    "Exit status: 0 the picture is complete; 1 something could not be read or written; 2 wrong "
    "arguments;\n"
    "124 the timeout was hit; 130 or 143 stopped by SIGINT or SIGTERM.\n";

/// Two values with a character between them, such as 640x480.
template <class Number>
std::optional<std::pair<Number, Number>> two_numbers(std::string_view text,
                                                     char between,
                                                     Number least,
                                                     Number most) {
  const std::size_t at = text.find(between);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const auto first = number_in(text.substr(0, at), least, most);
  const auto second = number_in(text.substr(at + 1), least, most);
  return first && second ? std::optional(std::pair(*first, *second)) : std::nullopt;
}

std::string take_size(view& shown, const std::string& text) {
  const auto size = two_numbers<std::uint32_t>(text, 'x', 1, most_side);
  if (!size || std::uint64_t{size->first} * size->second > most_pixels) {
    return "'" + text +
           "' is not WIDTHxHEIGHT, each from 1 to 65536, with at most 100000000 pixels";
  }
  shown.width = size->first;
  shown.height = size->second;
  return {};
}

std::string take_center(view& shown, const std::string& text) {
  const auto center = two_numbers(text, ',', -10.0, 10.0);
  if (!center) {
    return "'" + text + "' is not X,Y, two numbers from -10 to 10";
  }
  shown.center_x = center->first;
  shown.center_y = center->second;
  return {};
}

void describe(CLI::App& app, options& wanted) {
  // The check of these two also takes the value.
  static std::string taken;
  app.add_option("--size", taken, "Pixels, default: 1920x1080")
      ->check(CLI::Validator([&wanted](std::string& text) { return take_size(wanted.shown, text); },
                             ""))
      ->type_name("WxH");
  app.add_option("--center", taken, "Point in the middle of the picture, default: -0.5,0")
      ->check(CLI::Validator(
          [&wanted](std::string& text) { return take_center(wanted.shown, text); }, ""))
      ->type_name("X,Y");
  app.add_option(
         "--scale", wanted.shown.scale, "Width of what is shown, 1e-13 to 100; default: 3.5")
      ->check(CLI::Validator(in_range(1e-13, 100.0, "a number from 1e-13 to 100"), ""))
      ->type_name("WIDTH");
  app.add_option("--iterations",
                 wanted.shown.iterations,
                 "Steps after which a point counts as inside, 1 to 1000000000; default: 1000")
      ->check(CLI::Validator(
          in_range<std::uint32_t>(1, 1'000'000'000, "a whole number from 1 to 1000000000"), ""))
      ->type_name("N");
  app.add_option("--out", wanted.out, "Picture to write, default: mandelbrot.png")
      ->check(CLI::Validator(support::file_name, ""))
      ->type_name("FILE");
  app.add_option("--jobs", wanted.jobs, "Threads, 1 to 1024; default: what the machine offers")
      ->check(CLI::Validator(in_range<std::int64_t>(1, 1024, "a whole number from 1 to 1024"), ""))
      ->type_name("N");
  support::describe_common(app, wanted);
  app.add_flag("--resume", wanted.resume, "Go on with the rows that an unfinished run has kept");
  app.add_flag("--quiet", wanted.quiet, "No progress and no summary");
  app.footer(epilogue);
}

}  // namespace

parsed parse_arguments(int argc, char** argv) {
  parsed result;
  CLI::App app{"Renders the Mandelbrot set to a PNG file, its rows as a covey batch", "mandelbrot"};
  describe(app, result.wanted);
  result.exit_status = support::parse(app, argc, argv);
  return result;
}

}  // namespace mandelbrot
