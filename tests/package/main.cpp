// SPDX-License-Identifier: Apache-2.0
// The smallest whole program of a user: two children, their sum, and a failure that comes back.
#include <covey/covey.hpp>

#include <stdexcept>

int main() {
  covey::nursery kids;
  covey::future<int> a = kids.spawn([] { return 20; });
  covey::future<int> b = kids.spawn([] { return 22; });
  kids.join();
  try {
    covey::nursery failing;
    failing.run([] { throw std::runtime_error("as planned"); });
    failing.join();
  } catch (const covey::composite_exception&) {
    return a.get() + b.get() == 42 ? 0 : 1;
  }
  return 2;
}
