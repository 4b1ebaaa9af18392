// What JavaScript gives to a function of the addon, and what goes back.
#pragma once

#include <node_api.h>

#include <string>
#include <vector>

#include "engine.h"

namespace tandem::addon {

// Reads arguments; the first thing that is not as expected is thrown.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info);

  napi_value at(size_t index) const { return values_[index]; }
  double number(napi_value object, const char* key) const;
  int integer(napi_value object, const char* key) const;
  std::string text(napi_value value) const;

 private:
  static constexpr size_t kMax = 5;
  napi_env env_;
  napi_value values_[kMax];
};

// A typed array of JavaScript's; of something else the type is one that no function takes.
struct TypedArray {
  napi_typedarray_type type = napi_float64_array;
  void* data = nullptr;
  size_t length = 0;
};

TypedArray typedArrayOf(napi_env env, napi_value value);

napi_value numbers(napi_env env, const std::vector<double>& values);

napi_value throwError(napi_env env, const char* code, const std::string& message);

// C++ exceptions end here: as JavaScript's.
template <napi_value (*kFunction)(napi_env, const Arguments&)>
napi_value guarded(napi_env env, napi_callback_info info) {
  try {
    return kFunction(env, Arguments(env, info));
  } catch (const EngineError& error) {
    return throwError(env, "TANDEM_ENGINE", error.what());
  } catch (const std::exception& error) {
    return throwError(env, "TANDEM_ENGINE_MEMORY", std::string("expected to have memory and threads but got: ") + error.what());
  }
}

}  // namespace tandem::addon
