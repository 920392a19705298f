// SPDX-License-Identifier: Apache-2.0
// The report for programs. Version 1 of the schema: members may be added, none is taken away or changes its meaning.

#include "report.hpp"
#include "support/text.hpp"

#include <cerrno>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <system_error>

namespace digest {

using support::hexadecimal;
using support::rate;

namespace {

using nlohmann::json;

constexpr int schema_version = 1;

/// Names are bytes, JSON is UTF-8. A name that is not gets its wrong bytes replaced, and its true bytes beside it.
void add_path(json& to, const std::string& path) {
  try {
    static_cast<void>(json(path).dump());
  } catch (const json::type_error&) {
    const auto* const bytes =
        reinterpret_cast<const unsigned char*>(path.data());  // NOLINT: bytes as bytes
    to["path_hex"] = hexadecimal(std::span(bytes, path.size()));
  }
  to["path"] = path;
}

json files_of(const report& about) {
  json files = json::array();
  for (std::size_t i = 0; i < about.result.files.size(); ++i) {
    const file_result& file = about.result.files[i];
    if (file.state != file_state::done) {
      continue;
    }
    json entry;
    add_path(entry, about.result.found.files[i].path);
    entry["bytes"] = file.bytes;
    if (about.wanted.algorithm != algorithm::xxh3) {
      entry["sha256"] = hexadecimal(file.digests.sha256);
    }
    if (about.wanted.algorithm != algorithm::sha256) {
      entry["xxh3_128"] = hexadecimal(file.digests.xxh3);
    }
    files.push_back(std::move(entry));
  }
  return files;
}

json failures_of(const report& about) {
  json failures = json::array();
  for (const failure& failed : about.result.failures) {
    json entry{{"error", failed.message}, {"code", failed.code}};
    add_path(entry, failed.path);
    failures.push_back(std::move(entry));
  }
  return failures;
}

json not_finished_of(const report& about) {
  json paths = json::array();
  for (std::size_t i = 0; i < about.result.files.size(); ++i) {
    if (about.result.files[i].state == file_state::not_finished) {
      json entry;
      add_path(entry, about.result.found.files[i].path);
      paths.push_back(std::move(entry));
    }
  }
  return paths;
}

json whole(const report& about) {
  const job_result& result = about.result;
  const auto bytes = bytes_done(result);
  const auto done = files_done(result);
  json all{
      {"schema", "covey-digest"},
      {"version", schema_version},
      {"state", state_of(about)},
      {"walk_complete", result.found.complete},
      {"threads", result.threads},
      {"in_flight", result.in_flight},
      {"bytes", bytes},
      {"walk_seconds", result.walk_seconds},
      {"seconds", result.seconds},
      {"mb_per_s", rate(static_cast<double>(bytes), result.seconds) / 1e6},
      {"files_per_s", rate(static_cast<double>(done), result.seconds)},
      {"skipped",
       {{"symlinks", result.found.symlinks_skipped}, {"special", result.found.special_skipped}}},
      {"files", files_of(about)},
      {"failures", failures_of(about)},
      {"failures_not_kept", result.failures_not_kept},
      {"not_finished", not_finished_of(about)},
  };
  if (about.serial && about.serial->complete) {
    const serial_result& serial = *about.serial;
    all["serial"] = {{"seconds", serial.seconds},
                     {"nursery_seconds", serial.nursery_seconds},
                     {"speed_up", rate(serial.seconds, serial.nursery_seconds)},
                     {"different", serial.different}};
  }
  return all;
}

}  // namespace

json_file::json_file(const std::string& path)
    : path_(path),
      file_(std::fopen(path.c_str(), "we"), &std::fclose) {
  if (file_ == nullptr) {
    throw std::system_error(errno, std::generic_category(), "cannot write " + path_);
  }
}

void json_file::write(const report& about) {
  const std::string text = whole(about).dump(2, ' ', false, json::error_handler_t::replace) + '\n';
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size();
  const int write_error = errno;
  const bool closed = std::fclose(file_.release()) == 0;
  if (!written || !closed) {
    throw std::system_error(
        written ? errno : write_error, std::generic_category(), "cannot write " + path_);
  }
}

}  // namespace digest
