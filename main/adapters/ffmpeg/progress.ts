/** Reads what `-progress pipe:2` mixes into the log: `key=value` lines, closed by `progress=continue` or `progress=end`. */
export class ProgressReader {
  #frames: number | null = null;
  #hasEnded = false;

  /** @returns true for a line of progress, which is no line of the log */
  readonly take = (line: string): boolean => {
    const match = /^(\w+)=\s*(\S*)$/.exec(line.trim());
    if (match === null) return false;
    if (match[1] === 'frame') this.#frames = Number(match[2]);
    if (match[1] === 'progress' && match[2] === 'end') this.#hasEnded = true;
    return true;
  };

  /** Frames that ffmpeg says it wrote, `null` unless it came to its own end. */
  get framesAtEnd(): number | null {
    return this.#hasEnded ? this.#frames : null;
  }
}
