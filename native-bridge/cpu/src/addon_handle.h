// An engine as JavaScript holds it, and the way of its results back to JavaScript's thread.
#pragma once

#include <node_api.h>

#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "addon_arguments.h"
#include "engine.h"

namespace tandem::addon {

// What goes back to JavaScript when a frame is done.
struct Settled {
  napi_deferred deferred = nullptr;
  std::vector<napi_ref> pins;
  FrameResult result{};
};

struct Handle;

// Shared by the environment and its handles: at its end either may go first.
struct Environment {
  std::set<Handle*> handles;
};

struct Handle {
  std::shared_ptr<Environment> environment;
  std::unique_ptr<Engine> engine;
  napi_threadsafe_function toJs = nullptr;
  int inFlight = 0;  // JavaScript's thread only
  // The environment is going away: nobody listens any more.
  std::mutex mutex;
  bool deaf = false;
};

const std::shared_ptr<Environment>& environmentOf(napi_env env);

// The first argument. Throws EngineError when it is something else.
Handle* handleOf(napi_env env, const Arguments& arguments);

// On JavaScript's thread: resolves the frame's promise and lets its memory go.
void settle(napi_env env, napi_value, void* context, void* data);

// On an engine's thread.
void sendSettled(Handle* handle, Settled* settled);

void freeHandle(napi_env, void* data, void*);

}  // namespace tandem::addon
