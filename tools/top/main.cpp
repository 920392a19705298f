// SPDX-License-Identifier: Apache-2.0
// covey-top: the live tree of nurseries and children of another process, or of a core file. It reads memory and runs
// nothing in the process, so it also works on one that hangs.

#include "image_reader.hpp"
#include "options.hpp"
#include "problem.hpp"
#include "stacks.hpp"
#include "support/exit_status.hpp"
#include "target.hpp"
#include "text/printable_text.hpp"
#include "tracking/task_tree.hpp"
#include "tracking/tracking_image.hpp"
#include "view.hpp"
#include "watch.hpp"

#include <covey/tracking.hpp>

#include <exception>
#include <iostream>
#include <string>
#include <unistd.h>

namespace {

std::string printed(const covey::task_tree& tree, top::output as) {
  switch (as) {
    case top::output::json:
      return to_json(tree);
    case top::output::dot:
      return to_dot(tree);
    case top::output::text:
    case top::output::screen:
      break;
  }
  return to_text(tree);
}

void print_once(const top::target& of, const top::options& wanted) {
  top::image_reader reader{of};
  const covey::task_tree tree = tree_of(reader.read());
  std::string text = printed(tree, wanted.output);
  if (text.empty() || text.back() != '\n') {
    text += '\n';
  }
  const bool as_text = wanted.output == top::output::text || wanted.output == top::output::screen;
  const top::told stacks = wanted.stacks || (as_text && of.memory->frozen())
                               ? top::stacks_of(wanted, tree)
                               : top::told{};
  std::cout << text << stacks.text << std::flush;
  if (!std::cout) {
    throw top::problem("cannot write to standard output");
  }
  if (tree.level != covey::tracking_level::full) {
    std::cerr << "covey-top: " << top::hint_for(tree.level) << '\n';
  }
  if (!stacks.trouble.empty() && wanted.stacks) {
    throw top::problem("no more stacks: " + stacks.trouble);
  }
  if (!stacks.trouble.empty()) {
    std::cerr << "covey-top: no stacks, or no more: " << covey::runtime::printable(stacks.trouble)
              << '\n';
  }
}

void run(const top::options& wanted) {
  const top::target of = wanted.core.empty() ? top::open_process(wanted.process)
                                             : top::open_core(wanted.core, wanted.program);
  if (wanted.output == top::output::screen && !of.memory->frozen() &&
      ::isatty(STDOUT_FILENO) == 1) {
    top::watch(of, wanted);
  } else {
    print_once(of, wanted);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const top::parsed arguments = top::parse_arguments(argc, argv);
    if (arguments.exit_status) {
      return *arguments.exit_status;
    }
    run(arguments.wanted);
    return support::exit_status::done;
  } catch (const std::exception& error) {
    std::cerr << "covey-top: " << covey::runtime::printable(error.what()) << '\n';
    return support::exit_status::failed;
  }
}
