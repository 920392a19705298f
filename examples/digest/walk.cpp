// SPDX-License-Identifier: Apache-2.0
// The walk keeps its own stack: deep folders cost memory, not call frames.

#include "walk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace digest {
namespace {

struct pending {
  std::string path;
  std::size_t depth = 0;
};

struct identity {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const identity&, const identity&) = default;
};

class walker {
 public:
  walker(bool follow, walk_result& found) : follow_(follow), found_(found) {}

  void visit_all(const std::string& start,
                 const covey::stop_token& stop,
                 const std::function<void()>& on_step) {
    todo_.push_back({start, 0});
    while (!todo_.empty()) {
      on_step();
      if (stop.stop_requested()) {
        found_.complete = false;
        return;
      }
      const pending next = std::move(todo_.back());
      todo_.pop_back();
      visit(next);
    }
  }

 private:
  void visit(const pending& at) {
    struct stat info {};
    const bool through_links = follow_ || at.depth == 0;
    const int status =
        through_links ? ::stat(at.path.c_str(), &info) : ::lstat(at.path.c_str(), &info);
    if (status != 0) {
      fail(at.path, errno);
    } else if (S_ISDIR(info.st_mode)) {
      enter(at, {info.st_dev, info.st_ino});
    } else if (S_ISREG(info.st_mode)) {
      found_.files.push_back({at.path, static_cast<std::uint64_t>(info.st_size), 0});
      found_.bytes += static_cast<std::uint64_t>(info.st_size);
    } else if (S_ISLNK(info.st_mode)) {
      ++found_.symlinks_skipped;
    } else {
      ++found_.special_skipped;
    }
  }

  void enter(const pending& at, identity folder) {
    above_.resize(at.depth);
    if (std::find(above_.begin(), above_.end(), folder) != above_.end()) {
      fail(at.path, ELOOP);
      return;
    }
    above_.push_back(folder);

    std::error_code error;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator entry{at.path, error}, end; !error && entry != end;
         entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    if (error) {
      fail(at.path, error.value());
    }
    // The last one pushed is the next one visited.
    std::sort(names.begin(), names.end(), std::greater<>{});
    for (const std::string& name : names) {
      todo_.push_back(
          {at.path.ends_with('/') ? at.path + name : at.path + '/' + name, at.depth + 1});
    }
  }

  void fail(const std::string& path, int error) { found_.files.push_back({path, 0, error}); }

  bool follow_;
  walk_result& found_;
  std::vector<pending> todo_;
  std::vector<identity> above_;  // the folders from the start down to the one that is being read
};

}  // namespace

walk_result walk(const std::vector<std::string>& paths,
                 bool follow,
                 const covey::stop_token& stop,
                 const std::function<void()>& on_step) {
  walk_result found;
  walker all{follow, found};
  for (const std::string& path : paths) {
    all.visit_all(path, stop, on_step);
  }
  return found;
}

}  // namespace digest
