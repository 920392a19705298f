// SPDX-License-Identifier: Apache-2.0
// The loops as OpenMP loops, with each of the three schedules; the chunk of the dynamic one suits the item's weight.
#include "loops/workload.hpp"

namespace {

template <class Solve>
struct with_threads {
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::measure<Problem>(setup, [threads = static_cast<int>(setup.threads)](Problem& p) {
      Solve::solve(p, threads);
    });
  }
};

struct statically {
  template <class Problem>
  static void solve(Problem& p, int threads) {
#pragma omp parallel for schedule(static) num_threads(threads) default(none) shared(p)
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.results[i] = Problem::work(i);
    }
  }
};

struct dynamically {
  template <class Problem>
  static void solve(Problem& p, int threads) {
#pragma omp parallel for schedule(dynamic, Problem::chunk) num_threads(threads) default(none) \
    shared(p)
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.results[i] = Problem::work(i);
    }
  }
};

struct guided {
  template <class Problem>
  static void solve(Problem& p, int threads) {
#pragma omp parallel for schedule(guided) num_threads(threads) default(none) shared(p)
    for (std::uint32_t i = 0; i < p.count(); ++i) {
      p.results[i] = Problem::work(i);
    }
  }
};

const loops::registrations<with_threads<statically>> registered_static("openmp-static");
const loops::registrations<with_threads<dynamically>> registered_dynamic("openmp-dynamic");
const loops::registrations<with_threads<guided>> registered_guided("openmp-guided");

}  // namespace
