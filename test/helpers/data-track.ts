import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Turns the text track of an MP4 into one of a camera's telemetry (`gpmd`), which ffmpeg has no way to make: only the names of
 * the samples and of their handler differ.
 */
export function makeTelemetry(path: string): void {
  const bytes = readFileSync(path);
  const rename = (from: string, to: string, after = 0) => bytes.write(to, bytes.indexOf(from, after), 'latin1');
  rename('tx3g', 'gpmd');
  rename('sbtl', 'meta');
  writeFileSync(path, bytes);
}
