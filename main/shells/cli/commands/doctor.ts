import { Command } from 'commander';
import { examine, type DoctorCheck } from '../../../app/doctor.ts';

const MARKS = { ok: 'ok', missing: 'MISSING', absent: 'absent' } as const;

/** `tandem doctor`: what is here, what is missing, and what follows from it. Exit code 1 when upscaling cannot work. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('tells what Tandem found on this computer and what is missing')
    .option('--json', 'print one JSON document instead of the table')
    .addHelpText('after', '\nExamples:\n  tandem doctor\n  tandem doctor --json')
    .action(async (options: { json?: true }) => {
      const checks = await examine();
      console.log(options.json ? JSON.stringify({ checks }, null, 2) : formatChecks(checks));
      if (checks.some((check) => check.state === 'missing')) process.exitCode = 1;
    });
}

function formatChecks(checks: readonly DoctorCheck[]): string {
  const nameWidth = Math.max(...checks.map((check) => check.name.length));
  return checks
    .map(({ name, state, found, advice }) => {
      const text = advice === '' ? found : advice;
      return `${MARKS[state].padEnd(8)}${name.padEnd(nameWidth + 2)}${text}`;
    })
    .join('\n');
}
