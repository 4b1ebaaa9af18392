#include "addon_functions.h"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cpu_features.h"
#include "engine.h"

namespace tandem::addon {
namespace {

// What goes back to JavaScript: a frame is done, or an engine is closed.
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

const std::shared_ptr<Environment>& environmentOf(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<std::shared_ptr<Environment>*>(data);
}

napi_value throwError(napi_env env, const char* code, const std::string& message) {
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
    napi_throw_error(env, code, message.c_str());
  }
  return nullptr;
}

// Reads arguments; the first thing that is not as expected is kept and thrown by the caller.
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) : env_(env) {
    size_t count = kMax;
    napi_get_cb_info(env, info, &count, values_, nullptr, nullptr);
    for (size_t i = count; i < kMax; ++i) napi_get_undefined(env, &values_[i]);
  }

  napi_value at(size_t index) const { return values_[index]; }

  double number(napi_value object, const char* key) const {
    napi_value value;
    double number = 0;
    if (napi_get_named_property(env_, object, key, &value) != napi_ok ||
        napi_get_value_double(env_, value, &number) != napi_ok) {
      throw EngineError(std::string("expected a number as '") + key + "' but got something else");
    }
    return number;
  }

  int integer(napi_value object, const char* key) const {
    const double value = number(object, key);
    if (!(value >= -1e9 && value <= 1e9)) throw EngineError(std::string("expected a whole number as '") + key + "'");
    return static_cast<int>(value);
  }

  std::string text(napi_value value) const {
    char buffer[64];
    size_t length = 0;
    if (napi_get_value_string_utf8(env_, value, buffer, sizeof(buffer), &length) != napi_ok) {
      throw EngineError("expected a text but got something else");
    }
    return std::string(buffer, length);
  }

  Handle* handle() const {
    void* data = nullptr;
    if (napi_get_value_external(env_, values_[0], &data) != napi_ok || data == nullptr) {
      throw EngineError("expected an engine's handle but got something else");
    }
    return static_cast<Handle*>(data);
  }

 private:
  static constexpr size_t kMax = 5;
  napi_env env_;
  napi_value values_[kMax];
};

napi_value numbers(napi_env env, const std::vector<double>& values) {
  napi_value array;
  napi_create_array_with_length(env, values.size(), &array);
  for (size_t i = 0; i < values.size(); ++i) {
    napi_value value;
    napi_create_double(env, values[i], &value);
    napi_set_element(env, array, static_cast<uint32_t>(i), value);
  }
  return array;
}

// On JavaScript's thread: resolves the frame's promise and lets its memory go.
void settle(napi_env env, napi_value, void* context, void* data) {
  const std::unique_ptr<Settled> settled(static_cast<Settled*>(data));
  if (env == nullptr) return;
  Handle* const handle = static_cast<Handle*>(context);
  napi_resolve_deferred(env, settled->deferred, numbers(env, {settled->result.milliseconds, settled->result.computedShare}));
  for (const napi_ref reference : settled->pins) napi_delete_reference(env, reference);
  if (--handle->inFlight == 0) napi_unref_threadsafe_function(env, handle->toJs);
}

// On an engine's thread.
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

// Joins the engine's threads. The handle itself stays: JavaScript may still hold it.
void stopEngine(Handle* handle) { handle->engine.reset(); }

void freeHandle(napi_env, void* data, void*) {
  Handle* const handle = static_cast<Handle*>(data);
  stopEngine(handle);
  handle->environment->handles.erase(handle);
  if (!handle->deaf && handle->toJs != nullptr) napi_release_threadsafe_function(handle->toJs, napi_tsfn_release);
  delete handle;
}

void endEnvironment(void* data) {
  for (Handle* const handle : (*static_cast<std::shared_ptr<Environment>*>(data))->handles) {
    {
      const std::lock_guard<std::mutex> lock(handle->mutex);
      handle->deaf = true;
    }
    stopEngine(handle);
  }
}

struct PlaneView {
  uint8_t* data;
  ptrdiff_t strideBytes;
};

// Planes of JavaScript's own memory (shared or not), checked against the picture's size.
class Planes {
 public:
  Planes(napi_env env, const Plan& plan, int32_t width, int32_t height)
      : env_(env), plan_(plan), width_(width), height_(height) {}

