// SPDX-License-Identifier: Apache-2.0
// The pictures of the HTML report.
#pragma once

#include "harness/session.hpp"
#include "harness/svg.hpp"

#include <map>
#include <string>
#include <vector>

namespace bench {

/// What each contender of a session looks like, everywhere in its report.
class looks {
 public:
  explicit looks(const session& all);
  [[nodiscard]] const svg::look& of(const std::string& contender) const;

 private:
  std::map<std::string, svg::look> known_;
};

/// Each rival's time divided by covey's, a row for each workload. Empty when nobody can be compared.
[[nodiscard]] std::string ratio_chart(const session& all, const looks& styles);

/// The times of one section, a row for each contender, on an axis that fits all sections of the workload.
[[nodiscard]] std::string time_chart(const section& at,
                                     const std::vector<const section*>& of_workload,
                                     const looks& styles);

/// Speed-up over serial by the number of threads. Empty when there is no serial or but one number.
[[nodiscard]] std::string speedup_chart(const std::vector<const section*>& of_workload,
                                        const looks& styles);

}  // namespace bench
