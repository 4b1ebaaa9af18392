import { readFile } from 'node:fs/promises';
import { settingsSchema } from '../../contract/app-messages.ts';
import type { Settings } from '../../contract/app-messages.ts';
import { writeDurably } from '../durable-file.ts';

const DEFAULTS: Settings = {
  language: 'en',
  theme: 'system',
  atEnd: 'notify',
  clip: {
    target: { kind: 'model' },
    model: null,
    device: 'auto',
    arithmetic: null,
    codec: 'auto',
    crf: 16,
    preset: 'medium',
    container: 'auto',
    fromSeconds: null,
    toSeconds: null,
    overwrite: false,
  },
  devices: ['cpu'],
  presets: [],
};

/** What the person set, on disk. A file that does not fit (an older or a broken one) gives way to the defaults. */
export class SettingsFile {
  readonly #path: string;
  #settings: Settings;
  #saved: Promise<void> = Promise.resolve();

  private constructor(path: string, settings: Settings) {
    this.#path = path;
    this.#settings = settings;
  }

  static async open(path: string): Promise<SettingsFile> {
    const text = await readFile(path, 'utf8').catch(() => '');
    return new SettingsFile(path, parse(text));
  }

  get settings(): Settings {
    return this.#settings;
  }

  async save(settings: Settings): Promise<void> {
    this.#settings = settings;
    // One after another: two at a time would write into one file, and the earlier could be done last.
    const write = (): Promise<void> => writeDurably(this.#path, `${JSON.stringify(settings, null, 2)}\n`);
    this.#saved = this.#saved.then(write, write);
    await this.#saved;
  }
}

function parse(text: string): Settings {
  try {
    const found = settingsSchema.safeParse(JSON.parse(text));
    return found.success ? found.data : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
