// SPDX-License-Identifier: Apache-2.0
// The loops as handlers of a Boost.Asio thread_pool: sixteen pieces for each thread, so that the ends come out even.
#include "harness/in_asio.hpp"
#include "loops/pieces.hpp"
#include "loops/workload.hpp"

namespace {

struct posted {
  template <class Problem>
  static bench::measurement run(const bench::setup& setup) {
    return bench::in_asio(setup.threads, [&setup](boost::asio::thread_pool& pool) {
      const std::size_t pieces = setup.threads * loops::pieces_a_thread;
      return bench::measure<Problem>(setup, [&pool, pieces](Problem& p) {
        bench::post_and_wait(pool, pieces, [&p, pieces](std::uint64_t i) {
          loops::work_on(p, loops::piece_of(p.count(), i, pieces));
        });
      });
    });
  }
};

const loops::registrations<posted> registered("asio");

}  // namespace
