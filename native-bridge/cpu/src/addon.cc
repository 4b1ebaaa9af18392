// Registers the engine with Node-API; every function stands in an addon_*.cc of its own subject.
#include <node_api.h>

#include "addon_functions.h"

namespace {

void define(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) == napi_ok) {
    napi_set_named_property(env, exports, name, function);
  }
}

}  // namespace

NAPI_MODULE_INIT() {
  if (!tandem::addon::initialise(env)) return nullptr;
  define(env, exports, "open", tandem::addon::open);
  define(env, exports, "run", tandem::addon::run);
  define(env, exports, "close", tandem::addon::close);
  define(env, exports, "availableIsas", tandem::addon::availableIsas);
  define(env, exports, "measurePeak", tandem::addon::measurePeak);
  define(env, exports, "resample", tandem::addon::resample);
  define(env, exports, "comparePlanes", tandem::addon::comparePlanes);
  define(env, exports, "openTraining", tandem::addon::openTraining);
  define(env, exports, "runTraining", tandem::addon::runTraining);
  define(env, exports, "openPipe", tandem::addon::openPipe);
  return exports;
}
