#include "addon_arguments.h"

namespace tandem::addon {

Arguments::Arguments(napi_env env, napi_callback_info info) : env_(env) {
  size_t count = kMax;
  napi_get_cb_info(env, info, &count, values_, nullptr, nullptr);
  for (size_t i = count; i < kMax; ++i) napi_get_undefined(env, &values_[i]);
}

double Arguments::number(napi_value object, const char* key) const {
  napi_value value;
  double number = 0;
  if (napi_get_named_property(env_, object, key, &value) != napi_ok ||
      napi_get_value_double(env_, value, &number) != napi_ok) {
    throw EngineError(std::string("expected a number as '") + key + "' but got something else");
  }
  return number;
}

int Arguments::integer(napi_value object, const char* key) const {
  const double value = number(object, key);
  if (!(value >= -1e9 && value <= 1e9)) throw EngineError(std::string("expected a whole number as '") + key + "'");
  return static_cast<int>(value);
}

std::string Arguments::text(napi_value value) const {
  char buffer[64];
  size_t length = 0;
  if (napi_get_value_string_utf8(env_, value, buffer, sizeof(buffer), &length) != napi_ok) {
    throw EngineError("expected a text but got something else");
  }
  return std::string(buffer, length);
}

TypedArray typedArrayOf(napi_env env, napi_value value) {
  bool isTyped = false;
  napi_is_typedarray(env, value, &isTyped);
  TypedArray array;
  if (isTyped) napi_get_typedarray_info(env, value, &array.type, &array.length, &array.data, nullptr, nullptr);
  return array;
}

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

napi_value throwError(napi_env env, const char* code, const std::string& message) {
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) == napi_ok && !pending) {
    napi_throw_error(env, code, message.c_str());
  }
  return nullptr;
}

}  // namespace tandem::addon
