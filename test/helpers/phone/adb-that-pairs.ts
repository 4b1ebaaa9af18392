/**
 * adb as a person has it who pairs over Wi-Fi: Debian's cannot, and a phone's side of it cannot be had here. `mdns` and
 * `pair` are played, with the answers of platform tools 35; everything else is the real program's.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findExecutable } from '../../../main/adapters/system/find-executable.ts';

export interface AdbThatPairs {
  /** For ANDROID_HOME. */
  readonly sdkFolder: string;
  /**
   * What a phone does that has scanned a code, or shows six digits: it waits to be paired at the first address, and once it is,
   * to be connected at the second.
   */
  announce(name: string, secret: string, pairingAddress: string, connectAddress: string): void;
  remove(): void;
}

export async function makeAdbThatPairs(): Promise<AdbThatPairs> {
  const sdkFolder = mkdtempSync(join(tmpdir(), 'tandem-sdk-'));
  const at = (name: string): string => join(sdkFolder, name);
  const write = (name: string, text: string): void => writeFileSync(at(name), text);
  mkdirSync(at('platform-tools'));
  write('platform-tools/adb', scriptOf(sdkFolder, (await findExecutable('adb'))!));
  chmodSync(at('platform-tools/adb'), 0o755);
  for (const name of ['announced', 'connectable', 'secret']) write(name, '');
  return {
    sdkFolder,
    announce: (name, secret, pairingAddress, connectAddress) => {
      write('secret', `${pairingAddress} ${secret}`);
      write('connectable', `adb-STANDIN-x1\t_adb-tls-connect._tcp.\t${connectAddress}\n`);
      write('announced', `${name}\t_adb-tls-pairing._tcp.\t${pairingAddress}\n`);
    },
    remove: () => rmSync(sdkFolder, { recursive: true, force: true }),
  };
}

/** Called as `adb -P PORT command …`. */
function scriptOf(folder: string, adb: string): string {
  return `#!/bin/sh
case "$3 $4" in
'mdns check') echo 'mdns daemon version [Openscreen discovery 0.0.0]' ;;
'mdns services') echo 'List of discovered mdns services'; cat '${folder}/announced' ;;
pair\\ *)
  if [ "$4 $5" = "$(cat '${folder}/secret')" ]; then
    cat '${folder}/connectable' >> '${folder}/announced'
    echo "Successfully paired to $4 [guid=adb-STANDIN-x1]"
  else
    echo 'Failed: Wrong password or connection was dropped.'
  fi ;;
*) exec '${adb}' "$@" ;;
esac
`;
}
