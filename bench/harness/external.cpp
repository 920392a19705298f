// SPDX-License-Identifier: Apache-2.0
// There is no time limit of its own here: when the driver kills this process, the program dies with it.
#include "harness/external.hpp"

#include "harness/child.hpp"

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace bench {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(external_report, seconds, found, peak_kib)

external_report run_external(const std::string& program,
                             const std::vector<std::string>& arguments) {
  constexpr std::chrono::hours for_ever{24};  // as long as --timeout may be
  const std::filesystem::path here = std::filesystem::read_symlink("/proc/self/exe");
  const ended process = bench::run(
      {.arguments = arguments, .program = (here.parent_path() / program).string()}, for_ever);
  try {
    return nlohmann::json::parse(process.report).get<external_report>();
  } catch (const nlohmann::json::exception&) {
    throw std::runtime_error(program + " reported nothing" +
                             (process.signal == 0
                                  ? ", exit code " + std::to_string(process.exit_code)
                                  : ", signal " + std::to_string(process.signal)));
  }
}

}  // namespace bench
