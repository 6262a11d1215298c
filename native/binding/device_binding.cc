#include "binding/arguments.h"
#include "binding/bindings.h"
#include "wetas/device.h"

namespace wetas::binding {
namespace {

// setThreads(threads)
void setThreads(const Napi::CallbackInfo& info) { setThreadCount(Arguments(info).size("threads")); }

// deviceInfo(target): fills target.device, target.simd, target.threads, target.gpuName, target.gpuComputeCapability and target.gpuMissing.
void deviceInfo(const Napi::CallbackInfo& info) {
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "expected an object for `target`");
  Napi::Object target = info[0].As<Napi::Object>();
  target.Set("device", "cpu");
  target.Set("simd", simdName());
  target.Set("threads", static_cast<double>(threadCount()));
  const GpuInfo gpu = gpuInfo();
  target.Set("gpuName", gpu.name);
  target.Set("gpuComputeCapability", gpu.computeCapability);
  target.Set("gpuMissing", gpu.missing);
}

// freeMemory(array): of its ArrayBuffer, now and not when the collector comes. All views of it have no elements from then on.
void freeMemory(const Napi::CallbackInfo& info) {
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_float32_array) {
    throw Napi::TypeError::New(info.Env(), "expected a Float32Array for `array`");
  }
  info[0].As<Napi::TypedArray>().ArrayBuffer().Detach();
}

}  // namespace

void addDeviceFunctions(Napi::Object& exports) {
  add<setThreads>(exports, "setThreads");
  add<deviceInfo>(exports, "deviceInfo");
  add<freeMemory>(exports, "freeMemory");
}

}  // namespace wetas::binding
