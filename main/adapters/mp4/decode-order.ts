/**
 * Decoding stamps of a whole time line from the presentation stamps in decoding order: the sorted stamps, shifted by the
 * greatest reorder delay. So they rise strictly and none is later than its frame's presentation, however segments with
 * B-frames and uneven frame times follow one another (DESIGN: joining by the concat demuxer changes them).
 * @param ptsInDecodeOrder ticks, all different
 * @throws RangeError when two frames share a stamp
 */
export function computeDts(ptsInDecodeOrder: readonly number[]): number[] {
  const sorted = [...ptsInDecodeOrder].sort((a, b) => a - b);
  const rank = new Map(sorted.map((pts, i) => [pts, i]));
  if (rank.size !== sorted.length)
    throw new RangeError('expected every frame at a time of its own but got two at the same time');
  const delay = ptsInDecodeOrder.reduce((most, pts, i) => Math.max(most, i - (rank.get(pts) ?? i)), 0);
  const at = (i: number) => sorted[i] ?? 0;
  const lead = at(delay) - at(0);
  return sorted.map((pts, i) => (i < delay ? pts - lead : at(i - delay)));
}
