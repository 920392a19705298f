// SPDX-License-Identifier: Apache-2.0
// The watcher sleeps on a signalfd, and on an eventfd that tells it to end.

#include "support/signals.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <system_error>
#include <unistd.h>

namespace support {

sigset_t block_stop_signals() {
  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction now {};
    if (sigaction(number, nullptr, &now) == 0 && now.sa_handler != SIG_IGN) {
      sigaddset(&blocked, number);
    }
  }
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  return blocked;
}

stop_on_signal::stop_on_signal(const sigset_t& signals, covey::nursery& to_stop)
    : signals_(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)),
      end_(::eventfd(0, EFD_CLOEXEC)) {
  if (signals_ < 0 || end_ < 0) {
    const std::error_code error{errno, std::generic_category()};
    ::close(signals_);
    ::close(end_);
    throw std::system_error(error, "cannot watch for signals");
  }
  watcher_ = std::thread([this, signals, &to_stop] { watch(signals, to_stop); });
}

stop_on_signal::~stop_on_signal() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(end_, &one, sizeof one));  // cannot fail: the counter is far from full
  watcher_.join();
  ::close(signals_);
  ::close(end_);
}

void stop_on_signal::watch(const sigset_t& signals, covey::nursery& to_stop) {
  std::array<pollfd, 2> waiting{{{end_, POLLIN, 0}, {signals_, POLLIN, 0}}};
  for (;;) {
    if (::poll(waiting.data(), waiting.size(), -1) < 0) {
      continue;  // EINTR
    }
    if (waiting[0].revents != 0) {
      return;
    }
    signalfd_siginfo received{};
    if (::read(signals_, &received, sizeof received) != static_cast<ssize_t>(sizeof received)) {
      continue;
    }
    const int number = static_cast<int>(received.ssi_signo);
    caught_.store(number, std::memory_order_relaxed);
    to_stop.stop(number == SIGINT ? "SIGINT" : "SIGTERM");
    // From here on the signals do what they always do: they reach this thread and end the process.
    pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
    waiting[1].fd = -1;
  }
}

}  // namespace support
