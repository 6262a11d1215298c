#include "core/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "wetas/device.h"

namespace wetas {
namespace {

class ThreadPool : public testing::Test {
 protected:
  void TearDown() override { setThreadCount(before_); }

 private:
  const std::size_t before_ = threadCount();
};

void expectEveryIndexOnce(std::size_t count) {
  std::vector<std::atomic<int>> calls(count);
  parallelFor(count, [&](std::size_t i) { ++calls[i]; });
  for (const auto& each : calls) ASSERT_EQ(each, 1);
}

TEST_F(ThreadPool, CallsEveryIndexOnce) {
  for (const std::size_t threads : {1, 2, 7, 33}) {
    setThreadCount(threads);
    for (const std::size_t count : {0, 1, 2, 3, 100, 10000}) expectEveryIndexOnce(count);
  }
}

TEST_F(ThreadPool, ApartCallsEveryIndexOnce) {
  for (const std::size_t threads : {1, 2, 7, 33}) {
    setThreadCount(threads);
    for (const std::size_t count : {0, 1, 2, 3, 20, 100}) {
      std::vector<std::atomic<int>> calls(count);
      parallelForApart(count, [&](std::size_t i) { ++calls.at(i); });
      for (const auto& each : calls) ASSERT_EQ(each, 1);
    }
  }
}

TEST_F(ThreadPool, ApartGoesThroughAStretchAThread) {
  setThreadCount(1);
  std::vector<std::size_t> order;
  parallelForApart(3, [&](std::size_t i) { order.push_back(i); });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2}));
}

TEST_F(ThreadPool, ManySmallJobsInARow) {
  setThreadCount(4);
  for (int turn = 0; turn < 2000; ++turn) expectEveryIndexOnce(5);
}

TEST_F(ThreadPool, ACallFromInsideABodyRuns) {
  setThreadCount(3);
  std::atomic<int> calls{0};
  parallelFor(6, [&](std::size_t) { parallelFor(5, [&](std::size_t) { ++calls; }); });
  EXPECT_EQ(calls, 30);
}

TEST_F(ThreadPool, ConcurrentCallersEachGetTheirOwn) {
  setThreadCount(3);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([] {
      for (int turn = 0; turn < 200; ++turn) expectEveryIndexOnce(17);
    });
  }
  for (std::thread& caller : callers) caller.join();
}

TEST_F(ThreadPool, ACallThatFindsItBusyDoesNotWait) {
  setThreadCount(2);
  std::promise<void> begun, mayEnd;
  const std::shared_future<void> end = mayEnd.get_future().share();
  std::atomic<int> calls{0};
  std::thread busy([&] {
    parallelFor(2, [&](std::size_t) {
      if (++calls == 1) begun.set_value();
      end.wait();
    });
  });
  begun.get_future().wait();
  expectEveryIndexOnce(17);
  mayEnd.set_value();
  busy.join();
  EXPECT_EQ(calls, 2);
}

TEST_F(ThreadPool, WhatABodyThrowsReachesTheCaller) {
  for (const std::size_t threads : {1, 4}) {
    setThreadCount(threads);
    for (std::size_t culprit = 0; culprit < 20; ++culprit) {
      std::atomic<int> running{0};
      const auto body = [&](std::size_t i) {
        ++running;
        if (i == culprit) --running, throw std::out_of_range("enough");
        --running;
      };
      EXPECT_THROW(parallelFor(20, body), std::out_of_range);
      EXPECT_EQ(running, 0);
      expectEveryIndexOnce(17);
    }
  }
}

TEST_F(ThreadPool, TheNumberOfThreadsHasBounds) {
  setThreadCount(5);
  EXPECT_EQ(threadCount(), 5u);
  EXPECT_THROW(setThreadCount(0), std::invalid_argument);
  EXPECT_THROW(setThreadCount(1025), std::invalid_argument);
  EXPECT_EQ(threadCount(), 5u);
}

}  // namespace
}  // namespace wetas
