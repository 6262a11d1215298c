// Reading arguments at the boundary. TypeScript has already checked their meaning in the caller's words; what is checked
// again here is what memory safety rests on: the type, a length equal to the product of the shape, no overlap of an
// output with another buffer. JavaScript owns every buffer; nothing is kept past the call.
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

namespace wetas::binding {

// The arguments of one call, read in order. Every reader throws a JavaScript TypeError or RangeError on a mismatch.
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info) {}

  // A whole number in [0, 2^31).
  std::size_t size(const char* name);
  // Any finite number.
  double number(const char* name);
  // Any number, NaN and infinities included.
  double anyNumber(const char* name);
  bool boolean(const char* name);

  // A typed array of exactly `length` elements. T: float, double, std::int32_t, std::uint8_t.
  template <class T> const T* input(const char* name, std::size_t length) { return static_cast<const T*>(array(name, typeOf<T>(), length, false, false)); }
  template <class T> T* output(const char* name, std::size_t length) { return static_cast<T*>(array(name, typeOf<T>(), length, true, false)); }
  // The same, or nullptr where JavaScript passes null or undefined.
  template <class T> const T* optionalInput(const char* name, std::size_t length) { return static_cast<const T*>(array(name, typeOf<T>(), length, false, true)); }
  template <class T> T* optionalOutput(const char* name, std::size_t length) { return static_cast<T*>(array(name, typeOf<T>(), length, true, true)); }

  // Whether the next argument is a Float64Array: picks the dtype of a call that works in either.
  bool nextIsFloat64() const;

 private:
  template <class T> static napi_typedarray_type typeOf();
  void* array(const char* name, napi_typedarray_type type, std::size_t length, bool output, bool optional);

  struct Span {
    const char* name;
    const std::uint8_t* begin;
    const std::uint8_t* end;
    bool output;
  };

  const Napi::CallbackInfo& info_;
  std::size_t next_ = 0;
  std::vector<Span> spans_;
};

// The product of a shape; throws std::length_error where it does not fit.
std::size_t product(std::initializer_list<std::size_t> shape);

// Runs a binding's body and turns what the core throws into a JavaScript error: std::invalid_argument, std::out_of_range
// and std::length_error into RangeError, std::bad_alloc and the rest into Error.
template <void (*Body)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info);

void rethrowAsJavaScript(Napi::Env env);

template <void (*Body)(const Napi::CallbackInfo&)>
Napi::Value guarded(const Napi::CallbackInfo& info) {
  try {
    Body(info);
  } catch (const Napi::Error&) {
    throw;
  } catch (...) {
    rethrowAsJavaScript(info.Env());
  }
  return info.Env().Undefined();
}

// Adds a function that fills the buffers it is given and returns nothing.
template <void (*Body)(const Napi::CallbackInfo&)>
void add(Napi::Object& exports, const char* name) {
  exports.Set(name, Napi::Function::New(exports.Env(), &guarded<Body>, name));
}

template <> inline napi_typedarray_type Arguments::typeOf<float>() { return napi_float32_array; }
template <> inline napi_typedarray_type Arguments::typeOf<double>() { return napi_float64_array; }
template <> inline napi_typedarray_type Arguments::typeOf<std::int32_t>() { return napi_int32_array; }
template <> inline napi_typedarray_type Arguments::typeOf<std::uint8_t>() { return napi_uint8_array; }

}  // namespace wetas::binding
