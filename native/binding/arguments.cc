#include "binding/arguments.h"

#include <cmath>
#include <exception>
#include <stdexcept>

namespace wetas::binding {
namespace {

const char* typeName(napi_typedarray_type type) {
  switch (type) {
    case napi_float32_array: return "Float32Array";
    case napi_float64_array: return "Float64Array";
    case napi_int32_array: return "Int32Array";
    case napi_uint8_array: return "Uint8Array";
    default: return "typed array";
  }
}

[[noreturn]] void throwType(Napi::Env env, const std::string& expected, const char* name) {
  throw Napi::TypeError::New(env, "expected " + expected + " for `" + name + "`");
}

}  // namespace

double Arguments::number(const char* name) {
  const Napi::Value value = info_[next_++];
  if (!value.IsNumber() || !std::isfinite(value.As<Napi::Number>().DoubleValue())) throwType(info_.Env(), "a finite number", name);
  return value.As<Napi::Number>().DoubleValue();
}

double Arguments::anyNumber(const char* name) {
  const Napi::Value value = info_[next_++];
  if (!value.IsNumber()) throwType(info_.Env(), "a number", name);
  return value.As<Napi::Number>().DoubleValue();
}

std::size_t Arguments::size(const char* name) {
  const double value = number(name);
  if (value < 0 || value > std::numeric_limits<std::int32_t>::max() || value != std::floor(value)) {
    throwType(info_.Env(), "a whole number in [0, 2^31)", name);
  }
  return static_cast<std::size_t>(value);
}

bool Arguments::boolean(const char* name) {
  const Napi::Value value = info_[next_++];
  if (!value.IsBoolean()) throwType(info_.Env(), "a boolean", name);
  return value.As<Napi::Boolean>().Value();
}

bool Arguments::nextIsFloat64() const {
  const Napi::Value value = info_[next_];
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float64_array;
}

void* Arguments::array(const char* name, napi_typedarray_type type, std::size_t length, bool output, bool optional) {
  const Napi::Env env = info_.Env();
  const Napi::Value value = info_[next_++];
  if (optional && (value.IsNull() || value.IsUndefined())) return nullptr;
  napi_typedarray_type actual{};
  std::size_t elements = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(env, value, &actual, &elements, &data, nullptr, nullptr) != napi_ok || actual != type) {
    throwType(env, std::string("a ") + typeName(type), name);
  }
  if (elements != length) {
    throw Napi::RangeError::New(env, "expected " + std::to_string(length) + " elements for `" + name + "` but received " + std::to_string(elements));
  }
  const std::size_t width = type == napi_float64_array ? 8 : type == napi_uint8_array ? 1 : 4;
  const auto* begin = static_cast<const std::uint8_t*>(data);
  const Span span{name, begin, begin + elements * width, output};
  for (const Span& other : spans_) {
    if ((span.output || other.output) && span.begin < other.end && other.begin < span.end) {
      throw Napi::RangeError::New(env, std::string("expected `") + name + "` not to overlap `" + other.name + "` in memory");
    }
  }
  spans_.push_back(span);
  // An empty array may have no memory at all; nullptr is kept for an argument that is absent.
  static std::uint8_t nothing;
  return elements == 0 ? &nothing : data;
}

std::size_t product(std::initializer_list<std::size_t> shape) {
  std::size_t result = 1;
  for (const std::size_t extent : shape) {
    if (extent != 0 && result > std::numeric_limits<std::size_t>::max() / extent) throw std::length_error("expected a shape whose product fits in memory");
    result *= extent;
  }
  return result;
}

void rethrowAsJavaScript(Napi::Env env) {
  try {
    throw;
  } catch (const std::invalid_argument& error) {
    throw Napi::RangeError::New(env, error.what());
  } catch (const std::out_of_range& error) {
    throw Napi::RangeError::New(env, error.what());
  } catch (const std::length_error& error) {
    throw Napi::RangeError::New(env, error.what());
  } catch (const std::bad_alloc&) {
    throw Napi::Error::New(env, "not enough memory for the working space of this call");
  } catch (const std::exception& error) {
    throw Napi::Error::New(env, error.what());
  }
}

}  // namespace wetas::binding
