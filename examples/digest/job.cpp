// SPDX-License-Identifier: Apache-2.0
// One batch with the policy supervise: a file that fails does not stop the others, and none of the failures is lost.

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

/// The nursery around the walk and the batch: its deadline counts from the start of the walk.
covey::nursery_options options_for_all(const options& wanted,
                                       covey::nursery& job,
                                       covey::pool& workers) {
  covey::nursery_options all{
      .name = "digest all",
      .on_timeout = covey::on_timeout::return_partial,
      .parent = job,
      .pool = &workers,
  };
  if (wanted.timeout) {
    all.timeout = std::chrono::duration<double>(*wanted.timeout);
  }
  return all;
}

/// What one item does.
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
}

/// An item's memory does not depend on the size of its file, hence a limit, and no budget of bytes.
void digest_each(const hasher& hash, job_result& result, progress& shown) {
  covey::batch_options batch{
      .name = "files",
      .policy = covey::policy::supervise,
      .limit = result.in_flight,
      .max_failures = 1'000'000,
  };
  shown.attach_to(batch);
  covey::for_each(
      result.found.files,
      [&](const found_file& file) {
        const auto index = static_cast<std::size_t>(&file - result.found.files.data());
        digest_one(hash, index, result, shown);
      },
      batch);
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
          const covey::leaf& other) {  // no memory, say; the item's name has the start of the path
        result.failures.push_back({std::string(other.where().task.view()), other.message(), 0});
      });
}

/// Digests what was found; ends early by a stop of any kind, and then says which.
void hash_files(covey::nursery& all, const options& wanted, job_result& result, progress& shown) {
  const hasher hash{wanted.algorithm};
  const steady::time_point start = steady::now();
  shown.expect(result.found.bytes);
  try {
    digest_each(hash, result, shown);
  } catch (const covey::composite_exception& failed) {
    keep_failures(failed, result);
  } catch (const covey::cancelled&) {  // what was finished before the stop is in the slots
  }
  shown.finish();
  result.seconds = seconds_since(start);
  try {
    all.join();
  } catch (const covey::cancelled&) {  // the job was stopped; the outcome tells
  }
  result.stopped_by = all.outcome().stop.kind;
}

}  // namespace

job_result digest_all(const options& wanted,
                      covey::nursery& job,
                      covey::pool& workers,
                      progress& shown) {
  job_result result;
  result.threads = workers.size();
  result.in_flight = wanted.in_flight.value_or(static_cast<std::int64_t>(4 * workers.size()));
  covey::nursery all{options_for_all(wanted, job, workers)};

  const steady::time_point walk_start = steady::now();
  result.found =
      walk(wanted.paths, wanted.follow, all.get_stop_token(), [&shown] { shown.looking(); });
  result.files.resize(result.found.files.size());
  result.walk_seconds = seconds_since(walk_start);
  hash_files(all, wanted, result, shown);
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
  again.in_flight = before.in_flight;
  covey::nursery all{options_for_all(wanted, job, workers)};
  hash_files(all, wanted, again, hidden);
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
