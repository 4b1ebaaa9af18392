import { z } from 'zod';
import { entrySchema } from '../../../main/contract/app-messages.ts';
import type { Entry } from '../../../main/contract/app-messages.ts';

export type OnShare = (name: string, share: number) => void;

/**
 * Hands dropped or chosen files to the app: Electron is told their paths, a server gets them uploaded one by one.
 * @throws Error with the app's sentence
 */
export async function bringFiles(files: readonly File[], onShare: OnShare): Promise<Entry[]> {
  const bridge = window.tandem;
  if (bridge) return Promise.all(files.map(async (file) => openGrant(await bridge.grantFile(file))));
  const entries: Entry[] = [];
  for (const file of files) entries.push(await upload(file, (share) => onShare(file.name, share)));
  return entries;
}

const grantSchema = z.union([z.strictObject({ entry: entrySchema }), z.strictObject({ refusal: z.string() })]);

function openGrant(answer: unknown): Entry {
  const grant = grantSchema.parse(answer);
  if ('entry' in grant) return grant.entry;
  throw new Error(grant.refusal);
}

function upload(file: File, onShare: (share: number) => void): Promise<Entry> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `upload?name=${encodeURIComponent(file.name)}`);
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new Error('the upload was cut off'));
    request.onload = () => {
      const answer: unknown = JSON.parse(request.responseText || '{}');
      if (request.status === 201) resolve(entrySchema.parse(answer));
      else reject(new Error((answer as { message?: string }).message ?? `the app answered ${request.status}`));
    };
    request.send(file);
  });
}

/** Files of a drop, those in dropped folders included. */
export async function filesOfDrop(transfer: DataTransfer): Promise<File[]> {
  // Electron opens folders itself.
  if (window.tandem) return [...transfer.files];
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  return (await Promise.all(entries.map(filesOfEntry))).flat();
}

async function filesOfEntry(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await new Promise<File>((ok, no) => (entry as FileSystemFileEntry).file(ok, no))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((ok, no) => reader.readEntries(ok, no));
    if (some.length === 0) return found;
    for (const child of some) found.push(...(await filesOfEntry(child)));
  }
}
