import { isAppError } from '../../core/errors.ts';
import type { Runtime, RuntimeProbe, RuntimeSession } from '../../core/runtime.ts';

/**
 * The first runtime, and the second where the first is not there or refuses the model; the session's note says why. A
 * failure while running is no reason to change over.
 */
export function withFallback(first: Runtime, second: Runtime): Runtime {
  return {
    name: first.name,
    probe: async (): Promise<RuntimeProbe> => {
      const probe = await first.probe();
      return probe.ok ? probe : second.probe();
    },
    open: async (model, geometry, options): Promise<RuntimeSession> => {
      try {
        return await first.open(model, geometry, options);
      } catch (error) {
        const isRefusal =
          isAppError(error) && (error.code === 'model-unsupported' || error.code === 'runtime-unavailable');
        if (!isRefusal) throw error;
        const session = await second.open(model, geometry, options);
        const notes = [`${second.name} takes over from ${first.name}: ${error.message}`, session.note ?? []].flat();
        return namedAs(session, second.name, notes.join('; '));
      }
    },
  };
}

/** The session under another note; its methods stay bound to it. */
function namedAs(session: RuntimeSession, servedBy: Runtime['name'], note: string): RuntimeSession {
  const { arithmetic, slots, build } = session;
  return {
    arithmetic,
    ...(slots === undefined ? {} : { slots }),
    ...(build === undefined ? {} : { build }),
    servedBy,
    note,
    run: (input, output) => session.run(input, output),
    close: () => session.close(),
  };
}
