// SPDX-License-Identifier: Apache-2.0
// One system call a reading, and the reasons why it may be refused.

#include "process_memory.hpp"

#include "problem.hpp"
#include "process_errors.hpp"

#include <cerrno>
#include <string>
#include <sys/uio.h>
#include <system_error>

namespace top {

void throw_process_error(int process, int error) {
  const std::string who = "process " + std::to_string(process);
  switch (error) {
    case ESRCH:
    case ENOENT:
      throw process_ended("there is no " + who);
    case EPERM:
    case EACCES:
      throw problem("no permission to read " + who +
                    ": be the same user or root; where /proc/sys/kernel/yama/ptrace_scope is 1 or "
                    "more, be root or have CAP_SYS_PTRACE");
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
