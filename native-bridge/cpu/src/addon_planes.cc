#include "addon_planes.h"

#include <string>

#include "engine.h"

namespace tandem::addon {

std::vector<PlaneView> Planes::read(napi_value arrays, napi_value strides, const char* what) const {
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

PlaneView Planes::readOne(napi_value array, double stride, const char* what) const {
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

}  // namespace tandem::addon
