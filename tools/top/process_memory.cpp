// SPDX-License-Identifier: Apache-2.0
// One system call a reading, and the reasons why it may be refused.

#include "process_memory.hpp"

#include "problem.hpp"
#include "process_errors.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <sys/uio.h>
#include <system_error>
#include <unistd.h>

namespace top {

reader_rights own_rights() {
  reader_rights rights;
  rights.root = ::geteuid() == 0;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    constexpr std::string_view effective = "CapEff:";
    constexpr unsigned trace_bit = 19;  // CAP_SYS_PTRACE
    if (line.rfind(effective, 0) == 0) {
      const std::uint64_t bits = std::strtoull(line.c_str() + effective.size(), nullptr, 16);
      rights.may_trace = (bits >> trace_bit & 1U) != 0;
    }
  }
  std::ifstream("/proc/sys/kernel/yama/ptrace_scope") >> rights.yama;
  return rights;
}

std::string advice_for(const reader_rights& rights) {
  if (rights.yama >= 3) {
    return "/proc/sys/kernel/yama/ptrace_scope is 3: until the next boot nobody may, root neither; "
           "a core file can be looked at";
  }
  if (rights.may_trace) {
    return "the system refuses it although this user has CAP_SYS_PTRACE: the process belongs to "
           "another user namespace (a container's host, for one), or a security module protects it";
  }
  if (rights.root) {
    return "this root has no CAP_SYS_PTRACE, as is usual in containers: start the container with "
           "it (docker run --cap-add SYS_PTRACE), or run covey-top as the user of the process, or "
           "outside";
  }
  std::string text = "be the same user, or root with CAP_SYS_PTRACE";
  if (rights.yama >= 1) {
    text += "; /proc/sys/kernel/yama/ptrace_scope is " + std::to_string(rights.yama) +
            " here: to be the same user is not enough";
  }
  return text;
}

void throw_process_error(int process, int error) {
  const std::string who = "process " + std::to_string(process);
  switch (error) {
    case ESRCH:
    case ENOENT:
      throw process_ended("there is no " + who);
    case EPERM:
    case EACCES:
      throw problem("no permission to read " + who + ": " + advice_for(own_rights()));
    default:
      throw problem("cannot read " + who + ": " + std::generic_category().message(error));
  }
}

bool process_memory::read(std::uint64_t address, void* to, std::size_t bytes) const {
  const iovec here{to, bytes};
  // NOLINTNEXTLINE(performance-no-int-to-ptr): an address of the other process
  const iovec there{reinterpret_cast<void*>(address), bytes};
  const ssize_t got = ::process_vm_readv(process_, &here, 1, &there, 1, 0);
  if (got >= 0) {
    return static_cast<std::size_t>(got) == bytes;
  }
  if (errno == EFAULT || errno == EINVAL) {
    return false;  // nothing is mapped there, or the address is none
  }
  throw_process_error(process_, errno);
}

}  // namespace top
