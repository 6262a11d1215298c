#include "binding/jobs.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include "binding/arguments.h"
#include "core/background.h"

namespace wetas::binding {

class Job {
 public:
  Job(Work work, Napi::Function done, Napi::Array arrays)
      : work_(std::move(work)), done_(Napi::Persistent(done)), arrays_(Napi::Persistent(static_cast<Napi::Object>(arrays))) {}

  Control& control() noexcept { return control_; }
  double cells() const noexcept { return work_.cells; }

  // On its thread. False where it was abandoned before it began.
  bool run() noexcept {
    State waiting = kWaiting;
    if (!state_.compare_exchange_strong(waiting, kRunning)) return false;
    try {
      if (!control_.stopped()) work_.run(control_);
    } catch (...) {
      error_ = std::current_exception();
    }
    return true;
  }

  void setEnded() noexcept { state_ = kEnded; }

  // From now on it does not begin. Whether it is over, or will never be.
  bool abandoned() noexcept {
    State state = kWaiting;
    return state_.compare_exchange_strong(state, kAbandoned) || state != kRunning;
  }

  // On JavaScript's thread, after its end.
  void callBack(Napi::Env env) {
    const Napi::Function done = done_.Value();
    release();
    done.Call({result(env)});
  }

  void release() {
    done_.Reset();
    arrays_.Reset();
  }

 private:
  enum State { kWaiting, kRunning, kEnded, kAbandoned };

  Napi::Value result(Napi::Env env) const {
    if (control_.stopped()) {
      const Napi::Error stopped = Napi::Error::New(env, "the job was stopped");
      stopped.Value().Set("name", "AbortError");
      return stopped.Value();
    }
    if (error_ == nullptr) return env.Null();
    try {
      try {
        std::rethrow_exception(error_);
      } catch (...) {
        rethrowAsJavaScript(env);
      }
    } catch (const Napi::Error& error) {
      return error.Value();
    }
  }

  const Work work_;
  Control control_;
  std::atomic<State> state_{kWaiting};
  std::exception_ptr error_;
  Napi::FunctionReference done_;
  Napi::ObjectReference arrays_;
};

void Jobs::makeFor(Napi::Env env) {
  const auto jobs = std::make_shared<Jobs>();
  const auto callBackFromLoop = [](napi_env loopEnv, napi_value, void* context, void*) {
    if (loopEnv == nullptr) return;  // the environment is going down, and stopAll has been here
    try {
      static_cast<Jobs*>(context)->callBack(loopEnv);
    } catch (const Napi::Error& error) {
      error.ThrowAsJavaScriptException();
    }
  };
  const napi_status status = napi_create_threadsafe_function(env, nullptr, nullptr, Napi::String::New(env, "wetas job"), 0, 1, nullptr, nullptr, jobs.get(),
                                                             callBackFromLoop, &jobs->wakeUp_);
  if (status != napi_ok || napi_unref_threadsafe_function(env, jobs->wakeUp_) != napi_ok) throw Napi::Error::New(env);
  // Hooks run in the reverse order of their making: this one before Node's own, which closes the function that jobs wake the loop with.
  env.AddCleanupHook([](Jobs* mine) { mine->stopAll(); }, jobs.get());
  env.SetInstanceData(new std::shared_ptr<Jobs>(jobs));
}

Jobs& Jobs::of(Napi::Env env) { return **env.GetInstanceData<std::shared_ptr<Jobs>>(); }

Napi::Object Jobs::start(Napi::Env env, Work work, Napi::Function done, Napi::Array arrays) {
  const auto job = std::make_shared<Job>(std::move(work), done, arrays);
  Napi::Object handle = Napi::Object::New(env);
  handle.Set("stop", Napi::Function::New(env, [job](const Napi::CallbackInfo&) { job->control().stop(); }, "stop"));
  handle.Set("cellsDone", Napi::Function::New(env, [job](const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(job->control().cellsDone()));
  }, "cellsDone"));
  handle.Set("total", job->cells());

  if (jobs_.empty()) napi_ref_threadsafe_function(env, wakeUp_);
  jobs_.insert(job);
  try {
    runInBackground([jobs = shared_from_this(), job] {
      if (job->run()) jobs->ended(job);
    });
  } catch (...) {
    jobs_.erase(job);
    job->release();
    if (jobs_.empty()) napi_unref_threadsafe_function(env, wakeUp_);
    throw;
  }
  return handle;
}

void Jobs::ended(std::shared_ptr<Job> job) {
  const std::lock_guard<std::mutex> lock(mutex_);
  job->setEnded();
  ended_.push_back(std::move(job));
  napi_call_threadsafe_function(wakeUp_, nullptr, napi_tsfn_nonblocking);
  someEnded_.notify_all();
}

void Jobs::callBack(Napi::Env env) {
  std::shared_ptr<Job> job;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    job = std::move(ended_.front());
    ended_.pop_front();
  }
  jobs_.erase(job);
  if (jobs_.empty()) napi_unref_threadsafe_function(env, wakeUp_);
  job->callBack(env);
}

void Jobs::stopAll() {
  for (const auto& job : jobs_) job->control().stop();
  std::unique_lock<std::mutex> lock(mutex_);
  for (const auto& job : jobs_) {
    someEnded_.wait(lock, [&] { return job->abandoned(); });
    job->release();
  }
  jobs_.clear();
}

}  // namespace wetas::binding
