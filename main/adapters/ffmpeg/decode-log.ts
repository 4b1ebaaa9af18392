/** What ffmpeg only says in its log and then ends well: a cut file, damaged frames, and a scaler it put in by itself. */
export class DecodeLog {
  isCut = false;
  changesMidway = false;
  errors = 0;
  #firstError: string | null = null;

  take(line: string): boolean {
    if (/partial file|ended prematurely|truncated|truncating/i.test(line)) this.isCut = true;
    if (/auto.inserted|auto-inserting|scaler_out_/i.test(line)) this.changesMidway = true;
    if (line.includes('[error]')) {
      this.errors += 1;
      this.#firstError ??= line.replace(/^(\[[^\]]*\]\s*)+/, '').trim();
    }
    return /\[(verbose|debug)\]/.test(line);
  }

  /** Sentences for a person. */
  losses(frames: number): string[] {
    const lost: string[] = [];
    if (this.errors > 0) {
      const times = this.errors === 1 ? 'once' : `${String(this.errors)} times`;
      lost.push(`The source is damaged: ffmpeg complained ${times} while decoding, first "${this.#firstError ?? ''}".`);
    }
    if (this.isCut) lost.push('The source is cut off: its end is missing.');
    return lost.length === 0
      ? []
      : [...lost, `${String(frames)} frames could be decoded; damaged ones may look broken.`];
  }
}
