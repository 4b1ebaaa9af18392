import { duplexPair } from 'node:stream';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PhoneLink } from '../../../native-bridge/phone/phone-link.ts';
import { MESSAGE, TOKEN_BYTES, WIRE_VERSION, encodeHeader } from '../../../native-bridge/phone/wire.ts';

/** A link to a phone that has welcomed it and says nothing more, and the phone's end of it. */
async function linkTo(lastWords?: Promise<string | null>): Promise<{ link: PhoneLink; phone: Duplex }> {
  const [ours, phone] = duplexPair();
  phone.once('data', () => {
    phone.resume();
    phone.write(encodeHeader({ type: MESSAGE.welcome, id: 0, a: WIRE_VERSION, b: 0, c: 0, length: 0 }));
  });
  const options = { token: new Uint8Array(TOKEN_BYTES), stallMs: 5000 };
  return { link: await PhoneLink.connect([ours], lastWords ? { ...options, lastWords } : options), phone };
}

describe('a link whose socket breaks before the refusal has come through', () => {
  it('fails with what the program said where it was started', async () => {
    const { link, phone } = await linkTo(Promise.resolve('GL error 0x505 while computing a frame'));
    const asked = link.echo(1, 1);
    phone.end();
    await expect(asked).rejects.toThrow('the phone refused: GL error 0x505 while computing a frame');
  });

  it.each([
    ['the program said nothing', Promise.resolve(null)],
    ['the program goes on', new Promise<never>(() => undefined)],
    ['nobody listens to the program', undefined],
  ])('says that the connection broke where %s', async (_case, lastWords) => {
    const { link, phone } = await linkTo(lastWords);
    const asked = link.echo(1, 1);
    phone.end();
    await expect(asked).rejects.toThrow('the connection to the phone broke: the phone closed it');
  });
});
