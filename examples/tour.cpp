// SPDX-License-Identifier: Apache-2.0
// The snippets that the README shows, as one program: a test checks that the text there is the text here.
// A snippet lies between `// [name]` and `// [/name]`; the README names it in a comment before its code block.

#include <covey/covey.hpp>
#include <covey/stop_on_signal.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

std::string fetch(int page) {
  return "page " + std::to_string(page);
}
void warm_cache() {
}

void draw_bar(std::uint64_t /*done*/, std::uint64_t /*total*/) {
}

bool is_wanted(int number) {
  return number == 765'432;
}

int parse(const std::string& text) {
  if (text.empty()) {
    throw std::invalid_argument("an empty text");
  }
  return std::stoi(text);
}

void first() {
  // [first]
  covey::future<std::string> a;
  covey::future<std::string> b;
  {
    covey::nursery kids;
    a = kids.spawn([] { return fetch(1); });
    b = kids.spawn("second page", [] { return fetch(2); });
    kids.run([] { warm_cache(); });  // no future
  }  // waits for all three; throws covey::composite_exception if any failed
  std::cout << a.get() << ", " << b.get() << '\n';
  // [/first]
}

void with_nursery() {
  // [with_nursery]
  const std::string both = covey::with_nursery([](covey::nursery& kids) {
    auto left = kids.spawn([] { return fetch(3); });
    auto right = kids.spawn([] { return fetch(4); });
    return left.get() + " and " + right.get();
  });
  // [/with_nursery]
  std::cout << both << '\n';
}

void spawn_and_wait() {
  // [spawn_and_wait]
  const auto [number, page] = covey::spawn_and_wait([] { return 6 * 7; }, [] { return fetch(5); });

  std::vector<std::function<int()>> work;
  for (int i = 0; i < 4; ++i) {
    work.emplace_back([i] { return i * i; });
  }
  const std::vector<int> squares = covey::spawn_and_wait(work);  // in the order given
  // [/spawn_and_wait]
  std::cout << number << ", " << page << ", " << squares.back() << '\n';
}

void failures() {
  // [failures]
  try {
    covey::nursery kids{{.name = "numbers", .policy = covey::policy::supervise}};  // siblings go on
    for (const std::string text : {"1", "", "3", "many"}) {
      kids.run("number " + text, [text] { parse(text); });
    }
    kids.run("disk", [] { throw std::system_error(std::make_error_code(std::errc::io_error)); });
    kids.join();
  } catch (const covey::composite_exception& failed) {
    covey::handle(
        failed,
        [](const std::invalid_argument&, const covey::leaf& at) {
          std::cout << "not a number: '" << at.where().task.view() << "'\n";
        },
        [](const std::system_error& error) { std::cout << error.code().message() << '\n'; });
  }  // what no handler takes is thrown on, as a composite of the same shape
  // [/failures]
}

void timeout() {
  // [timeout]
  try {
    covey::nursery kids{{.name = "search", .timeout = 50ms}};
    kids.run([] {
      for (;;) {
        covey::this_task::
            checkpoint();  // throws covey::cancelled once the nursery was asked to stop
      }
    });
    kids.run([] {
      covey::this_task::sleep_for(24h);
    });  // wakes at once, and holds no worker up meanwhile
    kids.join();
  } catch (const covey::timeout_error& late) {
    std::cout << "too late: '" << late.why().scope.view() << "'\n";
  }
  // [/timeout]
}

