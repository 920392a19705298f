// SPDX-License-Identifier: Apache-2.0
// The names that programs ask for, as far as this build fits them; and a check of all layouts by the library's compiler.
#include <covey/config.hpp>
#include <covey/detail/abi/layouts.hpp>

namespace covey::detail {

const char COVEY_ABI_VERSION = 0;
const char COVEY_ABI_THREADS = 0;
const char COVEY_ABI_CONTAINERS = 0;
#if defined(COVEY_ABI_KIND)
const char COVEY_ABI_KIND = 0;
#endif

}  // namespace covey::detail
