import { randomUUID } from 'node:crypto';
import { extname } from 'node:path';

/** A file that a page may fetch. */
export interface Medium {
  readonly path: string;
  readonly mimeType: string;
  /** Offered to be kept under this name; shown in the page where absent. */
  readonly saveAs?: string | undefined;
}

const MIME_TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.mkv': 'video/x-matroska',
  '.webm': 'video/webm',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.html': 'text/html; charset=utf-8',
};

/** Most tickets at a time: previews come and go. */
const MOST_MEDIA = 20_000;

/** Tickets for files: the page fetches `media/<id>` and never names a path. */
export class MediaStore {
  readonly #media = new Map<string, Medium>();
  readonly #ids = new Map<string, string>();

  add(path: string, saveAs?: string): { mediaId: string; mimeType: string } {
    const mimeType = MIME_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
    const known = this.#ids.get(path);
    const mediaId = known ?? randomUUID();
    this.#media.set(mediaId, { path, mimeType, saveAs });
    this.#ids.set(path, mediaId);
    const oldest = this.#media.size > MOST_MEDIA ? this.#media.entries().next().value : undefined;
    if (oldest) {
      this.#media.delete(oldest[0]);
      this.#ids.delete(oldest[1].path);
    }
    return { mediaId, mimeType };
  }

  get(id: string): Medium | null {
    return this.#media.get(id) ?? null;
  }
}
