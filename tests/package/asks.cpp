// SPDX-License-Identifier: Apache-2.0
// The smallest program that asks for what it has in common with the library.
#include <covey/task_info.hpp>

int main() {
}
