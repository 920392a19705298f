// SPDX-License-Identifier: Apache-2.0
// What a batch makes of an item that threw: a failure with index and name, or an item that obeyed a stop.
#include "batch/shares.hpp"
#include "outcome/ended_stop.hpp"
#include "outcome/failures.hpp"

#include <covey/detail/batch/item_failures.hpp>
#include <covey/detail/batch/spread.hpp>
#include <covey/this_task.hpp>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

namespace covey::detail {

using namespace runtime;  // NOLINT(google-build-using-namespace): the compiled half of the same thing

namespace {

constexpr std::uint64_t after_items = ~std::uint64_t{0} - 1;  // the order of other failures

// Inside a handler. Ends the process for a forced unwind (pthread_cancel): it must not be swallowed, and no caller can take
// it.
void refuse_forced_unwind(const label& what, const site& where) noexcept {
  if (std::current_exception() == nullptr) {
    std::fprintf(
        stderr,
        "covey: a thread was cancelled or unwound by force inside '%.*s' of the batch at %s:%u\n",
        static_cast<int>(what.view().size()),
        what.view().data(),
        where.file(),
        static_cast<unsigned>(where.line()));
    std::abort();
  }
}

// Inside a handler: whether the item was stopped, by a stop of the batch or by one of a nursery of its own.
[[nodiscard]] bool obeyed_stop(spread& w) noexcept {
  stop_reason why;
  if (!obeys_stop(w.of, false) && ended_in_here(why) != absorbed::stop) {
    return false;
  }
  w.stopped.fetch_add(1, std::memory_order_relaxed);
  return true;
}

}  // namespace

bool item_threw(spread& w, std::uint64_t index, const label& what) noexcept {
  refuse_forced_unwind(what, w.where);
  if (!obeyed_stop(w)) {
    w.failed.fetch_add(1, std::memory_order_relaxed);
    keep_item_failure(w.of, index, what, w.where);
  }
  return may_start(w);
}

std::exception_ptr item_failed(spread& w, const label& what, bool& go_on) noexcept {
  refuse_forced_unwind(what, w.where);
  if (obeyed_stop(w)) {
    go_on = may_start(w);
    return nullptr;
  }
  w.failed.fetch_add(1, std::memory_order_relaxed);
  stop_for_item(w.of, what, w.where);
  go_on = may_start(w);
  return std::current_exception();
}

void also_failed(spread& w, std::string_view what) noexcept {
  // The child that calls the progress function is asked to stop at the end of the batch.
  if (!obeys_stop(w.of, this_task::stop_requested())) {
    keep_item_failure(w.of, after_items, label(what), w.where);
  }
}

void range_failed(spread& w) noexcept {
  if (!w.halted.exchange(true, std::memory_order_seq_cst) && !obeys_stop(w.of, false)) {
    keep_item_failure(w.of, after_items, label("range"), w.where);
  }
}

// A label leaves out the middle of a long text: the number and the end of the text tell which item it is.
label name_of_item(std::uint64_t index, std::string_view text) noexcept {
  std::array<char, 4 * label::capacity> room{};
  const label shown(
      text);  // with both ends of the text; it is cut once more with the number before it
  const int length = shown.empty() ? std::snprintf(room.data(), room.size(), "item %" PRIu64, index)
                                   : std::snprintf(room.data(),
                                                   room.size(),
                                                   "item %" PRIu64 " (%.*s)",
                                                   index,
                                                   static_cast<int>(shown.view().size()),
                                                   shown.view().data());
  return label(std::string_view(room.data(), static_cast<std::size_t>(std::max(length, 0))));
}

}  // namespace covey::detail
