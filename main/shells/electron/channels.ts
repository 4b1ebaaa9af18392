/** The ways between preload and main. Types only: preload must stay one file without imports of ours. */
export type Channel = 'tandem:to-app' | 'tandem:to-page' | 'tandem:grant';

/** What `tandem:grant` answers: Electron would wrap an error's sentence in words of its own. */
export type GrantAnswer = { readonly entry: unknown } | { readonly refusal: string };
