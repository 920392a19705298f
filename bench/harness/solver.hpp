// SPDX-License-Identifier: Apache-2.0
// Makes a contender of a function that solves a problem: what calls it, with how many threads, and its registration.
#pragma once

#include "harness/contender.hpp"
#include "harness/measure.hpp"
#include "harness/registrations.hpp"

#include <cstddef>
#include <string_view>

namespace bench {

/// A runtime that is none: plain calls.
struct on_this_thread {
  template <class Body>
  static measurement run(std::size_t /*threads*/, const Body& body) {
    return body();
  }
};

/// `Solve` takes a `Problem&` and is called on a thread of the runtime.
template <class Problem, auto Solve, class Runtime = on_this_thread>
struct solver : registration<Problem> {
  explicit solver(std::string_view name) : registration<Problem>(name, run) {}

  static measurement run(const setup& setup) {
    return Runtime::run(setup.threads, [&setup] { return measure<Problem>(setup, Solve); });
  }
};

/// The same for several workloads that differ in a number: `Contender` has `template <class Problem> static void
/// solve(Problem& p)`. For `registrations`.
template <class Contender, class Runtime = on_this_thread>
struct solves {
  template <class Problem>
  static measurement run(const setup& setup) {
    return Runtime::run(setup.threads, [&setup] {
      return measure<Problem>(setup, &Contender::template solve<Problem>);
    });
  }
};

}  // namespace bench
