// SPDX-License-Identifier: Apache-2.0
// From the rings to the file.
#include "trace/trace_session.hpp"

#include "base/quiet_thread.hpp"
#include "platform/signal_mask.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <pthread.h>
#include <stdexcept>
#include <tuple>
#include <unistd.h>

namespace covey::runtime {

namespace {

// Text is written when it has grown to this, even in the middle of a pass.
constexpr std::size_t enough_text = 1U << 20U;

[[nodiscard]] std::size_t checked_ring(const amount& events) {
  constexpr std::int64_t least = 4;
  constexpr std::int64_t most = 1 << 24;
  if (events.value() < least || events.value() > most) {
    throw std::invalid_argument("covey: trace_options::ring_events must be 4 to 16777216");
  }
  return std::bit_ceil(static_cast<std::size_t>(events.value()));
}

[[nodiscard]] std::chrono::nanoseconds checked_interval(std::chrono::nanoseconds interval) {
  if (interval < std::chrono::milliseconds(1) || interval > std::chrono::hours(1)) {
    throw std::invalid_argument("covey: trace_options::flush must be 1 ms to 1 h");
  }
  return interval;
}

// One element, so that all others have a comma before them; the member "covey" says whose trace it is.
[[nodiscard]] std::string head() {
  std::string first;
  trace_line(first, 'M', {0, 0}, "process_name").object("args").text("name", "covey");
  return R"({"displayTimeUnit":"ns","otherData":{"covey":1},"traceEvents":[)" + first.substr(1);
}

}  // namespace

trace_session::trace_session(const std::string& path, const trace_options& options)
    : interval_(checked_interval(options.flush)),
      file_((static_cast<void>(checked_ring(options.ring_events)), path), head()),
      begin_(trace_anchor::now()),
      before_(begin_) {
  trace_rings::open(checked_ring(options.ring_events));
  try {
    const sigset_t mask = process_mask();
    const all_signals_blocked quiet;
    thread_ = std::thread([this, mask] {
      take_mask(mask);
      run();
    });
  } catch (const std::system_error& error) {
    trace_rings::close();
    throw trace_error(std::string("covey: no thread for the trace: ") + error.what(), error.code());
  }
}

trace_session::~trace_session() {
  if (thread_.joinable()) {
    try {
      stop();
    } catch (...) {
      // nobody is there who could be told
    }
  }
}

trace_result trace_session::stop() {
  trace_rings::close();
  ending_.store(true, std::memory_order_relaxed);
  trace_rings::wake();
  thread_.join();
  if (failure_ == nullptr) {
    file_.close();
  } else {
    std::rethrow_exception(failure_);
  }
  const std::uint64_t lost = std::accumulate(lost_.begin(), lost_.end(), std::uint64_t{0});
  return {story_.events(), lost + story_.forgotten()};
}

void trace_session::run() noexcept {
  ::pthread_setname_np(::pthread_self(), "covey-trace");
  try {
    bool last = false;
    while (!last) {
      trace_rings::sleep(clock::now() + interval_);
      last = ending_.load(std::memory_order_relaxed);
      pass(last);
    }
  } catch (...) {
    failure_ = std::current_exception();
    trace_rings::close();
  }
}

// Events of different rings are put in order by their ticks. An event that is older than this pass is in its ring by
// now, or was not seen by anybody yet: who spawns a child writes so before the child can be found. What is younger waits
// for the next pass, so that a start is never told before its spawn.
void trace_session::pass(bool last) {
  const trace_anchor now = trace_anchor::now();
  collect();
  for (const trace_named& each : names_) {
    story_.name(each);
  }
  names_.clear();
  tell_until(now, last);
  tell_losses(now.ns - begin_.ns);
  story_.tell_counts(now.ns - begin_.ns);
  if (last) {
    // Workers that still run have told of what happened after this pass began, too.
    const auto latest = std::max_element(latest_ns_.begin(), latest_ns_.end());
    const std::uint64_t end = latest != latest_ns_.end() ? std::max(*latest, now.ns) : now.ns;
    story_.end(end - begin_.ns);
  }
  file_.append(story_.text());
  story_.text().clear();
  before_ = now;
}

void trace_session::collect() {
  trace_rings::list(rings_);
  lost_.resize(rings_.size());
  latest_.resize(rings_.size());
  latest_ns_.resize(rings_.size());
  const std::size_t old = waiting_.size();
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    // What a worker does happens in the order in which it says so, even if a stamp was taken a little early.
    rings_[i]->drain([&](const trace_event& what) {
      waiting_.push_back({what, i, waiting_.size()});
      latest_[i] = waiting_.back().what.ticks = std::max(latest_[i], what.ticks);
    });
  }
  // A name is there before the first event that needs it.
  for (trace_ring* const each : rings_) {
    each->take_names(names_);
  }
  if (waiting_.size() != old) {
    for (std::size_t i = 0; i < old; ++i) {
      waiting_[i].order = i;  // those of the last time, in the order that they had then
    }
    std::sort(waiting_.begin(), waiting_.end(), [](const moment& a, const moment& b) {
      return std::tie(a.what.ticks, a.order) < std::tie(b.what.ticks, b.order);
    });
  }
}

void trace_session::tell_until(trace_anchor now, bool last) {
  const trace_span span(before_, now);
  const std::uint64_t until = last ? std::numeric_limits<std::uint64_t>::max() : now.ticks;
  auto at = waiting_.begin();
  for (; at != waiting_.end() && at->what.ticks < until; ++at) {
    // One that is older than the span was late, and its time is a guess; order comes first.
    const std::uint64_t ns = std::max(span.ns(at->what.ticks), latest_ns_[at->source]);
    latest_ns_[at->source] = ns;
    story_.tell(at->what, ns - std::min(ns, begin_.ns), at->source);
    if (story_.text().size() > enough_text) {
      file_.append(story_.text());
      story_.text().clear();
    }
  }
  waiting_.erase(waiting_.begin(), at);
}

void trace_session::tell_losses(std::uint64_t ns) {
  for (std::size_t i = 0; i < rings_.size(); ++i) {
    const std::uint64_t lost = rings_[i]->lost();
    if (lost != lost_[i]) {
      story_.tell_lost(lost - lost_[i], ns, i);
      lost_[i] = lost;
    }
  }
}

}  // namespace covey::runtime
