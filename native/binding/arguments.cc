#include "binding/arguments.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

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

// The first write to each 4 KiB page of fresh memory is a page fault: about 2.5 ns a float, more than a kernel takes. Large pages make that 0.2 to 0.6 ns.
// Only advice: without large pages nothing changes.
void preferLargePages([[maybe_unused]] std::uint8_t* begin, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  constexpr std::size_t worthIt = std::size_t{4} << 20;
  if (bytes < worthIt) return;
  const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t before = reinterpret_cast<std::uintptr_t>(begin) % page;
  madvise(begin - before, bytes + before, MADV_HUGEPAGE);
#endif
}

}  // namespace

double Arguments::number(const char* name) {
  double value = 0;
  if (napi_get_value_double(info_.Env(), next(), &value) != napi_ok || !std::isfinite(value)) throwType(info_.Env(), "a finite number", name);
  return value;
}

double Arguments::anyNumber(const char* name) {
  double value = 0;
  if (napi_get_value_double(info_.Env(), next(), &value) != napi_ok) throwType(info_.Env(), "a number", name);
  return value;
}

std::size_t Arguments::size(const char* name) {
  const double value = number(name);
  if (value < 0 || value > std::numeric_limits<std::int32_t>::max() || value != static_cast<std::int32_t>(value)) {
    throwType(info_.Env(), "a whole number in [0, 2^31)", name);
  }
  return static_cast<std::size_t>(value);
}

std::size_t Arguments::code(const char* name, std::size_t count) {
  const std::size_t code = size(name);
  if (code >= count) {
    throw Napi::RangeError::New(info_.Env(), "expected a code from 0 to " + std::to_string(count - 1) + " for `" + name + "` but received " + std::to_string(code));
  }
  return code;
}

bool Arguments::boolean(const char* name) {
  bool value = false;
  if (napi_get_value_bool(info_.Env(), next(), &value) != napi_ok) throwType(info_.Env(), "a boolean", name);
  return value;
}

bool Arguments::isFloat64(std::size_t index) {
  const View& first = view(first_ + index);
  return first.isArray && first.type == napi_float64_array;
}

const Arguments::View& Arguments::view(std::size_t index) {
  if (index == viewed_) return view_;
  viewed_ = index;
  view_.isArray = napi_get_typedarray_info(info_.Env(), info_[index], &view_.type, &view_.elements, &view_.data, nullptr, nullptr) == napi_ok;
  return view_;
}

void* Arguments::array(const char* name, napi_typedarray_type type, std::size_t length, bool output, bool optional) {
  const Napi::Env env = info_.Env();
  const std::size_t index = next_++;
  if (optional && index >= info_.Length()) return nullptr;
  const auto [isArray, actual, elements, data] = view(index);
  const Napi::Value value = info_[index];
  if (!isArray || actual != type) {
    if (optional && (value.IsNull() || value.IsUndefined())) return nullptr;
    throwType(env, std::string(type == napi_int32_array ? "an " : "a ") + typeName(type), name);
  }
  if (elements != length) {
    throw Napi::RangeError::New(env, "expected " + std::to_string(length) + " elements for `" + name + "` but received " + std::to_string(elements));
  }
  const std::size_t width = type == napi_float64_array ? 8 : type == napi_uint8_array ? 1 : 4;
  const auto* begin = static_cast<const std::uint8_t*>(data);
  const Span span{name, begin, begin + elements * width, output, value};
  for (const Span& other : spans_) {
    if ((span.output || other.output) && span.begin < other.end && other.begin < span.end) {
      throw Napi::RangeError::New(env, std::string("expected `") + name + "` not to overlap `" + other.name + "` in memory");
    }
  }
  spans_.push_back(span);
  if (output) preferLargePages(static_cast<std::uint8_t*>(data), elements * width);
  // An empty array may have no memory at all; nullptr is kept for an argument that is absent.
  static std::uint8_t nothing;
  return elements == 0 ? &nothing : data;
}

std::shared_ptr<const std::int32_t[]> Arguments::optionalCopy(const char* name, std::size_t length) {
  const std::int32_t* const values = optionalInput<std::int32_t>(name, length);
  if (values == nullptr) return nullptr;
  const std::shared_ptr<std::int32_t[]> copy(new std::int32_t[length]);
  std::copy_n(values, length, copy.get());
  return copy;
}

Napi::Array Arguments::arraysRead() const {
  const Napi::Array arrays = Napi::Array::New(info_.Env(), spans_.size());
  for (std::size_t i = 0; i < spans_.size(); ++i) arrays.Set(static_cast<std::uint32_t>(i), spans_[i].value);
  return arrays;
}

std::size_t product(std::initializer_list<std::size_t> shape) {
  std::size_t result = 1;
  for (const std::size_t extent : shape) {
    if (__builtin_mul_overflow(result, extent, &result)) throw std::length_error("expected a shape whose product fits in memory");
  }
  return result;
}

void rethrowAsJavaScript(Napi::Env env) {
  try {
    throw;
  } catch (const Napi::Error&) {
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
