// SPDX-License-Identifier: Apache-2.0
// The example of composite_exception: what to do with the failures of a batch.
#include <covey/composite_exception.hpp>
#include <covey/nursery.hpp>

#include <cstdio>
#include <stdexcept>
#include <string>
#include <system_error>

namespace {

struct bad_tile : std::runtime_error {
  using std::runtime_error::runtime_error;
};

void render(int tile) {
  if (tile == 17) {
    throw bad_tile("tile " + std::to_string(tile) + " is black");
  }
  if (tile == 18) {
    throw std::system_error(std::make_error_code(std::errc::no_space_on_device), "saving a tile");
  }
}

void render_all() {
  covey::nursery kids{{.name = "tiles", .policy = covey::policy::supervise}};
  for (int tile = 0; tile < 32; ++tile) {
    kids.run("tile " + std::to_string(tile), [tile] { render(tile); });
  }
  kids.join();
}

}  // namespace

int main() {
  try {
    render_all();
  } catch (const covey::composite_exception& failures) {
    std::puts(failures.what());
    const std::size_t handled = covey::handle(
        failures,
        [](const bad_tile& bad, const covey::leaf& at) {
          std::printf("again: %s (%s)\n", to_string(at.where().spawned_at).c_str(), bad.what());
        },
        [](const std::system_error& error) {
          std::printf("disk: %s\n", error.code().message().c_str());
        });
    return handled == 2 ? 0 : 1;
  }
  return 1;
}
