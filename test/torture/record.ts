import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Rows of finished cases, one JSON a line: what a stopped run goes on from. */
export class CaseRecord<Row extends { readonly number: number }> {
  readonly #path: string;
  readonly rows: Row[];

  constructor(folder: string, name: string) {
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, `${name}.jsonl`);
    const text = existsSync(this.#path) ? readFileSync(this.#path, 'utf8') : '';
    // A last line that was cut off is a case that was not finished.
    this.rows = text.split('\n').flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Row] : []));
  }

  has(number: number): boolean {
    return this.rows.some((row) => row.number === number);
  }

  add(row: Row): void {
    this.rows.push(row);
    appendFileSync(this.#path, `${JSON.stringify(row)}\n`);
  }
}
