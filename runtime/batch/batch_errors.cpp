// SPDX-License-Identifier: Apache-2.0
// What batches throw.
#include <covey/detail/batch/batch_errors.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/detail/compiled/scope_questions.hpp>
#include <covey/error.hpp>
#include <covey/outcome.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace covey::detail {

void throw_shrunk(std::uint64_t from, std::uint64_t to) {
  throw structure_error("covey: the range of a batch shrank from " + std::to_string(from) + " to " +
                        std::to_string(to) + " items while the batch ran");
}

void throw_partial(const char* instead) {
  throw std::invalid_argument(
      std::string("covey: on_timeout = return_partial needs a result that can say what is "
                  "missing; use ") +
      instead + "()");
}

void throw_unfinished(const spread& w) {
  stop_reason why = outcome_of(w.of).stop;
  if (why.kind == stop_kind::none) {
    // The batch went on; an item ended with the stop of a nursery of its own.
    why.kind = stop_kind::explicit_stop;
    why.site = w.where;
    why.text = label("an item was stopped and has no value");
  }
  throw cancelled(why);
}

}  // namespace covey::detail
