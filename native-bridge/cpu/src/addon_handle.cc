#include "addon_handle.h"

#include "addon_functions.h"

namespace tandem::addon {
namespace {

// Joins the engine's threads. The handle itself stays: JavaScript may still hold it.
void stopEngine(Handle* handle) { handle->engine.reset(); }

void endEnvironment(void* data) {
  for (Handle* const handle : (*static_cast<std::shared_ptr<Environment>*>(data))->handles) {
    {
      const std::lock_guard<std::mutex> lock(handle->mutex);
      handle->deaf = true;
    }
    stopEngine(handle);
  }
}

}  // namespace

const std::shared_ptr<Environment>& environmentOf(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<std::shared_ptr<Environment>*>(data);
}

Handle* handleOf(napi_env env, const Arguments& arguments) {
  void* data = nullptr;
  if (napi_get_value_external(env, arguments.at(0), &data) != napi_ok || data == nullptr) {
    throw EngineError("expected an engine's handle but got something else");
  }
  return static_cast<Handle*>(data);
}

void settle(napi_env env, napi_value, void* context, void* data) {
  const std::unique_ptr<Settled> settled(static_cast<Settled*>(data));
  if (env == nullptr) return;
  Handle* const handle = static_cast<Handle*>(context);
  napi_resolve_deferred(env, settled->deferred, numbers(env, {settled->result.milliseconds, settled->result.computedShare}));
  for (const napi_ref reference : settled->pins) napi_delete_reference(env, reference);
  if (--handle->inFlight == 0) napi_unref_threadsafe_function(env, handle->toJs);
}

void sendSettled(Handle* handle, Settled* settled) {
  const std::lock_guard<std::mutex> lock(handle->mutex);
  if (handle->deaf) {
    delete settled;
  } else if (napi_call_threadsafe_function(handle->toJs, settled, napi_tsfn_nonblocking) != napi_ok) {
    // After napi_closing the function may not be touched again.
    handle->deaf = true;
    delete settled;
  }
}

void freeHandle(napi_env, void* data, void*) {
  Handle* const handle = static_cast<Handle*>(data);
  stopEngine(handle);
  handle->environment->handles.erase(handle);
  if (!handle->deaf && handle->toJs != nullptr) napi_release_threadsafe_function(handle->toJs, napi_tsfn_release);
  delete handle;
}

bool initialise(napi_env env) {
  auto environment = std::make_unique<std::shared_ptr<Environment>>(std::make_shared<Environment>());
  const auto free = [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<Environment>*>(data); };
  if (napi_set_instance_data(env, environment.get(), free, nullptr) != napi_ok) return false;
  if (napi_add_env_cleanup_hook(env, endEnvironment, environment.get()) != napi_ok) return false;
  environment.release();
  return true;
}

}  // namespace tandem::addon
