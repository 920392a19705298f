// SPDX-License-Identifier: Apache-2.0
// The workloads that are items by number, p.work(0) to p.work(p.count() - 1), and one contender for all of them.
#pragma once

#include "harness/contender.hpp"
#include "harness/measure.hpp"
#include "mandelbrot/workload.hpp"
#ifdef COVEY_BENCH_COMPRESSION
#  include "compression/workload.hpp"
#endif
#ifdef COVEY_BENCH_DIGEST
#  include "digest/workload.hpp"
#endif

#include <string_view>

namespace batches {

/// Makes contenders of a class that has `template <class Problem> static bench::measurement run(const bench::setup&)`.
template <class Contender>
struct registrations {
  explicit registrations(std::string_view name)
      : of_mandelbrot(name, &Contender::template run<mandelbrot::problem>)
#ifdef COVEY_BENCH_COMPRESSION
        ,
        of_compression(name, &Contender::template run<compression::problem>)
#endif
#ifdef COVEY_BENCH_DIGEST
        ,
        of_digest(name, &Contender::template run<digest::problem>)
#endif
  {
  }
  bench::registration<mandelbrot::problem> of_mandelbrot;
#ifdef COVEY_BENCH_COMPRESSION
  bench::registration<compression::problem> of_compression;
#endif
#ifdef COVEY_BENCH_DIGEST
  bench::registration<digest::problem> of_digest;
#endif
};

}  // namespace batches
