// error: no matching function for call|no matching constructor
// An empty composite cannot be built.
#include <covey/composite_exception.hpp>

covey::composite_exception empty() {
  return covey::composite_exception();
}
