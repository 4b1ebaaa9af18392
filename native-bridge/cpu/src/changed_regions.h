// Which part of a picture differs from the last one, and the rectangles of output that follow from it.
#pragma once

#include <vector>

#include "band_runner.h"

namespace tandem {

// Remembers the input of the last frame and, once a part of the picture stood still, its output too: what did not change is
// copied instead of computed. Copies and comparisons only; every computed pixel comes from BandRunner.
class ChangedRegions {
 public:
  explicit ChangedRegions(const Plan& plan);

  // Compares with the remembered input and remembers this one. Returns the output (in input samples) that has to be computed;
  // the rest can be had from `restore`.
  std::vector<Rect> compare(const ConstPicture& input);

  // Copies what lies outside the rectangles from the remembered output. Only after a `compare` that left something out.
  void restore(const Picture& output, const std::vector<Rect>& computed) const;

  // Remembers the output if the next frame may profit, and forgets it if not.
  void remember(const Picture& output, const std::vector<Rect>& computed);

 private:
  struct Span {
    int32_t from, to;  // columns that differ; empty where from >= to
  };

  Span compareRow(const ConstPicture& input, int32_t y);
  std::vector<Rect> rectsOf(const std::vector<Span>& rows) const;
  void copyOut(const Picture& from, const Picture& to, const Rect& rect) const;
  Picture remembered() const;

  const Plan& plan_;
  std::vector<uint8_t> lastInput_;
  mutable std::vector<uint8_t> lastOutput_;
  bool hasInput_ = false;
  bool hasOutput_ = false;
  bool somethingStoodStill_ = false;
};

}  // namespace tandem
