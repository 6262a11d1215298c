// Uninitialised working space that grows with the largest need so far.
#pragma once

#include <cstddef>
#include <memory>
#include <new>

namespace wetas {

template <class T>
class Workspace {
 public:
  // At least `count` numbers, on a cache line. Their contents are lost where it must grow.
  T* atLeast(std::size_t count) {
    if (count > size_) {
      memory_.reset();
      size_ = 0;
      memory_.reset(static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{kLine})));
      size_ = count;
    }
    return memory_.get();
  }
  void releaseAbove(std::size_t count) noexcept {
    if (size_ <= count) return;
    memory_.reset();
    size_ = 0;
  }
  T* data() const noexcept { return memory_.get(); }

 private:
  static constexpr std::size_t kLine = 64;
  struct Free {
    void operator()(T* memory) const { ::operator delete(memory, std::align_val_t{kLine}); }
  };
  std::unique_ptr<T, Free> memory_;
  std::size_t size_ = 0;
};

}  // namespace wetas
