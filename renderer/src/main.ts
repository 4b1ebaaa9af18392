import { mount } from 'svelte';
import App from './App.svelte';
import { openPort } from './api/open-port.ts';
import './app.css';
import { AppState } from './state/app-state.svelte.ts';

const state = new AppState(openPort, localStorage);
mount(App, { target: document.querySelector('#app')!, props: { app: state } });
void state.start();
