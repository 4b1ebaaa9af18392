import type { DesktopApp } from '../../app/desktop/desktop-app.ts';
import type { Settings } from '../../contract/app-messages.ts';

interface Words {
  readonly chooseClips: string;
  readonly chooseFolder: string;
  readonly doneTitle: string;
  readonly done: (clips: number) => string;
  readonly closeQuestion: string;
  readonly closeDetail: string;
  readonly stay: string;
  readonly close: string;
}

/** What the shell itself says; the page has its own catalogues. */
export const WORDS: Readonly<Record<Settings['language'], Words>> = {
  en: {
    chooseClips: 'Choose clips',
    chooseFolder: 'Choose a folder of images',
    doneTitle: 'Tandem is done',
    done: (clips) => (clips === 1 ? '1 clip is ready.' : `${String(clips)} clips are ready.`),
    closeQuestion: 'A clip is being upscaled. Close Tandem?',
    closeDetail: 'What is finished of it is kept, and it goes on from there the next time.',
    stay: 'Keep going',
    close: 'Close',
  },
  de: {
    chooseClips: 'Clips auswählen',
    chooseFolder: 'Ordner mit Bildern auswählen',
    doneTitle: 'Tandem ist fertig',
    done: (clips) => (clips === 1 ? '1 Clip ist bereit.' : `${String(clips)} Clips sind bereit.`),
    closeQuestion: 'Ein Clip wird gerade vergrößert. Tandem schließen?',
    closeDetail: 'Was davon fertig ist, bleibt; beim nächsten Mal geht es dort weiter.',
    stay: 'Weitermachen',
    close: 'Schließen',
  },
};

/** The language that the person chose. */
export async function languageOf({ handlers }: Pick<DesktopApp, 'handlers'>): Promise<Settings['language']> {
  return (await handlers.hello(null)).settings.language;
}
