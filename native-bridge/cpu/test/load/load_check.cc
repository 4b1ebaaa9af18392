// Loads an addon as Node would and looks for its entry: for platforms that have no Node here (qemu).
// usage: load_check path
#include <dlfcn.h>

#include <cstdio>

int main(int argc, char** argv) {
  void* const addon = argc > 1 ? dlopen(argv[1], RTLD_LAZY) : nullptr;
  const bool found = addon != nullptr && dlsym(addon, "napi_register_module_v1") != nullptr;
  std::printf("%s\n", found ? "loads" : dlerror());
  return found ? 0 : 1;
}
