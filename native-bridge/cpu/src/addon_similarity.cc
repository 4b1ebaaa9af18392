#include <memory>
#include <stdexcept>
#include <string>

#include "addon_arguments.h"
#include "addon_functions.h"
#include "similarity.h"

namespace tandem::addon {
namespace {

// One comparison on a thread of Node's pool; the arrays are held until it is done.
struct Comparison {
  TypedArray a, b;
  int32_t strideA = 0, strideB = 0, width = 0, height = 0;
  double peak = 0;
  bool isMultiScale = false;
  Similarity result{};
  napi_ref held[2] = {nullptr, nullptr};
  napi_deferred deferred = nullptr;
  napi_async_work work = nullptr;
};

TypedArray samplesOf(napi_env env, napi_value value, int64_t needed) {
  const TypedArray samples = typedArrayOf(env, value);
  const bool known = samples.type == napi_uint8_array || samples.type == napi_uint16_array;
  if (!known) throw std::invalid_argument("another type of array");
  if (needed < 0 || static_cast<size_t>(needed) > samples.length) throw std::invalid_argument("too few samples");
  return samples;
}

template <class Sample>
Similarity compareAs(const Comparison& c) {
  return compareSamples(PlaneView<Sample>{static_cast<const Sample*>(c.a.data), c.strideA},
                        PlaneView<Sample>{static_cast<const Sample*>(c.b.data), c.strideB}, c.width, c.height, c.peak,
                        c.isMultiScale);
}

void compareOnPool(napi_env, void* data) {
  auto* c = static_cast<Comparison*>(data);
  c->result = c->a.type == napi_uint8_array ? compareAs<uint8_t>(*c) : compareAs<uint16_t>(*c);
}

void compareDone(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Comparison> c(static_cast<Comparison*>(data));
  napi_resolve_deferred(env, c->deferred, numbers(env, {c->result.squaredError, c->result.ssim, c->result.multiScale}));
  for (napi_ref held : c->held) napi_delete_reference(env, held);
  napi_delete_async_work(env, c->work);
}

}  // namespace

napi_value comparePlanes(napi_env env, napi_callback_info info) {
  napi_value values[8];
  size_t count = 8;
  napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  try {
    if (count < 8) throw std::invalid_argument("too few arguments");
    auto c = std::make_unique<Comparison>();
    napi_get_value_int32(env, values[1], &c->strideA);
    napi_get_value_int32(env, values[3], &c->strideB);
    napi_get_value_int32(env, values[4], &c->width);
    napi_get_value_int32(env, values[5], &c->height);
    napi_get_value_double(env, values[6], &c->peak);
    napi_get_value_bool(env, values[7], &c->isMultiScale);
    if (c->isMultiScale && (c->width < 176 || c->height < 176)) {
      throw std::invalid_argument("planes of less than 176x176 samples for MS-SSIM");
    }
    if (c->width < 11 || c->height < 11 || c->strideA < c->width || c->strideB < c->width) {
      throw std::invalid_argument("planes of less than 11x11 samples");
    }
    const auto needed = [&](int32_t stride) { return static_cast<int64_t>(stride) * (c->height - 1) + c->width; };
    c->a = samplesOf(env, values[0], needed(c->strideA));
    c->b = samplesOf(env, values[2], needed(c->strideB));
    if (c->a.type != c->b.type) throw std::invalid_argument("arrays of two types");
    napi_value promise, name;
    napi_create_promise(env, &c->deferred, &promise);
    napi_create_string_utf8(env, "tandem:compare", NAPI_AUTO_LENGTH, &name);
    napi_create_reference(env, values[0], 1, &c->held[0]);
    napi_create_reference(env, values[2], 1, &c->held[1]);
    napi_create_async_work(env, nullptr, name, compareOnPool, compareDone, c.get(), &c->work);
    if (napi_queue_async_work(env, c->work) != napi_ok) throw std::runtime_error("no thread");
    c.release();
    return promise;
  } catch (const std::exception& error) {
    napi_throw_error(env, "TANDEM_ENGINE", (std::string("expected planes to compare but got ") + error.what()).c_str());
  }
  return nullptr;
}

}  // namespace tandem::addon
