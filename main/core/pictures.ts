/** Outputs that are pictures rather than a film: one, a numbered row of them, or an animation. */

export type PictureKind = 'gif' | 'apng' | 'webp' | 'png' | 'jpg';

export interface PicturesPlan {
  readonly kind: PictureKind;
  /** Names of the files inside the output, which is a folder then: `%04d.png`. `null` where the output is one file. */
  readonly pattern: string | null;
  /** Number of the first of a row. */
  readonly first: number;
}

const KINDS: Readonly<Record<string, PictureKind>> = {
  ...{ '.gif': 'gif', '.apng': 'apng', '.webp': 'webp', '.png': 'png', '.jpg': 'jpg', '.jpeg': 'jpg' },
};

/** Ends of names that are pictures, for messages. */
export const PICTURE_ENDINGS = Object.keys(KINDS).join(', ');

export function pictureKind(path: string): PictureKind | null {
  return KINDS[/\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? ''] ?? null;
}

/** A picture's name with a place for a number, as ffmpeg writes it: `%04d.png`. Films may be called so by accident. */
export function isNumbered(path: string): boolean {
  return /%0?\d*d[^/\\]*\.(png|jpe?g|webp|bmp|tiff?|tga|dpx|exr|jp2|p[gpn]m)$/i.test(path);
}

/** The pattern as an expression that numbered names fit; it catches the digits. */
export function numberedName(pattern: string): RegExp {
  const quoted = pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${quoted.replace(/%0?\d*d/, '(\\d+)')}$`);
}

/** The number of a name; null for one that ffmpeg would not write so: `%03d` is 007 and 1000, never 7 or 0007. */
export function numberOf(pattern: string, name: string): number | null {
  const digits = numberedName(pattern).exec(name)?.[1];
  if (digits === undefined) return null;
  const width = Number(/%0(\d+)d/.exec(pattern)?.[1] ?? 1);
  return String(Number(digits)).padStart(width, '0') === digits ? Number(digits) : null;
}

/** True for animations: of these kinds one file may show many pictures. */
export function isAnimation(kind: PictureKind): boolean {
  return kind === 'gif' || kind === 'apng' || kind === 'webp';
}
