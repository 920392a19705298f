// error: generic lambdas, `auto` parameters and overloaded operator\(\) cannot be read
// A handler must say which exception it takes.
#include <covey/composite_exception.hpp>

std::size_t take(const covey::composite_exception& failures) {
  return covey::handle(failures, [](const auto&) {});
}
