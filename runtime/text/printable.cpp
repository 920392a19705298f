// SPDX-License-Identifier: Apache-2.0
// Text of unknown origin, made fit for a terminal or a log.
#include "text/printable.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace covey::runtime {

void append_message(std::string& out,
                    std::string_view text,
                    std::size_t most_bytes,
                    std::string_view indent) {
  std::size_t done = 0;
  while (done < text.size() && done < most_bytes) {
    const std::string_view rest = text.substr(done);
    if (rest.front() == '\n') {
      out += '\n';
      out += indent;
      ++done;
    } else if (rest.front() == '\t') {
      out += '\t';
      ++done;
    } else {
      done += append_printable(out, rest);
    }
  }
  if (done < text.size()) {
    out += "... (" + std::to_string(text.size() - done) + " bytes more)";
  }
}

void append_nursery(std::string& out, const label& name) {
  if (name.empty()) {
    out += "an unnamed nursery";
  } else {
    out += "nursery " + quoted(name.view());
  }
}

void append_task(std::string& out, const label& name) {
  out += name.empty() ? "an unnamed child" : quoted(name.view());
}

}  // namespace covey::runtime
