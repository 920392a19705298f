// SPDX-License-Identifier: Apache-2.0
// A program that knows nothing of covey: loads a plug-in, uses it, closes it, some times over, and ends as usual.
#include <chrono>
#include <cstdio>
#include <dlfcn.h>
#include <initializer_list>
#include <thread>

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: host <plug-in>\n", stderr);
    return 2;
  }
  for (int round = 0; round < 3; ++round) {
    void* const plugin = ::dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
    if (plugin == nullptr) {
      std::fprintf(stderr, "%s\n", ::dlerror());
      return 3;
    }
    const auto use = reinterpret_cast<int (*)(int)>(::dlsym(plugin, "covey_plugin_use"));
    if (use == nullptr) {
      std::fprintf(stderr, "%s\n", ::dlerror());
      return 4;
    }
    // On threads that end: what is destroyed at the end of a thread keeps its library in memory until then.
    for (const int n : {1000, 100}) {
      int sum = 0;
      std::thread([&] { sum = use(n); }).join();
      if (sum != n * (n + 1) / 2) {
        std::fputs("the plug-in did not do its work\n", stderr);
        return 5;
      }
    }
    if (::dlclose(plugin) != 0) {
      std::fprintf(stderr, "%s\n", ::dlerror());
      return 6;
    }
    // Time for whatever still runs in there to come back to code that may be gone.
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
  }
  return 0;
}
