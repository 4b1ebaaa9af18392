// Memory that starts on a page, zeroed. Large buffers ask for huge pages: a tile reads some hundred rows that lie on as many
// small pages, more than the processor's first-level TLB has entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace tandem {

class AlignedBuffer {
 public:
  static constexpr size_t kAlignment = 4096, kHugePage = size_t{2} << 20;

  AlignedBuffer() : data_(nullptr, Free{kAlignment}) {}
  explicit AlignedBuffer(size_t bytes) : AlignedBuffer() {
    const size_t alignment = bytes >= kHugePage / 2 ? kHugePage : kAlignment;
    const size_t rounded = bytes == 0 ? kAlignment : (bytes + alignment - 1) / alignment * alignment;
    data_ = {static_cast<uint8_t*>(::operator new(rounded, std::align_val_t{alignment})), Free{alignment}};
#if defined(__linux__)
    if (alignment == kHugePage) madvise(data_.get(), rounded, MADV_HUGEPAGE);
#endif
    std::memset(data_.get(), 0, bytes);
  }

  uint8_t* data() const { return data_.get(); }

 private:
  struct Free {
    size_t alignment;
    void operator()(uint8_t* p) const { ::operator delete(p, std::align_val_t{alignment}); }
  };
  std::unique_ptr<uint8_t, Free> data_;
};

}  // namespace tandem
