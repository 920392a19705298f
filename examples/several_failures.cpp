// SPDX-License-Identifier: Apache-2.0
// Several failures at once: all of them are kept, in the order of the spawns, and handled by type.
// In asyncio: `except* ValueError as group:` over an ExceptionGroup; here: covey::handle.

#include <covey/covey.hpp>

#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace {

class bad_record : public std::runtime_error {
 public:
  bad_record(int line, const std::string& text)
      : std::runtime_error("line " + std::to_string(line) + ": " + text),
        line_(line) {}
  [[nodiscard]] int line() const noexcept { return line_; }

 private:
  int line_;
};

// Two files, each with children of its own; `supervise` lets the sound lines be read whatever happens to the others.
void import_file(std::string_view name, const std::vector<std::string>& lines) {
  covey::nursery kids{{.name = name, .policy = covey::policy::supervise}};
  for (int line = 1; const std::string& text : lines) {
    kids.run("line " + std::to_string(line), [line, &text] {
      if (text.empty()) {
        throw bad_record(line, "is empty");
      }
      if (text == "disk") {
        throw std::system_error(std::make_error_code(std::errc::no_space_on_device), "writing");
      }
      if (text == "42") {
        throw 42;  // not a std::exception, and kept all the same
      }
    });
    ++line;
  }
}

void import_both() {
  static const std::vector<std::string> people{"ann", "", "bob", "disk"};
  static const std::vector<std::string> places{"", "42", "rome"};
  covey::nursery kids{{.name = "import", .policy = covey::policy::supervise}};
  kids.run("people", [] { import_file("people.txt", people); });
  kids.run("places", [] { import_file("places.txt", places); });
  kids.join();
}

std::string path_of(const covey::leaf& failed) {
  std::string path;
  for (const covey::path_step& step : failed.path()) {
    path += (path.empty() ? "" : " > ") + std::string(step.task.view());
  }
  return path;
}

void handle_everything() {
  std::cout << "-- every failure has a handler\n";
  try {
    import_both();
  } catch (const covey::composite_exception& failed) {
    const std::size_t handled = covey::handle(
        failed,
        [](const bad_record& error, const covey::leaf& where) {
          std::cout << "mend " << path_of(where) << ": " << error.what() << '\n';
        },
        [](const std::system_error& error) {
          std::cout << "system: " << error.code().message() << '\n';
        },
        [](int number) { std::cout << "somebody threw " << number << '\n'; });
    std::cout << handled << " handled\n";
  }
}

void handle_some() {
  std::cout << "-- what no handler takes goes on, with the shape of the tree\n";
  try {
    try {
      import_both();
    } catch (const covey::composite_exception& failed) {
      covey::handle(failed, [](const bad_record& error) {
        std::cout << "mend line " << error.line() << '\n';
      });
    }
  } catch (const covey::composite_exception& rest) {
    for (const covey::leaf& left : rest.leaves()) {
      std::cout << "left: " << path_of(left) << ": " << left.type_name() << '\n';
    }
  }
}

void look_first() {
  std::cout << "-- a composite can be sorted without handling it\n";
  try {
    import_both();
  } catch (const covey::composite_exception& failed) {
    const auto bad = failed.subgroup<bad_record>();
    std::cout << failed.size() << " failures, " << (bad ? bad->size() : 0)
              << " of them bad records\n";
  }
}

}  // namespace

int main() {
  handle_everything();
  handle_some();
  look_first();
}
