#include <memory>
#include <stdexcept>
#include <string>

#include "addon_arguments.h"
#include "addon_functions.h"
#include "cpu_features.h"
#include "train_pass.h"

namespace tandem::addon {
namespace {

// inputs, outputs, kernel, isActivated, residualFrom, addsFirst
constexpr size_t kNumbersOfLayer = 6;

TypedArray arrayOf(napi_env env, napi_value value, napi_typedarray_type wanted, const char* what) {
  const TypedArray array = typedArrayOf(env, value);
  if (array.type != wanted) throw EngineError(std::string("expected another type of array as ") + what);
  return array;
}

float* floats(napi_env env, napi_value value, size_t needed, const char* what) {
  const auto [type, data, length] = arrayOf(env, value, napi_float32_array, what);
  if (length != needed) {
    throw EngineError(std::string("expected ") + std::to_string(needed) + " numbers as " + what + " but got " +
                      std::to_string(length));
  }
  return static_cast<float*>(data);
}

TrainPass* passOf(napi_env env, napi_value value) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, value, &type);
  void* data = nullptr;
  if (type != napi_external || napi_get_value_external(env, value, &data) != napi_ok) {
    throw EngineError("expected a training pass but got something else");
  }
  return static_cast<TrainPass*>(data);
}

void freePass(napi_env, void* data, void*) { delete static_cast<TrainPass*>(data); }

napi_value openPass(napi_env env, const Arguments& arguments) {
  const auto [type, data, length] = arrayOf(env, arguments.at(0), napi_int32_array, "layers");
  const auto* numbers = static_cast<const int32_t*>(data);
  if (length % kNumbersOfLayer != 0) throw EngineError("expected six numbers a layer but got others");
  TrainTask task{};
  for (const int32_t* n = numbers; n != numbers + length; n += kNumbersOfLayer) {
    task.layers.push_back({n[0], n[1], n[2], n[3] != 0, n[4], n[5] != 0});
  }
  task.batch = arguments.integer(arguments.at(1), "batch");
  task.side = arguments.integer(arguments.at(1), "side");
  task.loss = static_cast<TrainLoss>(arguments.integer(arguments.at(1), "loss"));
  auto pass = std::make_unique<TrainPass>(chooseKernels(arguments.text(arguments.at(2))), std::move(task));
  napi_value external;
  if (napi_create_external(env, pass.get(), freePass, nullptr, &external) != napi_ok) throw std::bad_alloc();
  pass.release();
  return external;
}

napi_value runPass(napi_env env, const Arguments& arguments) {
  TrainPass* const pass = passOf(env, arguments.at(0));
  const TrainTask& task = pass->task();
  const size_t pixels = static_cast<size_t>(task.batch) * task.side * task.side;
  const float* const parameters = floats(env, arguments.at(1), pass->parameterCount(), "parameters");
  const float* const low = floats(env, arguments.at(2), pixels, "low");
  const float* const high = floats(env, arguments.at(3), pixels * task.layers.back().outputs, "high");
  float* const gradient = floats(env, arguments.at(4), pass->parameterCount(), "gradient");
  napi_value loss;
  napi_create_double(env, pass->run(parameters, low, high, gradient), &loss);
  return loss;
}

}  // namespace

napi_value openTraining(napi_env env, napi_callback_info info) { return guarded<openPass>(env, info); }
napi_value runTraining(napi_env env, napi_callback_info info) { return guarded<runPass>(env, info); }

}  // namespace tandem::addon
