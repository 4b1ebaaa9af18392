// Planes of JavaScript's own memory (shared or not), checked against the picture's size.
#pragma once

#include <node_api.h>

#include <vector>

#include "plan.h"

namespace tandem::addon {

struct PlaneView {
  uint8_t* data;
  ptrdiff_t strideBytes;
};

class Planes {
 public:
  Planes(napi_env env, const Plan& plan, int32_t width, int32_t height)
      : env_(env), plan_(plan), width_(width), height_(height) {}

  // Throws EngineError where an array is missing, of another type, or too short; `what` names it.
  std::vector<PlaneView> read(napi_value arrays, napi_value strides, const char* what) const;

 private:
  PlaneView readOne(napi_value array, double stride, const char* what) const;

  napi_env env_;
  const Plan& plan_;
  int32_t width_, height_;
};

}  // namespace tandem::addon
