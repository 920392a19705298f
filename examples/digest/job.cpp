// SPDX-License-Identifier: Apache-2.0
// One nursery with the policy supervise: a file that fails does not stop the others, and none of the failures is lost.

#include "job.hpp"

#include <covey/covey.hpp>

#include <chrono>
#include <string>

namespace digest {
namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

covey::nursery_options options_for_files(const options& wanted,
                                         covey::nursery& job,
                                         covey::pool& workers,
                                         std::int64_t in_flight) {
  covey::nursery_options files{
      .name = "files",
      .policy = covey::policy::supervise,
      .limit = in_flight,
      .on_timeout = covey::on_timeout::return_partial,
      .parent = job,
      .pool = &workers,
      .max_failures = 1'000'000,
  };
  if (wanted.timeout) {
    files.timeout = std::chrono::duration<double>(*wanted.timeout);
  }
  return files;
}

/// What one child does.
void digest_one(const hasher& hash, std::size_t index, job_result& result, progress& shown) {
  const found_file& file = result.found.files[index];
  file_result& slot = result.files[index];
  if (file.error != 0) {
    throw file_error(index, file.error, file.path);
  }
  slot.digests = hash.of(index, file.path, [&slot, &shown](std::size_t chunk) {
    slot.bytes += chunk;
    shown.add_bytes(chunk);
    covey::this_task::checkpoint();
  });
  slot.state = file_state::done;
  shown.add_file();
}

void spawn_all(covey::nursery& files, const hasher& hash, job_result& result, progress& shown) {
  for (std::size_t i = 0; i < result.files.size() && !files.stop_requested(); ++i) {
    files.run(result.found.files[i].path,
              [&hash, i, &result, &shown] { digest_one(hash, i, result, shown); });
  }
}

void keep_failures(const covey::composite_exception& failed, job_result& result) {
  result.failures_not_kept = failed.not_kept();
  covey::handle(
      failed,
      [&result](const file_error& error) {
        result.files[error.index()].state = file_state::failed;
        result.failures.push_back(
            {result.found.files[error.index()].path, error.code().message(), error.code().value()});
      },
      [&result](
          const covey::leaf& other) {  // no memory, say; the child's name is the start of the path
        result.failures.push_back({std::string(other.where().task.view()), other.message(), 0});
      });
}

/// Digests what was found; ends early by a stop of any kind, and then says which.
void hash_files(covey::nursery& files, const options& wanted, job_result& result, progress& shown) {
  const hasher hash{wanted.algorithm};
  const steady::time_point start = steady::now();
  shown.expect(result.found.files.size(), result.found.bytes);
  try {
    spawn_all(files, hash, result, shown);
    files.join();
  } catch (const covey::composite_exception& failed) {
    keep_failures(failed, result);
  } catch (const covey::
               cancelled&) {  // the parent was stopped; what was finished before is in the slots
  }
  result.seconds = seconds_since(start);
  result.stopped_by = files.outcome().stop.kind;
}

}  // namespace

job_result digest_in_nursery(const options& wanted,
                             covey::nursery& job,
                             covey::pool& workers,
                             progress& shown) {
  job_result result;
  result.threads = workers.size();
  result.in_flight = wanted.in_flight.value_or(static_cast<std::int64_t>(4 * workers.size()));
  covey::nursery files{options_for_files(wanted, job, workers, result.in_flight)};

  const steady::time_point walk_start = steady::now();
  result.found = walk(wanted.paths, wanted.follow, files.get_stop_token());
  result.files.resize(result.found.files.size());
  result.walk_seconds = seconds_since(walk_start);
  hash_files(files, wanted, result, shown);
  return result;
}

serial_result compare_with_serial(const options& wanted,
                                  const job_result& before,
                                  covey::nursery& job,
                                  covey::pool& workers) {
  serial_result result;
  job_result again;
  for (std::size_t i = 0; i < before.files.size(); ++i) {
    if (before.files[i].state == file_state::done) {
      again.found.files.push_back(before.found.files[i]);
    }
  }
  again.files.resize(again.found.files.size());

  const hasher hash{wanted.algorithm};
  const steady::time_point start = steady::now();
  for (std::size_t i = 0; i < again.files.size() && !job.stop_requested(); ++i) {
    try {
      again.files[i].digests = hash.of(i, again.found.files[i].path, [](std::size_t) {});
    } catch (
        const file_error&) {  // it could be read a moment ago: its digest stays empty, and so different
    }
  }
  result.seconds = seconds_since(start);
  for (std::size_t i = 0, j = 0; i < before.files.size(); ++i) {
    if (before.files[i].state == file_state::done) {
      result.different += again.files[j++].digests == before.files[i].digests ? 0U : 1U;
    }
  }

  progress hidden{false, {}};
  covey::nursery files{options_for_files(wanted, job, workers, before.in_flight)};
  hash_files(files, wanted, again, hidden);
  result.nursery_seconds = again.seconds;
  result.complete = again.stopped_by == covey::stop_kind::none;
  return result;
}

std::uint64_t bytes_done(const job_result& result) {
  std::uint64_t sum = 0;
  for (const file_result& file : result.files) {
    sum += file.state == file_state::done ? file.bytes : 0;
  }
  return sum;
}

std::uint64_t files_done(const job_result& result) {
  std::uint64_t count = 0;
  for (const file_result& file : result.files) {
    count += file.state == file_state::done ? 1U : 0U;
  }
  return count;
}

}  // namespace digest
