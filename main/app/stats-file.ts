import { appendFileSync, createReadStream, truncateSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { STAGE_NAMES } from '../core/stats.ts';
import type { Arithmetic } from '../core/runtime.ts';
import type { FrameRow } from '../core/stats.ts';
import { writeDurably } from './durable-file.ts';
import { explainingWrites } from './fs-errors.ts';

/** Text that is gathered before it goes to the disk: some hundred rows. */
const GATHERED_CHARACTERS = 64 * 1024;

/**
 * One row per frame, stages in milliseconds: a JSON array of objects, or CSV for any other ending of the name. Rows wait
 * in a file of the work folder until the job is done, so that hours of video take no memory.
 */
export class StatsFile {
  readonly #path: string;
  readonly #rowsPath: string;
  readonly #arithmetic: Arithmetic;
  readonly #isJson: boolean;
  #gathered = '';

  /** @param path the file that is asked for; @param rowsPath where rows wait; @param arithmetic of the job */
  constructor(path: string, rowsPath: string, arithmetic: Arithmetic) {
    this.#path = path;
    this.#rowsPath = rowsPath;
    this.#arithmetic = arithmetic;
    this.#isJson = path.toLowerCase().endsWith('.json');
  }

  /** @throws when the disk is full, like any write of the job */
  add(row: FrameRow): void {
    const named = nameColumns(row, this.#arithmetic);
    this.#gathered += `${this.#isJson ? JSON.stringify(named) : Object.values(named).map(toCell).join(',')}\n`;
    if (this.#gathered.length >= GATHERED_CHARACTERS) this.#flush();
  }

  /** Forgets all rows after the first so many. */
  async truncate(rows: number): Promise<void> {
    this.#flush();
    let bytes = 0;
    let left = rows;
    for await (const line of this.#lines()) {
      if (left === 0) break;
      bytes += Buffer.byteLength(line) + 1;
      left -= 1;
    }
    truncateSync(this.#rowsPath, bytes);
  }

  /** Writes the file that is asked for, whole or not at all. */
  async publish(): Promise<void> {
    this.#flush();
    await explainingWrites(this.#path, () => writeDurably(this.#path, this.#isJson ? this.#toJson() : this.#toCsv()));
  }

  async *#toJson(): AsyncGenerator<string> {
    let separator = '[\n';
    for await (const line of this.#lines()) {
      yield `${separator}${line}`;
      separator = ',\n';
    }
    yield separator === '[\n' ? '[]\n' : '\n]\n';
  }

  async *#toCsv(): AsyncGenerator<string> {
    yield `${COLUMNS.join(',')}\n`;
    for await (const line of this.#lines()) yield `${line}\n`;
  }

  #lines(): AsyncIterable<string> {
    return createInterface({ input: createReadStream(this.#rowsPath), crlfDelay: Infinity });
  }

  #flush(): void {
    // The file is there afterwards, also without rows.
    appendFileSync(this.#rowsPath, this.#gathered);
    this.#gathered = '';
  }
}

const COLUMNS = ['index', 'ptsSeconds', 'lane', 'arithmetic', ...STAGE_NAMES.map((stage) => `${stage}Ms`)];

/** A device's name may hold a comma. */
function toCell(value: string | number): string {
  return /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
}

/** Times to the microsecond: more digits are noise. */
function nameColumns(row: FrameRow, arithmetic: Arithmetic): Readonly<Record<string, string | number>> {
  const times = STAGE_NAMES.map((stage) => [`${stage}Ms`, Math.round(row[stage] * 1000) / 1000]);
  const { index, ptsSeconds, lane } = row;
  return { index, ptsSeconds, lane, arithmetic, ...(Object.fromEntries(times) as Record<string, number>) };
}
