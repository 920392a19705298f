// SPDX-License-Identifier: Apache-2.0
// Registers one class as the contender of several workloads that differ in a number.
#pragma once

#include "harness/contender.hpp"

#include <string_view>

namespace bench {

/// `Contender` has `template <class Problem> static measurement run(const setup&)`.
template <class Contender, class... Problems>
struct registrations {
  explicit registrations(std::string_view name) {
    (add_contender({Problems::workload, name, Problems::sizes, &Contender::template run<Problems>}),
     ...);
  }
};

}  // namespace bench
