// SPDX-License-Identifier: Apache-2.0
// Opens early, writes late, and says what failed.
#include "harness/outputs.hpp"

#include "harness/html_report.hpp"
#include "harness/json_report.hpp"
#include "harness/markdown_report.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <system_error>
#include <utility>

namespace bench {
namespace {

void complain_of(const std::string& path, const std::string& reason) {
  std::cerr << "covey-bench: cannot write " << path << ": " << reason << "\n";
}

}  // namespace

bool outputs::add(const std::string& path, std::function<std::string(const session&)> text) {
  if (!std::ofstream(path, std::ios::app)) {
    complain_of(path, std::generic_category().message(errno));
    return false;
  }
  files_.push_back({.path = path, .text = std::move(text)});
  return true;
}

bool outputs::open(const options& wanted) {
  if (!wanted.json.empty() && !add(wanted.json, json_report)) {
    return false;
  }
  if (wanted.report.empty()) {
    return true;
  }
  const std::filesystem::path folder = wanted.report;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    complain_of(wanted.report, failed.message());
    return false;
  }
  page_ = (folder / "report.html").string();
  return add((folder / "report.json").string(), json_report) &&
         add((folder / "report.md").string(), markdown_report) && add(page_, html_report);
}

bool outputs::write(const session& all) {
  bool good = true;
  for (const file& one : files_) {
    std::ofstream stream(one.path);
    stream << one.text(all);
    stream.close();
    if (!stream) {
      std::cerr << "covey-bench: writing " << one.path << " failed\n";
      good = false;
    }
  }
  if (!page_.empty()) {
    std::cout << "\nreport: " << page_ << "\n";
  }
  return good;
}

}  // namespace bench
