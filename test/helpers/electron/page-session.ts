import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { isolatedWorld, PAGE_WORLD } from './page-scripts.ts';

const WORLD = 'preload';

export type FromPage =
  | { readonly kind: 'send'; readonly channel: string; readonly args: unknown[] }
  | { readonly kind: 'invoke'; readonly id: number; readonly channel: string; readonly args: unknown[] };

export type ToPage =
  | { readonly kind: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'invoked'; readonly id: number; readonly value?: unknown; readonly error?: string };

/** One page with a preload in an isolated world. */
export class PageSession {
  readonly #cdp: CDPSession;
  #contextId: number | null = null;

  private constructor(cdp: CDPSession) {
    this.#cdp = cdp;
  }

  static async open(page: Page, preload: string, onMessage: (message: FromPage) => void): Promise<PageSession> {
    const cdp = await page.context().newCDPSession(page);
    const session = new PageSession(cdp);
    cdp.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === WORLD) session.#contextId = context.id;
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => {
      if (session.#contextId === executionContextId) session.#contextId = null;
    });
    cdp.on('Runtime.bindingCalled', ({ payload }) => onMessage(JSON.parse(payload) as FromPage));
    await cdp.send('Runtime.enable');
    await cdp.send('Page.enable');
    await cdp.send('Runtime.addBinding', { name: 'standInPost', executionContextName: WORLD });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: PAGE_WORLD });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: isolatedWorld(preload), worldName: WORLD });
    return session;
  }

  send(message: ToPage): void {
    this.#evaluate(`standInReceive(${JSON.stringify(message)})`);
  }

  /** Drags files of this computer over the page and lets them go. */
  async drop(paths: readonly string[]): Promise<void> {
    const known = Object.fromEntries(paths.map((path) => [`${basename(path)} ${String(statSync(path).size)}`, path]));
    this.#evaluate(`standInPaths(${JSON.stringify(known)})`);
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await this.#cdp.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
  }

  #evaluate(expression: string): void {
    if (this.#contextId === null) return;
    // A page that is just being left has no such world any more.
    this.#cdp.send('Runtime.evaluate', { contextId: this.#contextId, expression }).catch(() => undefined);
  }
}