void stop() {
  // [stop]
  covey::nursery kids;
  for (const int first : {0, 500'000}) {
    kids.run([&kids, first](const covey::stop_token& token) {
      for (int n = first; n < first + 500'000 && !token.stop_requested(); ++n) {
        if (is_wanted(n)) {
          kids.stop("found " + std::to_string(n));  // the other child need not go on
        }
      }
    });
  }
  kids.join();  // an own stop is no failure
  std::cout << kids.outcome().stop.text.view() << '\n';
  // [/stop]
}

void door() {
  // [door]
  covey::future<std::string> page;
  std::thread foreign;
  {
    covey::nursery kids;
    foreign = std::thread([&page, door = kids.open_door()]() mutable {
      page = door.spawn([] { return fetch(6); });
      door.close();  // until here the nursery stays open
    });
  }
  foreign.join();
  std::cout << page.get() << '\n';
  // [/door]
}

void pool() {
  // [pool]
  covey::pool three{3};
  covey::nursery kids{
      {.name = "tiles", .limit = 16, .pool = &three}};  // at most 16 children at a time
  std::vector<covey::future<int>> tiles;
  for (int i = 0; i < 100; ++i) {
    tiles.push_back(kids.spawn([i] { return i; }));
  }
  kids.join();
  // [/pool]
  int sum = 0;
  for (covey::future<int>& tile : tiles) {
    sum += tile.get();
  }
  std::cout << sum << '\n';
}

void declared_before() {
  // [declared_before]
  std::string greeting = "hello";  // before the nursery: alive until it has waited
  covey::nursery kids;
  const std::string late = ", world";                 // destroyed before `kids` waits
  kids.run([&greeting, late] { greeting += late; });  // so this one is captured by value
  // [/declared_before]
  kids.join();
  std::cout << greeting << '\n';
}

void interruptible() {
  const std::vector<std::string> files{"a.txt", "bb.txt"};
  // [signal]
  covey::nursery job{{.name = "pack"}};
  const covey::stop_on_signal on_signal(job);  // SIGINT and SIGTERM
  for (const std::string& file : files) {
    job.run(file, [] { covey::this_task::checkpoint(); });
  }
  job.join();  // here, so that it is heard as long as there are children
  if (on_signal.caught() != 0) {
    std::cout << "stopped: " << job.outcome().stop.text.view() << '\n';
  }
  // [/signal]
}

void batches() {
  const std::vector<std::string> files{"a.txt", "bb.txt", "", "dddd.txt"};
  // [map]
  const std::vector<std::size_t> sizes =
      covey::map(files, [](const std::string& file) { return file.size(); });  // in their order

  const double sum = covey::transform_reduce(  // the same bits, however many workers there are
      sizes,
      0.0,
      std::plus<>(),
      [](std::size_t size) { return 1.0 / (1.0 + double(size)); });
  // [/map]
  std::cout << sizes.size() << " sizes, " << sum << '\n';

  // [for_each]
  const auto size_of = [](const std::string& file) { return file.size() * 1'000'000; };
  const auto pack = [](const std::string& file) {
    if (file.empty()) {
      throw std::invalid_argument("a file without a name");
    }
  };
  try {
    covey::for_each(files,
                    covey::weighted(pack, size_of),
                    {.name = "pack",
                     .policy = covey::policy::supervise,  // the others go on
                     .budget = 256 << 20,                 // of memory for the items in flight
                     .progress = [](const covey::batch_progress& now) {
                       draw_bar(now.done, now.total.value_or(0));
                     }});
  } catch (const covey::composite_exception& failed) {
    for (const covey::leaf& at : failed.leaves()) {
      std::cout << at.where().task.view() << ": " << at.message() << '\n';  // item 2: …
    }
  }
  // [/for_each]

  // [outcomes]
  const std::vector<std::string> texts{"7", "", "12"};
  for (const covey::item_outcome<int>& outcome :
       covey::map_outcomes(texts, parse, {.timeout = 10s})) {
    std::cout << (outcome.has_value() ? "a number" : "no number") << '\n';
  }
  // [/outcomes]

  // [stream]
  covey::stream(
      files,
      [](const std::string& file) { return "packed " + file; },
      [](const std::string& packed) { std::cout << packed << '\n'; });  // while others still run
  // [/stream]
}

}  // namespace

int main() {
  first();
  with_nursery();
  spawn_and_wait();
  failures();
  timeout();
  stop();
  door();
  declared_before();
  interruptible();
  pool();
  batches();
}
