#include "addon_functions.h"

#include <stdexcept>
#include <string>

#include "addon_arguments.h"
#include "resample.h"

namespace tandem::addon {
namespace {

TypedArray typedArray(napi_env env, napi_value value, napi_typedarray_type wanted, const char* what) {
  const TypedArray array = typedArrayOf(env, value);
  const bool clamped = wanted == napi_uint8_array && array.type == napi_uint8_clamped_array;
  if (array.type != wanted && !clamped) throw std::invalid_argument(std::string("another type of array as ") + what);
  return array;
}

// Takes one line's taps off the front: inLength, outLength, taps, starts, weights.
LineTaps takeLine(const int32_t*& word, size_t& left) {
  const auto need = [&left](int64_t count) {
    if (count < 0 || static_cast<size_t>(count) > left) throw std::invalid_argument("taps that are cut off");
    left -= static_cast<size_t>(count);
  };
  need(3);
  LineTaps line{word[0], word[1], word[2], word + 3, nullptr};
  word += 3;
  if (line.inLength < 1 || line.outLength < 1 || line.taps < 1 || line.taps > line.inLength) {
    throw std::invalid_argument("lines without samples");
  }
  need(line.outLength);
  for (int32_t x = 0; x < line.outLength; ++x) {
    const bool rises = x == 0 || line.starts[x] >= line.starts[x - 1];
    if (!rises || line.starts[x] < 0 || line.starts[x] > line.inLength - line.taps) {
      throw std::invalid_argument("taps outside the line");
    }
  }
  need(static_cast<int64_t>(line.outLength) * line.taps);
  line.weights = line.starts + line.outLength;
  word = line.weights + static_cast<int64_t>(line.outLength) * line.taps;
  return line;
}

PlaneU8 plane(napi_env env, napi_value array, napi_value strideValue, int32_t width, int32_t height, const char* what) {
  const TypedArray typed = typedArray(env, array, napi_uint8_array, what);
  int64_t stride = 0;
  napi_get_value_int64(env, strideValue, &stride);
  if (stride < width || stride > (1 << 30) || static_cast<size_t>(stride * (height - 1) + width) > typed.length) {
    throw std::invalid_argument(std::string("too few samples as ") + what);
  }
  return {static_cast<uint8_t*>(typed.data), static_cast<ptrdiff_t>(stride)};
}

}  // namespace

napi_value resample(napi_env env, napi_callback_info info) {
  napi_value values[5];
  size_t count = 5;
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  try {
    if (count < 5) throw std::invalid_argument("too few arguments");
    const TypedArray taps = typedArray(env, values[0], napi_int32_array, "taps");
    const int32_t* word = static_cast<const int32_t*>(taps.data);
    size_t left = taps.length;
    const LineTaps across = takeLine(word, left);
    const LineTaps down = takeLine(word, left);
    const PlaneU8 input = plane(env, values[1], values[2], across.inLength, down.inLength, "input");
    const PlaneU8 output = plane(env, values[3], values[4], across.outLength, down.outLength, "output");
    resampleU8(across, down, input, output);
  } catch (const std::exception& error) {
    napi_throw_error(env, "TANDEM_ENGINE", (std::string("expected planes to resample but got ") + error.what()).c_str());
  }
  return nullptr;
}

}  // namespace tandem::addon
