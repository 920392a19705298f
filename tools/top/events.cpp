// SPDX-License-Identifier: Apache-2.0
// Signals are read from a descriptor, never handled: nothing can interrupt the drawing of a line.

#include "events.hpp"

#include "problem.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace top {

events::events(int process) {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH}) {
    sigaddset(&wanted, number);
  }
  pthread_sigmask(SIG_BLOCK, &wanted, &before_);
  signals_ = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals_ < 0) {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    throw problem("cannot wait for signals");
  }
  process_ = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  keys_ = ::isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : -1;
}

events::~events() {
  ::close(signals_);
  if (process_ >= 0) {
    ::close(process_);
  }
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

event events::wait_until(std::chrono::steady_clock::time_point until) {
  for (;;) {
    using std::chrono::ceil;
    using std::chrono::milliseconds;
    const auto left = ceil<milliseconds>(until - std::chrono::steady_clock::now()).count();
    std::array<pollfd, 3> waiting{
        {{signals_, POLLIN, 0}, {keys_, POLLIN, 0}, {process_, POLLIN, 0}}};
    const auto most = static_cast<int>(std::clamp<std::int64_t>(left, 0, 3'600'000));
    const int ready = ::poll(waiting.data(), waiting.size(), most);
    if (ready == 0 && std::chrono::steady_clock::now() >= until) {
      return event::time_is_up;
    }
    if (ready <= 0) {
      continue;  // EINTR, or woken too early
    }
    if (waiting[0].revents != 0) {
      if (const std::optional<event> signal = read_signal()) {
        return *signal;
      }
    }
    if (waiting[1].revents != 0) {
      if (const std::optional<event> pressed = read_key()) {
        return *pressed;
      }
    }
    if (waiting[2].revents != 0) {
      return event::process_ended;
    }
  }
}

std::optional<event> events::read_signal() const {
  signalfd_siginfo received{};
  if (::read(signals_, &received, sizeof received) != static_cast<ssize_t>(sizeof received)) {
    return std::nullopt;
  }
  switch (static_cast<int>(received.ssi_signo)) {
    case SIGWINCH:
      return event::resized;
    case SIGTSTP:
      return event::stopped_by_user;
    default:
      return event::quit;
  }
}

std::optional<event> events::read_key() {
  if (::read(keys_, &key_, 1) != 1) {
    keys_ = -1;
    return std::nullopt;
  }
  return event::key;
}

}  // namespace top
