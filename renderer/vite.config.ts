import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Relative addresses: the page lives below a token, or on a protocol of its own. */
export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: { target: 'chrome120', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
});
