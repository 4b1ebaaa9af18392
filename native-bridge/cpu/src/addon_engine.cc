// Opens, runs and closes an engine.
#include <memory>
#include <string>
#include <vector>

#include "addon_arguments.h"
#include "addon_functions.h"
#include "addon_handle.h"
#include "addon_planes.h"

namespace tandem::addon {
namespace {

// Neither memory nor engine is collected while a frame is in flight.
void pin(napi_env env, napi_value value, std::vector<napi_ref>& pins) {
  napi_ref reference;
  if (napi_create_reference(env, value, 1, &reference) == napi_ok) pins.push_back(reference);
}

void pinAll(napi_env env, napi_value arrays, int32_t count, std::vector<napi_ref>& pins) {
  for (int32_t p = 0; p < count; ++p) {
    napi_value array;
    napi_get_element(env, arrays, static_cast<uint32_t>(p), &array);
    pin(env, array, pins);
  }
}

napi_value describe(napi_env env, napi_value external, const Engine& engine) {
  napi_value pair, facts, isa;
  napi_create_array_with_length(env, 2, &pair);
  napi_create_object(env, &facts);
  napi_create_string_utf8(env, engine.plan().kernels->name, NAPI_AUTO_LENGTH, &isa);
  napi_set_named_property(env, facts, "isa", isa);
  const std::pair<const char*, int> values[] = {
      {"threads", engine.threads()}, {"lanes", engine.lanes()}, {"halo", engine.plan().halo()}};
  for (const auto& [key, number] : values) {
    napi_value value;
    napi_create_int32(env, number, &value);
    napi_set_named_property(env, facts, key, value);
  }
  napi_set_element(env, pair, 0, external);
  napi_set_element(env, pair, 1, facts);
  return pair;
}

EngineOptions readOptions(const Arguments& arguments, napi_env env, napi_value object) {
  EngineOptions options;
  options.threads = arguments.integer(object, "threads");
  options.lanes = arguments.integer(object, "lanes");
  napi_value value;
  napi_get_named_property(env, object, "isa", &value);
  options.isa = arguments.text(value);
  napi_get_named_property(env, object, "reuseStatic", &value);
  napi_get_value_bool(env, value, &options.reuseStatic);
  return options;
}

napi_value openEngine(napi_env env, const Arguments& arguments) {
  bool typed = false;
  napi_is_typedarray(env, arguments.at(0), &typed);
  napi_typedarray_type type = napi_int8_array;
  size_t length = 0;
  void* data = nullptr;
  if (typed) napi_get_typedarray_info(env, arguments.at(0), &type, &length, &data, nullptr, nullptr);
  if (type != napi_uint8_array) throw EngineError("expected a packed network as Uint8Array but got something else");
  const napi_value object = arguments.at(1);
  const Geometry geometry{arguments.integer(object, "width"), arguments.integer(object, "height")};
  auto handle = std::make_unique<Handle>();
  handle->engine = std::make_unique<Engine>(parsePackedNetwork(static_cast<const uint8_t*>(data), length), geometry,
                                            readOptions(arguments, env, object));
  napi_value name, external;
  napi_create_string_utf8(env, "tandem-cpu", NAPI_AUTO_LENGTH, &name);
  if (napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, handle.get(), settle,
                                      &handle->toJs) != napi_ok) {
    throw EngineError("expected a threadsafe function but Node gave none");
  }
  // Only frames in flight keep the process alive.
  napi_unref_threadsafe_function(env, handle->toJs);
  Handle* const raw = handle.release();
  raw->environment = environmentOf(env);
  raw->environment->handles.insert(raw);
  if (napi_create_external(env, raw, freeHandle, nullptr, &external) != napi_ok) {
    freeHandle(env, raw, nullptr);
    throw EngineError("expected an external value but Node gave none");
  }
  return describe(env, external, *raw->engine);
}

napi_value runFrame(napi_env env, const Arguments& arguments) {
  Handle* const handle = handleOf(env, arguments);
  if (!handle->engine) throw EngineError("expected an open engine but got a closed one");
  const Plan& plan = handle->engine->plan();
  const Geometry& g = plan.geometry;
  const int32_t scale = plan.network.scale, planes = plan.network.planes;
  const auto in = Planes(env, plan, g.width, g.height).read(arguments.at(1), arguments.at(2), "input planes");
  const auto out =
      Planes(env, plan, g.width * scale, g.height * scale).read(arguments.at(3), arguments.at(4), "output planes");
  ConstPicture input;
  Picture output;
  for (int32_t p = 0; p < planes; ++p) {
    input.planes[p] = in[p].data;
    input.strideBytes[p] = in[p].strideBytes;
    output.planes[p] = out[p].data;
    output.strideBytes[p] = out[p].strideBytes;
  }
  napi_value promise;
  auto settled = std::make_unique<Settled>();
  if (napi_create_promise(env, &settled->deferred, &promise) != napi_ok) {
    throw EngineError("expected a promise but Node gave none");
  }
  pin(env, arguments.at(0), settled->pins);
  pinAll(env, arguments.at(1), planes, settled->pins);
  pinAll(env, arguments.at(3), planes, settled->pins);
  if (handle->inFlight++ == 0) napi_ref_threadsafe_function(env, handle->toJs);
  Settled* const raw = settled.release();
  handle->engine->submit(input, output, [handle, raw](const FrameResult& result) {
    raw->result = result;
    sendSettled(handle, raw);
  });
  return promise;
}

// Closing waits for frames and joins threads: on a thread of Node's pool, never on JavaScript's.
struct Closing {
  std::unique_ptr<Engine> engine;
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;
  napi_ref handle = nullptr;
};

void closeOnPool(napi_env, void* data) {
  Closing* const closing = static_cast<Closing*>(data);
  if (closing->engine) closing->engine->drain();
  closing->engine.reset();
}

void closeDone(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Closing> closing(static_cast<Closing*>(data));
  closing->engine.reset();
  napi_value undefined;
  napi_get_undefined(env, &undefined);
  napi_resolve_deferred(env, closing->deferred, undefined);
  napi_delete_reference(env, closing->handle);
  napi_delete_async_work(env, closing->work);
}

napi_value closeEngine(napi_env env, const Arguments& arguments) {
  Handle* const handle = handleOf(env, arguments);
  auto closing = std::make_unique<Closing>();
  closing->engine = std::move(handle->engine);
  napi_value promise, name;
  napi_create_promise(env, &closing->deferred, &promise);
  napi_create_reference(env, arguments.at(0), 1, &closing->handle);
  napi_create_string_utf8(env, "tandem-cpu-close", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, closeOnPool, closeDone, closing.get(), &closing->work);
  if (napi_queue_async_work(env, closing->work) != napi_ok) throw EngineError("expected to close but Node is busy");
  closing.release();
  return promise;
}

}  // namespace

napi_value open(napi_env env, napi_callback_info info) { return guarded<openEngine>(env, info); }
napi_value run(napi_env env, napi_callback_info info) { return guarded<runFrame>(env, info); }
napi_value close(napi_env env, napi_callback_info info) { return guarded<closeEngine>(env, info); }

}  // namespace tandem::addon