  std::vector<PlaneView> read(napi_value arrays, napi_value strides, const char* what) const {
    std::vector<PlaneView> views;
    for (int32_t p = 0; p < plan_.network.planes; ++p) {
      napi_value array, strideValue;
      napi_get_element(env_, arrays, static_cast<uint32_t>(p), &array);
      napi_get_element(env_, strides, static_cast<uint32_t>(p), &strideValue);
      double stride = 0;
      bool typed = false;
      napi_is_typedarray(env_, array, &typed);
      if (!typed || napi_get_value_double(env_, strideValue, &stride) != napi_ok) {
        throw EngineError(std::string("expected ") + what + " of " + std::to_string(plan_.network.planes) +
                          " typed arrays with strides but got something else");
      }
      views.push_back(readOne(array, stride, what));
    }
    return views;
  }

 private:
  PlaneView readOne(napi_value array, double stride, const char* what) const {
    napi_typedarray_type type;
    size_t length = 0;
    void* data = nullptr;
    napi_get_typedarray_info(env_, array, &type, &length, &data, nullptr, nullptr);
    const bool wide = plan_.sampleBytes() == 2;
    if (wide ? type != napi_uint16_array : type != napi_uint8_array && type != napi_uint8_clamped_array) {
      throw EngineError(std::string("expected ") + what + " in " + (wide ? "Uint16Array" : "Uint8Array") + " at " +
                        std::to_string(plan_.network.bitDepth) + " bits but got another type");
    }
    const double needed = stride * (height_ - 1) + width_;
    if (!(stride >= width_) || stride > 1e9 || needed > static_cast<double>(length)) {
      throw EngineError(std::string("expected ") + what + " of " + std::to_string(width_) + "x" +
                        std::to_string(height_) + " samples but got " + std::to_string(length) + " with a stride of " +
                        std::to_string(static_cast<int64_t>(stride)));
    }
    return {static_cast<uint8_t*>(data), static_cast<ptrdiff_t>(stride) * plan_.sampleBytes()};
  }

  napi_env env_;
  const Plan& plan_;
  int32_t width_, height_;
};

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
  Handle* const handle = arguments.handle();
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
  Handle* const handle = arguments.handle();
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

napi_value isas(napi_env env, const Arguments&) {
  napi_value array;
  napi_create_array(env, &array);
  uint32_t index = 0;
  for (const KernelSet* set : availableKernels()) {
    napi_value name;
    napi_create_string_utf8(env, set->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, array, index++, name);
  }
  return array;
}

double bestGiga(double (*peak)(long), double milliseconds) {
  using Clock = std::chrono::steady_clock;
  const auto until = Clock::now() + std::chrono::duration<double, std::milli>(milliseconds);
  double best = 0;
  do {
    const long rounds = 20000;
    const auto from = Clock::now();
    const double operations = peak(rounds) * static_cast<double>(rounds);
    const std::chrono::duration<double, std::nano> took = Clock::now() - from;
    best = std::max(best, operations / took.count());
  } while (Clock::now() < until);
  return best;
}

napi_value peaks(napi_env env, const Arguments& arguments) {
  const KernelSet& kernels = chooseKernels(arguments.text(arguments.at(0)));
  double milliseconds = 0;
  napi_get_value_double(env, arguments.at(1), &milliseconds);
  const double half = std::min(std::max(milliseconds, 1.0), 10000.0) / 2;
  return numbers(env, {bestGiga(kernels.peakF32, half), bestGiga(kernels.peakInt8, half)});
}

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

}  // namespace

bool initialise(napi_env env) {
  auto environment = std::make_unique<std::shared_ptr<Environment>>(std::make_shared<Environment>());
  const auto free = [](napi_env, void* data, void*) { delete static_cast<std::shared_ptr<Environment>*>(data); };
  if (napi_set_instance_data(env, environment.get(), free, nullptr) != napi_ok) return false;
  if (napi_add_env_cleanup_hook(env, endEnvironment, environment.get()) != napi_ok) return false;
  environment.release();
  return true;
}

napi_value open(napi_env env, napi_callback_info info) { return guarded<openEngine>(env, info); }
napi_value run(napi_env env, napi_callback_info info) { return guarded<runFrame>(env, info); }
napi_value close(napi_env env, napi_callback_info info) { return guarded<closeEngine>(env, info); }
napi_value availableIsas(napi_env env, napi_callback_info info) { return guarded<isas>(env, info); }
napi_value measurePeak(napi_env env, napi_callback_info info) { return guarded<peaks>(env, info); }

}  // namespace tandem::addon
