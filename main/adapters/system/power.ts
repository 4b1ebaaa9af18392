/** Commands that put this computer to sleep or off, by platform. */
const COMMANDS: Readonly<Record<string, Readonly<Record<'sleep' | 'shutdown', readonly string[]>>>> = {
  linux: { sleep: ['systemctl', 'suspend'], shutdown: ['systemctl', 'poweroff'] },
  darwin: { sleep: ['pmset', 'sleepnow'], shutdown: ['osascript', '-e', 'tell app "System Events" to shut down'] },
  win32: {
    sleep: ['rundll32.exe', 'powrprof.dll,SetSuspendState', '0,1,0'],
    shutdown: ['shutdown', '/s', '/t', '60'],
  },
};

/** The command, or `null` where this platform has none that we know. */
export function powerCommand(
  what: 'sleep' | 'shutdown',
  platform: string = process.platform,
): readonly string[] | null {
  return COMMANDS[platform]?.[what] ?? null;
}
