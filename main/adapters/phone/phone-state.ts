import { isAppError } from '../../core/errors.ts';
import type { AdbDevice, AdbHost, AdbPhone } from './adb-host.ts';
import { SOCKET_NAME } from './phone-server.ts';

export const PHONE_STATES = ['no-adb', 'no-phone', 'unauthorised', 'offline', 'ready', 'busy', 'hot', 'lost'] as const;
export type PhoneState = (typeof PHONE_STATES)[number];

/** A phone, or why there is none, as a person reads it. */
export interface PhoneStatus {
  readonly state: PhoneState;
  readonly serial: string | null;
  readonly model: string | null;
  /** One plain sentence: what is, and what to do. */
  readonly sentence: string;
}

const SENTENCES: Readonly<Record<PhoneState, (name: string) => string>> = {
  'no-adb': () => 'There is no adb on this computer: install the Android platform tools, or set ANDROID_HOME to them.',
  'no-phone': () => 'No phone is connected: plug one in with USB debugging on, or pair one with `tandem phone pair`.',
  unauthorised: (name) => `${name} waits for you: unlock it and allow USB debugging from this computer.`,
  offline: (name) => `${name} is connected but does not answer: unlock it, or pull the cable and put it in again.`,
  ready: (name) => `${name} is ready.`,
  busy: (name) => `${name} is helping another Tandem; it is free once that one has ended.`,
  hot: (name) =>
    `${name} is hot and slows itself down: it still helps, with less; give it air or take it off the charger.`,
  lost: (name) => `${name} was lost in the middle of the work; the others go on, and it helps again once it is back.`,
};

export function describeState(state: PhoneState, serial: string | null, model: string | null = null): PhoneStatus {
  const name = model === null ? `The phone ${serial ?? ''}`.trim() : `${model} (${serial ?? ''})`;
  return { state, serial, model, sentence: SENTENCES[state](name) };
}

/** All phones that the adb server knows, or the one line that says why there are none. */
export async function surveyPhones(openHost: () => Promise<AdbHost>): Promise<PhoneStatus[]> {
  let host: AdbHost;
  try {
    host = await openHost();
  } catch (error) {
    if (isAppError(error) && error.code === 'runtime-unavailable') return [describeState('no-adb', null)];
    throw error;
  }
  const devices = await host.list();
  if (devices.length === 0) return [describeState('no-phone', null)];
  return Promise.all(devices.map((device) => examinePhone(host, device)));
}

async function examinePhone(host: AdbHost, { serial, type }: AdbDevice): Promise<PhoneStatus> {
  if (type === 'unauthorized' || type === 'authorizing') return describeState('unauthorised', serial);
  if (type !== 'device') return describeState('offline', serial);
  const phone = host.phone(serial);
  try {
    const model = (await phone.shell('getprop ro.product.model')) || null;
    if (await isServing(phone)) return describeState('busy', serial, model);
    return describeState((await isHot(phone)) ? 'hot' : 'ready', serial, model);
  } catch {
    return describeState('offline', serial);
  }
}

/** Somebody's program listens there; a connection that says nothing does it no harm. */
async function isServing(phone: AdbPhone): Promise<boolean> {
  try {
    (await phone.openSocket(SOCKET_NAME)).destroy();
    return true;
  } catch {
    return false;
  }
}

/** From this of Android's steps on (0 none … 6 shutdown) a phone throttles what people notice. */
const SEVERE = 3;

/** Android 10 and later tell; older ones are believed to be cool. */
async function isHot(phone: AdbPhone): Promise<boolean> {
  const status = /Thermal Status: (\d+)/.exec(await phone.shell('dumpsys thermalservice'));
  return status !== null && Number(status[1]) >= SEVERE;
}

/** An adb server tells of a pulled cable within a quarter of a second. */
const NEWS_MS = 1000;

/**
 * Waits until this phone can be used, or the signal stops the waiting. To be called as soon as the phone is lost.
 * @returns `stayed` where the server never saw it leave: what failed was the phone, not the cable
 */
export async function waitForPhone(host: AdbHost, serial: string, signal: AbortSignal): Promise<'returned' | 'stayed'> {
  const found = new AbortController();
  const both = AbortSignal.any([signal, found.signal]);
  let [isThere, wasAway, isSettled] = [false, false, false];
  const look = (): void => {
    // A phone that was pulled may still stand in the first lists: that it stays has to be waited for.
    if (isThere && (wasAway || isSettled)) found.abort();
  };
  const news = setTimeout(() => {
    isSettled = true;
    look();
  }, NEWS_MS);
  await host.watch((devices) => {
    isThere = devices.some((device) => device.serial === serial && device.type === 'device');
    wasAway ||= !isThere;
    look();
  }, both);
  clearTimeout(news);
  return wasAway ? 'returned' : 'stayed';
}
