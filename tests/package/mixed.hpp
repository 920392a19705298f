// SPDX-License-Identifier: Apache-2.0
// Two objects of one program, built in different ways, that share nurseries, futures and children of one type.
#pragma once

#include <covey/covey.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

struct add {
  int a;
  int b;
  int operator()() const { return a + b; }
};
struct fail {
  int code;
  int operator()() const { throw std::runtime_error("failed with " + std::to_string(code)); }
};
struct twice {
  int operator()(int item) const { return 2 * item; }
};

// In mixed_spawner.cpp.
covey::child_future<add> spawn_there(covey::nursery& kids, int a, int b);
covey::child_future<fail> spawn_failing_there(covey::nursery& kids, int code);
covey::future<int> spawn_named_there(covey::nursery& kids, std::string_view name);
int take_there(covey::child_future<add>& sum);
int sum_there(int n);
std::vector<int> map_there(const std::vector<int>& items);
bool waits_for_stop_there(const covey::stop_token& stop);
