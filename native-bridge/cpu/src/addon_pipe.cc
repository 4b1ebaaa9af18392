#include "addon_functions.h"

#ifndef _WIN32
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#endif

namespace tandem::addon {

#ifdef _WIN32

// Descriptors belong to a C runtime there, and Node's is another one than ours.
napi_value openPipe(napi_env env, napi_callback_info) {
  napi_throw_error(env, "TANDEM_ENGINE", "expected a system with pipes of its own but got Windows");
  return nullptr;
}

#else

napi_value openPipe(napi_env env, napi_callback_info) {
  int ends[2];
#ifdef __linux__
  const int failed = pipe2(ends, O_CLOEXEC);
#else
  const int failed = pipe(ends);
#endif
  if (failed != 0) {
    napi_throw_error(env, "TANDEM_ENGINE", (std::string("expected a pipe but got: ") + std::strerror(errno)).c_str());
    return nullptr;
  }
#ifdef __linux__
  // The most that the system gives without privileges; a refusal leaves its usual 64 KiB.
  fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
#else
  for (const int end : ends) fcntl(end, F_SETFD, FD_CLOEXEC);
#endif
  napi_value result;
  napi_create_array_with_length(env, 2, &result);
  for (uint32_t i = 0; i < 2; ++i) {
    napi_value end;
    napi_create_int32(env, ends[i], &end);
    napi_set_element(env, result, i, end);
  }
  return result;
}

#endif

}  // namespace tandem::addon
