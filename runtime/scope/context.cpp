// SPDX-License-Identifier: Apache-2.0
// The name of a child in messages.
#include "scope/context.hpp"

#include "text/printable.hpp"

#include <covey/task_info.hpp>

#include <string>

namespace covey::runtime {

std::string in_words(const frame& f) {
  std::string words;
  append_task(words, name_of_child(&f));
  return words + " (spawned at " + to_string(f.spawned_at) + ')';
}

}  // namespace covey::runtime
