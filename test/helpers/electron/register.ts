/** `node --import register.ts main.ts`: whoever imports `electron` gets the stand-in. */
import { registerHooks } from 'node:module';

const STAND_IN = new URL('stand-in.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron'
      ? { url: STAND_IN, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});
