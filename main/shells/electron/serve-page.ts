import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from 'electron';
import type { DesktopApp } from '../../app/desktop/desktop-app.ts';
import { describePath } from '../../app/desktop/handlers.ts';
import { appApi } from '../../contract/app-api.ts';
import { LONGEST_NAME } from '../../contract/limits.ts';
import { serve, toPlainError } from '../../contract/rpc.ts';
import type { Channel, GrantAnswer } from './channels.ts';
import { isOwnAddress } from './page-protocol.ts';

const TO_APP = 'tandem:to-app' satisfies Channel;
const TO_PAGE = 'tandem:to-page' satisfies Channel;
const GRANT = 'tandem:grant' satisfies Channel;

interface Connection {
  receive(message: unknown): void;
  close(): void;
}

/** Connects a window's page with the app. Each load of the page is a connection of its own: answers do not cross. */
export function servePage(contents: WebContents, app: DesktopApp): void {
  let connection = connectPage(contents, app);
  contents.ipc.on(TO_APP, (event, message: unknown) => {
    if (isFromOwnPage(event, contents)) connection.receive(message);
  });
  contents.ipc.handle(GRANT, (event, path: unknown) =>
    isFromOwnPage(event, contents) ? grant(path, app) : { refusal: 'expected the app’s own page to ask' },
  );
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (!isMainFrame || isSameDocument) return;
    connection.close();
    connection = connectPage(contents, app);
  });
  contents.once('destroyed', () => connection.close());
}

function connectPage(contents: WebContents, app: DesktopApp): Connection {
  let isOpen = true;
  let take: (message: unknown) => void = () => undefined;
  const send = (message: unknown): void => {
    if (isOpen && !contents.isDestroyed()) contents.send(TO_PAGE, message);
  };
  const server = serve({ send, onMessage: (listener) => (take = listener) }, appApi, app.handlers);
  const unsubscribe = app.subscribe((name, value) => server.emit(name, value));
  return {
    receive: (message) => {
      try {
        take(message);
      } catch {
        // No message of the contract: it gets no answer.
      }
    },
    close: () => {
      isOpen = false;
      unsubscribe();
    },
  };
}

/** Only the top frame of the app's own page may speak. */
function isFromOwnPage({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent, contents: WebContents): boolean {
  return (
    sender === contents && senderFrame !== null && senderFrame === contents.mainFrame && isOwnAddress(senderFrame.url)
  );
}

async function grant(path: unknown, { grants }: DesktopApp): Promise<GrantAnswer> {
  if (typeof path !== 'string' || path === '' || path.length > LONGEST_NAME)
    return { refusal: 'expected a file of this computer but got one without a path' };
  try {
    return { entry: await describePath(path, grants) };
  } catch (error) {
    return { refusal: toPlainError(error).message };
  }
}
