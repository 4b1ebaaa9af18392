/** What the stand-in and the test say to each other over Node's IPC. */
import type { MessageBoxOptions } from 'electron';

/** What main did of which a browser shows nothing. */
export type Told =
  | { readonly what: 'devtools'; readonly port: number }
  | { readonly what: 'web-preferences'; readonly value: unknown }
  | { readonly what: 'user-data'; readonly path: string }
  | { readonly what: 'awake'; readonly isAwake: boolean }
  | { readonly what: 'progress'; readonly share: number }
  | { readonly what: 'notification'; readonly title: string; readonly body: string }
  | { readonly what: 'reveal'; readonly path: string }
  | { readonly what: 'question'; readonly options: MessageBoxOptions }
  | { readonly what: 'error-box'; readonly content: string }
  | { readonly what: 'refused-navigation'; readonly url: string }
  | { readonly what: 'refused-window'; readonly url: string };

/** What a person does outside the page. */
export type Deed =
  /** The next file dialog is answered so. */
  | { readonly deed: 'choose-files'; readonly paths: readonly string[] }
  /** The next question is answered so. */
  | { readonly deed: 'answer'; readonly button: number }
  | { readonly deed: 'drop'; readonly paths: readonly string[] }
  | { readonly deed: 'close-window' };

export function tell(told: Told): void {
  process.send?.(told);
}

export function onDeed<D extends Deed['deed']>(deed: D, act: (what: Extract<Deed, { deed: D }>) => void): void {
  process.on('message', (message: Deed) => {
    if (message.deed === deed) act(message as Extract<Deed, { deed: D }>);
  });
}
