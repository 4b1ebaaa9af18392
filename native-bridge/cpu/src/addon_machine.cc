// What this processor can do and how fast it is at best.
#include <algorithm>
#include <chrono>

#include "addon_arguments.h"
#include "addon_functions.h"
#include "cpu_features.h"

namespace tandem::addon {
namespace {

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

}  // namespace

napi_value availableIsas(napi_env env, napi_callback_info info) { return guarded<isas>(env, info); }
napi_value measurePeak(napi_env env, napi_callback_info info) { return guarded<peaks>(env, info); }

}  // namespace tandem::addon
