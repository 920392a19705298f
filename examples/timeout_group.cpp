// SPDX-License-Identifier: Apache-2.0
// A timeout over a group: when it expires, the scope asks its children to stop, waits for them, and tells.
// In asyncio: `async with asyncio.timeout(2)` around a TaskGroup. A stop is a request: children obey at a checkpoint.

#include <covey/covey.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;

// Work without an end. checkpoint() throws covey::cancelled once the scope was asked to stop.
void count_for_ever(std::uint64_t& counted) {
  for (;;) {
    ++counted;
    covey::this_task::checkpoint();
  }
}

void an_error() {
  std::uint64_t counted = 0;
  try {
    covey::nursery kids{{.name = "endless", .timeout = 20ms}};
    kids.run("counter", [&counted] { count_for_ever(counted); });
    kids.run("sleeper", [] { covey::this_task::sleep_for(24h); });  // wakes at once
    kids.join();
  } catch (const covey::timeout_error& late) {
    std::cout << "error: the deadline of '" << late.why().scope.view() << "' passed\n";
  }
}

// With return_partial the join returns, and outcome() tells what there is.
void a_partial_result() {
  std::vector<covey::future<int>> answers;
  covey::nursery_outcome outcome;
  {
    covey::nursery kids{{.name = "answers", .on_timeout = covey::on_timeout::return_partial}};
    for (int i = 0; i < 3; ++i) {
      answers.push_back(kids.spawn([i] { return i * 100; }));
    }
    for (const covey::future<int>& answer : answers) {
      answer.wait();
    }
    answers.push_back(kids.spawn("slow", [] {
      covey::this_task::sleep_for(24h);
      return -1;
    }));
    kids.expire_after(
        20ms);  // a deadline can be set, and moved both ways, while the nursery is open
    kids.join();
    outcome = kids.outcome();
  }
  std::cout << "partial: " << outcome.done << " done, " << outcome.stopped << " stopped:";
  for (covey::future<int>& answer : answers) {
    try {
      const int value = answer.get();
      std::cout << ' ' << value;
    } catch (const covey::cancelled& stopped) {
      std::cout << " (" << covey::to_string(stopped.why().kind) << ')';
    }
  }
  std::cout << '\n';
}

// A failure is never lost to a timeout: the join throws the composite, which tells of the deadline as well.
void a_failure_beside_the_timeout() {
  try {
    covey::nursery kids{{.name = "saving", .timeout = 20ms}};
    kids.run([] {
      try {
        covey::this_task::sleep_for(24h);
      } catch (const covey::cancelled&) {
        throw std::runtime_error("could not save what was done");
      }
    });
    kids.join();
  } catch (const covey::composite_exception& failed) {
    std::cout << "failure: " << failed.leaves().front().message()
              << " (stopped by: " << covey::to_string(failed.stop_reason().kind) << ")\n";
  }
}

// The deadline of an outer scope holds for all that is inside, and remaining() tells how long that is.
void the_outer_deadline_holds() {
  covey::nursery outer{
      {.name = "outer", .timeout = 20ms, .on_timeout = covey::on_timeout::return_partial}};
  auto inner_ended = outer.spawn([] {
    const bool bounded = covey::this_task::remaining().has_value();
    covey::nursery inner{{.name = "inner", .timeout = 24h}};
    inner.run([] { covey::this_task::sleep_for(12h); });
    try {
      inner.join();
    } catch (const covey::cancelled& stopped) {
      return std::string(bounded ? "bounded, " : "unbounded, ") + "stopped by '" +
             std::string(stopped.why().scope.view()) + "'";
    }
    return std::string("not stopped");
  });
  inner_ended.wait();
  outer.join();
  std::cout << "inner: " << inner_ended.get() << '\n';
}

}  // namespace

int main() {
  an_error();
  a_partial_result();
  a_failure_beside_the_timeout();
  the_outer_deadline_holds();
}
