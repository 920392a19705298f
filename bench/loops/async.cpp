// SPDX-License-Identifier: Apache-2.0
// The loops as a std::async for each thread; sixteen pieces for each, so that the ends come out even.
#include "harness/with_async.hpp"
#include "loops/pieces.hpp"
#include "loops/workload.hpp"

namespace {

struct in_pieces {
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    const std::size_t pieces = setup.threads * loops::pieces_a_thread;
    return bench::measure<Problem>(setup, [&setup, pieces](Problem& p) {
      bench::with_async(setup.threads, pieces, [&p, pieces](std::uint64_t i) {
        loops::work_on(p, loops::piece_of(p.count(), i, pieces));
      });
    });
  }
};

const loops::registrations<in_pieces> registered("async");

}  // namespace
