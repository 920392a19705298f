// SPDX-License-Identifier: Apache-2.0
// The JSON form of the costs.
#include "model/costs.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

namespace model {

const std::array<named_cost, 20>& cost_names() {
  static constexpr std::array<named_cost, 20> all{{
      {"fib_task_ns", &costs::fib_task},
      {"skynet_task_ns", &costs::skynet_task},
      {"flat_task_ns", &costs::flat_task},
      {"work_ns", &costs::work},
      {"publish_ns", &costs::publish},
      {"slow_get_ns", &costs::slow_get},
      {"announce_ns", &costs::announce},
      {"probe_ns", &costs::probe},
      {"disturb_ns", &costs::disturb},
      {"steal_ns", &costs::steal},
      {"pause_ns", &costs::pause},
      {"wake_call_ns", &costs::wake_call},
      {"wake_ns", &costs::wake},
      {"start_ns", &costs::start},
      {"barrier_ns", &costs::barrier},
      {"barrier_per_core_ns", &costs::barrier_per_core},
      {"interrupt_ns", &costs::interrupt},
      {"spin_length_ns", &costs::spin_length},
      {"force_after_ns", &costs::force_after},
      {"help_length_ns", &costs::help_length},
  }};
  return all;
}

costs read_costs(const std::string& path, const costs& base) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error("cannot read " + path);
  }
  const nlohmann::json value = nlohmann::json::parse(file, nullptr, false);
  if (!value.is_object()) {
    throw std::runtime_error(path + ": not a JSON object");
  }
  costs result = base;
  const auto refuse = [&path](std::string why) {
    throw std::runtime_error(why.insert(0, ": ").insert(0, path));
  };
  for (const auto& [name, number] : value.items()) {
    const auto& known = cost_names();
    const auto found = std::find_if(
        known.begin(), known.end(), [&key = name](const named_cost& c) { return key == c.name; });
    constexpr double most = 1e9;
    if (found == known.end()) {
      refuse("unknown cost " + name);
    }
    if (!number.is_number() || number.get<double>() < 0 || number.get<double>() > most) {
      refuse(name + " must be 0 to 1e9 nanoseconds");
    }
    result.*(found->value) = number.get<double>();
  }
  return result;
}

void print_costs(std::ostream& out, const costs& prices) {
  nlohmann::ordered_json value = nlohmann::ordered_json::object();
  for (const named_cost& each : cost_names()) {
    value[each.name] = prices.*(each.value);
  }
  out << value.dump(2) << "\n";
}

}  // namespace model
