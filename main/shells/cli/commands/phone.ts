import { Command, InvalidArgumentError } from 'commander';
import { listPhones, pairWithDigits, startPairing, testPhone } from '../../../app/phone.ts';
import type { PhoneTest } from '../../../app/phone.ts';
import { formatTable } from '../table.ts';

const PAIR_TIMEOUT_MS = 120_000;

const EXAMPLES = `
Examples:
  tandem phone list                                which phones there are, and what to do about those that are not ready
  tandem phone test                                the phone's GPU against this CPU, and how fast the cable is
  tandem phone pair                                over Wi-Fi: scan the QR code that is shown
  tandem phone pair 192.168.1.20:37043 123456      over Wi-Fi: with the address and six digits that the phone shows
  tandem upscale clip.mp4 --device all             the phone helps this computer

Nothing is installed on the phone and none of its settings is changed. A USB 3 cable helps most; Wi-Fi is rarely fast enough.`;

/** `tandem phone`: Android phones that help, over USB or Wi-Fi debugging. */
export function phoneCommand(): Command {
  const command = new Command('phone')
    .description('Android phones that help this computer')
    .addHelpText('after', EXAMPLES);
  command
    .command('list')
    .description('lists the phones that adb sees, each with its state')
    .option('--json', 'print one JSON document instead')
    .action(async ({ json }: { json?: true }) => {
      const phones = await listPhones();
      console.log(json ? JSON.stringify({ phones }, null, 2) : phones.map(({ sentence }) => sentence).join('\n'));
    });
  command
    .command('test')
    .description("compares the phone's GPU with this CPU and measures the way there")
    .argument('[serial]', 'one of several phones')
    .option('--json', 'print one JSON document instead')
    .action(async (serial: string | undefined, { json }: { json?: true }) => {
      const test = await testPhone(serial ?? null);
      console.log(json ? JSON.stringify(test, null, 2) : formatTest(test));
      if (!test.models.some(({ isGood }) => isGood)) process.exitCode = 1;
    });
  command
    .command('pair')
    .description('pairs a phone over Wi-Fi (Android 11 or later)')
    .argument('[address]', "the phone's host:port, under Developer options, Wireless debugging, Pair with code")
    .argument('[digits]', 'the six digits it shows', parseDigits)
    .action(pair);
  return command;
}

function parseDigits(text: string): string {
  if (!/^\d{6}$/.test(text)) throw new InvalidArgumentError('Expected six digits.');
  return text;
}

async function pair(address: string | undefined, digits: string | undefined): Promise<void> {
  if (address !== undefined && digits === undefined)
    throw new InvalidArgumentError('Expected six digits after the address.');
  if (address !== undefined) {
    console.log(`Paired; the phone is connected as ${await pairWithDigits(address, digits!)}.`);
    return;
  }
  const pairing = await startPairing(process.stdout.isTTY);
  console.log(`On the phone: Developer options, Wireless debugging, Pair device with QR code.\n\n${pairing.drawing}\n`);
  const connected = await pairing.finish(AbortSignal.timeout(PAIR_TIMEOUT_MS));
  console.log(`Paired; the phone is connected as ${connected}.`);
}

function formatTest({ serial, report, link, models, plan }: PhoneTest): string {
  const temperature = Number(report.temperature ?? 0);
  const rows = models.map((m) => [
    m.model,
    m.arithmetic,
    m.refusal ?? (m.isGood ? 'right' : 'WRONG'),
    m.refusal === null ? m.maxError : '-',
    m.refusal === null ? `${(100 * m.differing).toFixed(2)} %` : '-',
    m.refusal === null ? m.milliseconds.toFixed(1) : '-',
  ]);
  return [
    `${report.manufacturer ?? ''} ${report.model ?? ''} (${serial}), Android API ${report.sdk ?? '?'}`,
    `GPU    ${report.gpu ?? '?'}, ${report.driver ?? '?'}${temperature > 0 ? `, ${temperature / 10} °C` : ''}`,
    `link   ${link.upMBps.toFixed(1)} MB/s there, ${link.downMBps.toFixed(1)} MB/s back, ${link.latencyMs.toFixed(1)} ms there and back`,
    '',
    formatTable(['against this CPU', 'in', 'result', 'most off', 'samples off', 'ms'], rows),
    '',
    plan === null ? 'This phone computes no model right and is not used.' : formatPlan(plan),
  ].join('\n');
}

function formatPlan({ framesPerSecond, limit, payload, inFlight, sockets }: NonNullable<PhoneTest['plan']>): string {
  const held = limit === 'link' ? 'the cable' : "the phone's GPU";
  const way = `${inFlight} frames under way on ${sockets} ${sockets === 1 ? 'socket' : 'sockets'}, ${payload}`;
  if (framesPerSecond < 1)
    return `640x360 to 1280x720: under one frame a second, held by ${held}; it would be of little help.`;
  return `640x360 to 1280x720: about ${framesPerSecond.toFixed(0)} frames a second, held by ${held} (${way}).`;
}
