// SPDX-License-Identifier: Apache-2.0
// A user's program that is linked with covey::stacks: its failures say where they were thrown.
#include <covey/covey.hpp>
#include <covey/stacks.hpp>

#include <stdexcept>

int main() {
  try {
    covey::nursery failing;
    failing.run([] { throw std::runtime_error("as planned"); });
    failing.join();
  } catch (const covey::composite_exception& failures) {
    const covey::stack_trace stack = covey::throw_stack(failures.leaves().front());
    return covey::notes_stacks() && !stack.empty() ? 0 : 1;
  }
  return 2;
}
