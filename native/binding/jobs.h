// Work that goes on after the call that asked for it has returned, and then calls back.
//
// Not on libuv's pool: Node waits for its requests before it runs an environment's cleanup hooks, and for its threads before
// process.exit(), so a long job would hold up worker.terminate() and the end of the process. Here a cleanup hook stops an
// environment's jobs and waits the few milliseconds until they have.
#pragma once

#include <napi.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "wetas/control.h"

namespace wetas::binding {

// What a call does once its arguments are read and checked.
struct Work {
  double cells;  // of the cost matrices of all its pairs
  std::function<void(Control&)> run;
};

class Job;

// The jobs of one environment: the main thread or a worker.
class Jobs : public std::enable_shared_from_this<Jobs> {
 public:
  // Those of this environment, to be made once by addon.cc.
  static void makeFor(Napi::Env env);
  static Jobs& of(Napi::Env env);

  // Starts the work and returns its NativeJob (ts/native/NativeBinding.ts). `arrays` keeps the memory that it uses until done(error | null).
  Napi::Object start(Napi::Env env, Work work, Napi::Function done, Napi::Array arrays);

 private:
  void ended(std::shared_ptr<Job> job);
  void callBack(Napi::Env env);
  void stopAll();

  napi_threadsafe_function wakeUp_ = nullptr;  // keeps the event loop alive while there are jobs
  std::unordered_set<std::shared_ptr<Job>> jobs_;  // touched by JavaScript's thread only, as are the references that they hold
  std::mutex mutex_;
  std::condition_variable someEnded_;
  std::deque<std::shared_ptr<Job>> ended_;
};

}  // namespace wetas::binding
