// Reading arguments at the boundary. TypeScript has already checked their meaning in the caller's words; what is checked
// again here is what memory safety rests on: the type, a length equal to the product of the shape, no overlap of an
// output with another buffer. JavaScript owns every buffer; nothing is kept past the call, or past the job (jobs.h).
#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

namespace wetas::binding {

// The arguments of one call, read in order. Every reader throws a JavaScript TypeError or RangeError on a mismatch.
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info, std::size_t first = 0) : info_(info), first_(first), next_(first) {}

  // A whole number in [0, 2^31).
  std::size_t size(const char* name);
  // A whole number in [0, count).
  std::size_t code(const char* name, std::size_t count);
  // Any finite number.
  double number(const char* name);
  // Any number, NaN and infinities included.
  double anyNumber(const char* name);
  bool boolean(const char* name);

  // A typed array of exactly `length` elements. T: float, double, std::int32_t, std::uint8_t.
  template <class T> const T* input(const char* name, std::size_t length) { return static_cast<const T*>(array(name, typeOf<T>(), length, false, false)); }
  template <class T> T* output(const char* name, std::size_t length) { return static_cast<T*>(array(name, typeOf<T>(), length, true, false)); }
  // The same, or nullptr where JavaScript passes null, undefined or, at the end, nothing, which is the quickest.
  template <class T> const T* optionalInput(const char* name, std::size_t length) { return static_cast<const T*>(array(name, typeOf<T>(), length, false, true)); }
  template <class T> T* optionalOutput(const char* name, std::size_t length) { return static_cast<T*>(array(name, typeOf<T>(), length, true, true)); }
  // A copy of optional integers that memory safety rests on, for what has been checked may not change: other threads can write to a
  // SharedArrayBuffer during the call.
  std::shared_ptr<const std::int32_t[]> optionalCopy(const char* name, std::size_t length);

  // Whether argument `index` is a Float64Array: picks the dtype of a call that works in either.
  bool isFloat64(std::size_t index);

  // A JavaScript array of all the typed arrays read so far: whoever refers to it keeps their memory.
  Napi::Array arraysRead() const;

 private:
  template <class T> static napi_typedarray_type typeOf();
  Napi::Value next() { return info_[next_++]; }
  void* array(const char* name, napi_typedarray_type type, std::size_t length, bool output, bool optional);

  struct View {
    bool isArray;
    napi_typedarray_type type;
    std::size_t elements;
    void* data;
  };
  const View& view(std::size_t index);

  struct Span {
    const char* name;
    const std::uint8_t* begin;
    const std::uint8_t* end;
    bool output;
    napi_value value;
  };

  const Napi::CallbackInfo& info_;
  std::size_t first_, next_;
  std::size_t viewed_ = static_cast<std::size_t>(-1);  // the argument that view_ is of: asking takes Node-API longer than all other checks
  View view_{};
  std::vector<Span> spans_;
};

// The product of a shape; throws std::length_error where it does not fit.
std::size_t product(std::initializer_list<std::size_t> shape);

// To be called while an exception is handled: turns what the core throws into a Napi::Error: std::invalid_argument, std::out_of_range
// and std::length_error into RangeError, std::bad_alloc and the rest into Error.
[[noreturn]] void rethrowAsJavaScript(Napi::Env env);

// Runs a binding's body; what it throws becomes a JavaScript error.
template <void (*Body)(const Napi::CallbackInfo&)>
void guarded(const Napi::CallbackInfo& info) {
  try {
    Body(info);
  } catch (...) {
    rethrowAsJavaScript(info.Env());
  }
}

// Adds a function that fills the buffers it is given and returns nothing.
template <void (*Body)(const Napi::CallbackInfo&)>
void add(Napi::Object& exports, const char* name) {
  exports.Set(name, Napi::Function::New<guarded<Body>>(exports.Env(), name));
}

template <> inline napi_typedarray_type Arguments::typeOf<float>() { return napi_float32_array; }
template <> inline napi_typedarray_type Arguments::typeOf<double>() { return napi_float64_array; }
template <> inline napi_typedarray_type Arguments::typeOf<std::int32_t>() { return napi_int32_array; }
template <> inline napi_typedarray_type Arguments::typeOf<std::uint8_t>() { return napi_uint8_array; }

}  // namespace wetas::binding
