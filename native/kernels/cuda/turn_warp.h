// A pair is done in turns: one goes over one strip, forwards or backwards. Warps take the turns of a launch in order, of every pair the first, then of every
// pair the second, and a turn begins while the one before it is still at work: it waits until that is far enough ahead, or, where it needs all of it,
// for its end. So a long pair keeps many warps busy, many pairs a warp each, and no bit depends on how many there are. A turn waits for earlier ones
// alone, which have all begun: few warps do not lock each other out.
#pragma once

#include <cstdint>

#include "kernels/cuda/warp.h"

namespace wetas::cuda {

constexpr std::int32_t kStepsBetweenLooks = 2048;  // a look is slow: the flag of a GPU lies in the memory of the CPU

// The turns of a launch.
struct PairTurns {
  std::int32_t pairs, most;  // of any pair
  std::int64_t atOnce;       // that have something to do at the same time
  std::int32_t* next;        // to be taken; 0 before
};

// The next one, of whatever pair: `most` and more where a warp takes another after the last.
template <class Warp>
struct TakenTurn {
  std::int32_t number, pair;

  WETAS_DEVICE explicit TakenTurn(const PairTurns& turns) {
    const std::int32_t taken = Warp::takeNext(turns.next);
    number = taken / turns.pairs;
    pair = taken % turns.pairs;
  }
};

template <class Warp>
class Turn {
 public:
  // progress: of each turn of the pair, zeros before. steps: about how many a turn takes. Those of the turns before count, so that a pair
  // of many short turns looks at the flag no more often than one of few long turns.
  WETAS_DEVICE Turn(std::int32_t* progress, std::int32_t number, std::int64_t steps, typename Warp::StopFlag flag)
      : own_(progress + number), number_(number), flag_(flag), sinceLook_(static_cast<std::int32_t>(number * steps % kStepsBetweenLooks)) {}

  WETAS_DEVICE std::int32_t number() const { return number_; }

  // Until the turn before has come so far: has begun, which is said of this one then too, or a number that it has published, or its end.
  WETAS_DEVICE void waitFor(std::int32_t progress) {
    if (number_ > 0 && seen_ < progress) seen_ = await(own_ - 1, progress);
  }
  WETAS_DEVICE void waitForBegin() {
    waitFor(kBegun);
    publish(kBegun);
  }
  WETAS_DEVICE void waitForEnd() { waitFor(kEnded); }
  WETAS_DEVICE void waitForEndOf(std::int32_t other) { await(own_ - number_ + other, kEnded); }

  // How far this turn has come, in numbers that grow: all that it has written until now is there for those that wait.
  WETAS_DEVICE void publish(std::int32_t progress) { Warp::publish(own_, progress); }
  // Once this one has ended, all before have.
  WETAS_DEVICE void end() {
    waitForEnd();
    publish(stopped_ ? kStopped : kEnded);
  }

  // Whether to leave, so many steps of a strip later, or what takes as long.
  WETAS_DEVICE bool stoppedAfter(std::int32_t steps) {
    sinceLook_ += steps;
    if (sinceLook_ >= kStepsBetweenLooks && !stopped_) {
      sinceLook_ = 0;
      stopped_ = Warp::isSet(flag_);
    }
    return stopped_;
  }
  WETAS_DEVICE bool stopped() const { return stopped_; }

 private:
  static constexpr std::int32_t kBegun = 1, kStopped = 0x7fffffff, kEnded = kStopped - 1;

  // While it has to wait it only looks: what tells that all before is there empties the first cache of the multiprocessor.
  WETAS_DEVICE std::int32_t await(const std::int32_t* other, std::int32_t progress) {
    std::int32_t seen = Warp::progressOf(other);
    while (seen < progress) {
      do Warp::pause();
      while (Warp::lookAt(other) < progress);
      seen = Warp::progressOf(other);
    }
    if (seen == kStopped) stopped_ = true;
    return seen;
  }

  std::int32_t* const own_;
  const std::int32_t number_;
  const typename Warp::StopFlag flag_;
  std::int32_t sinceLook_, seen_ = 0;
  bool stopped_ = false;
};

}  // namespace wetas::cuda
