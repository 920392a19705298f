// SPDX-License-Identifier: Apache-2.0
// The workloads that are items by number, p.work(0) to p.work(p.count() - 1), and one contender for all of them.
#pragma once

#include "harness/contender.hpp"
#include "harness/measure.hpp"
#include "harness/registrations.hpp"
#include "mandelbrot/workload.hpp"
#ifdef COVEY_BENCH_COMPRESSION
#  include "compression/workload.hpp"
#endif
#ifdef COVEY_BENCH_DIGEST
#  include "digest/workload.hpp"
#endif

namespace batches {

/// Makes contenders of a class that has `template <class Problem> static bench::measurement run(const bench::setup&)`.
template <class Contender>
using registrations = bench::registrations<Contender,
#ifdef COVEY_BENCH_COMPRESSION
                                           compression::problem,
#endif
#ifdef COVEY_BENCH_DIGEST
                                           digest::problem,
#endif
                                           mandelbrot::problem>;

}  // namespace batches
