/** The command line: mounts one command per file and turns errors into one sentence and an exit code. */
import { Command, CommanderError } from 'commander';
import { isAppError } from '../../core/errors.ts';

/** Exit codes of every command: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
const EXIT = { failed: 1, usage: 2, interrupted: 130 } as const;

const loaders: Record<string, () => Promise<Command>> = {
  upscale: async () => (await import('./commands/upscale.ts')).upscaleCommand(),
  resume: async () => (await import('./commands/resume.ts')).resumeCommand(),
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  models: async () => (await import('./commands/models.ts')).modelsCommand(),
  train: async () => (await import('./commands/train.ts')).trainCommand(),
  search: async () => (await import('./commands/search.ts')).searchCommand(),
  quantise: async () => (await import('./commands/quantise.ts')).quantiseCommand(),
  profile: async () => (await import('./commands/profile.ts')).profileCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
};

async function buildProgram(word: string | undefined): Promise<Command> {
  const program = new Command('tandem')
    .description('Upscales video on your own devices, keeps everything else of the clip, and times every frame.')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)');
  const known = word !== undefined && Object.hasOwn(loaders, word) ? [word] : Object.keys(loaders);
  for (const name of known) program.addCommand(inheritSettings(program, await loaders[name]!()));
  return program;
}

function inheritSettings(program: Command, command: Command): Command {
  command.copyInheritedSettings(program);
  for (const child of command.commands) child.copyInheritedSettings(program);
  return command;
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (isAppError(error)) {
    process.stderr.write(`${error.message}\n`);
    if (process.env.TANDEM_DEBUG !== undefined) console.error(error.details, error.cause);
    return error.code === 'wrong-usage' ? EXIT.usage : error.code === 'interrupted' ? EXIT.interrupted : EXIT.failed;
  }
  console.error('Tandem met an error of its own; please report it with these lines:', error);
  return EXIT.failed;
}

/** npm changes to the package's folder; what a person typed is relative to where they stand. */
function standWhereThePersonStands(): void {
  const folder = process.env.INIT_CWD;
  if (folder !== undefined) process.chdir(folder);
}

try {
  standWhereThePersonStands();
  const program = await buildProgram(process.argv[2]);
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
