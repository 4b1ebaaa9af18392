/** What may differ between a job as it was begun and as it would go on, and what follows from each. */
import { isDeepStrictEqual } from 'node:util';
import type { JobIdentity } from './job-identity.ts';

/** Closed list. `go-on`: said, and the job goes on. `refuse`: the finished part would not fit what is to come. */
const DECISIONS = {
  'input-renewed': 'go-on',
  'input-changed': 'refuse',
  'settings-changed': 'refuse',
  'model-changed': 'refuse',
  'arithmetic-changed': 'refuse',
  'runtime-changed': 'go-on',
  'engine-changed': 'go-on',
  'ffmpeg-changed': 'go-on',
  'encoder-changed': 'refuse',
} as const satisfies Record<string, 'go-on' | 'refuse'>;

export type ChangeReason = keyof typeof DECISIONS;

export interface JobChange {
  readonly reason: ChangeReason;
  readonly decision: (typeof DECISIONS)[ChangeReason];
  /** What it was and what it is, as a part of a sentence. */
  readonly words: string;
}

type Note = (reason: ChangeReason, words: string) => void;

/** Everything that differs, what forbids going on first. */
export function findChanges(before: JobIdentity, now: JobIdentity): JobChange[] {
  const changes: JobChange[] = [];
  const note: Note = (reason, words) => void changes.push({ reason, decision: DECISIONS[reason], words });
  compareInputs(before, now, note);
  const settings = differingPaths(before.plan, now.plan);
  if (settings.length > 0) note('settings-changed', `the settings differ (${settings.slice(0, 3).join('; ')})`);
  if (before.model.sha256 !== now.model.sha256) {
    note('model-changed', `the model ${before.model.name} was another file than ${now.model.name} is now`);
  }
  if (before.arithmetic !== now.arithmetic) {
    note('arithmetic-changed', `it was computed in ${before.arithmetic} and would now be in ${now.arithmetic}`);
  }
  compareEncoders(before, now, note);
  const exact = { int8: 'to the same bit', f32: 'within one code value', f16: 'within two code values' }[
    now.arithmetic
  ];
  if (before.runtime !== now.runtime) {
    note('runtime-changed', `${now.runtime} computes in place of ${before.runtime}, ${exact}`);
  } else if (before.engine !== now.engine) {
    note('engine-changed', `${now.runtime} is of another build, which computes ${exact}`);
  }
  return changes.sort((a, b) => Number(b.decision === 'refuse') - Number(a.decision === 'refuse'));
}

function compareInputs(before: JobIdentity, now: JobIdentity, note: Note): void {
  const [was, is] = [before.input, now.input];
  if (was.sizeBytes !== is.sizeBytes) {
    note('input-changed', `${is.path} had ${was.sizeBytes} bytes and has ${is.sizeBytes}`);
  } else if (was.sampledSha256 !== is.sampledSha256) {
    note('input-changed', `${is.path} has another content than when the job began`);
  } else if (was.modifiedMs !== is.modifiedMs) {
    note(
      'input-renewed',
      `${is.path} was written anew, with the same size and the same content where it was looked at`,
    );
  }
}

/** Where an encoder could not be tried, or is hardware that need not write the same twice, ffmpeg's version must do. */
function compareEncoders(before: JobIdentity, now: JobIdentity, note: Note): void {
  const isTried = before.encoderSha256 !== null && now.encoderSha256 !== null;
  const isOther = isTried ? before.encoderSha256 !== now.encoderSha256 : before.ffmpegVersion !== now.ffmpegVersion;
  const versions = `ffmpeg was ${before.ffmpegVersion} and is ${now.ffmpegVersion}`;
  if (isOther) note('encoder-changed', `the video encoder may be another, whose segments need not fit (${versions})`);
  else if (before.ffmpegVersion !== now.ffmpegVersion) {
    note('ffmpeg-changed', `${versions}, with an encoder that writes the same`);
  }
}

/** `a.b was 1 and is 2` for every leaf that differs. */
function differingPaths(before: unknown, now: unknown, path = ''): string[] {
  if (isDeepStrictEqual(before, now)) return [];
  if (!isPlain(before) || !isPlain(now)) return [`${path} was ${show(before)} and is ${show(now)}`];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((key) =>
    differingPaths(before[key], now[key], path === '' ? key : `${path}.${key}`),
  );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const LONGEST_SHOWN = 120;

function show(value: unknown): string {
  const text = Array.isArray(value) ? value.join(' ') : value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
