import type { WriteStream } from 'node:tty';
import type { Planned, Progress } from '../../../contract/messages.ts';
import { formatProgressLine, formatProgressSentence } from './progress-line.ts';
import { formatNote, formatPlanned } from './report.ts';

/** Seconds between lines where there is no terminal to redraw. */
const PLAIN_LINE_EVERY_MS = 5000;
const FALLBACK_COLUMNS = 80;

/** Shows one job on stderr: a line that is redrawn on a terminal, plain lines now and then elsewhere. */
export class UpscaleView {
  readonly #stream: WriteStream;
  readonly #inputPath: string;
  #drawn = false;
  #lastPlainMs = -Infinity;
  #lastPhase = '';

  constructor(inputPath: string, stream: WriteStream = process.stderr) {
    this.#inputPath = inputPath;
    this.#stream = stream;
  }

  planned(planned: Planned): void {
    this.print(formatPlanned(this.#inputPath, planned));
  }

  note(note: string): void {
    this.print(formatNote(note).join('\n'));
  }

  progress(progress: Progress): void {
    if (this.#stream.isTTY) {
      const columns = Math.min(this.#stream.columns || FALLBACK_COLUMNS, 100);
      this.#stream.write(`\r\x1b[2K${formatProgressLine(progress, columns)}`);
      this.#drawn = true;
      return;
    }
    const nowMs = performance.now();
    const isNewPhase = progress.phase !== this.#lastPhase && progress.phase !== 'upscaling';
    if (!isNewPhase && nowMs - this.#lastPlainMs < PLAIN_LINE_EVERY_MS) return;
    this.#lastPlainMs = nowMs;
    this.#lastPhase = progress.phase;
    this.print(`  ${formatProgressSentence(progress)}`);
  }

  /** A line that stays. */
  print(text: string): void {
    this.clear();
    this.#stream.write(`${text}\n`);
  }

  /** Takes the moving line away. */
  clear(): void {
    if (this.#drawn) this.#stream.write('\r\x1b[2K');
    this.#drawn = false;
  }
}
