/** Numbers as people read them, in their language. */
import type { Language } from './translate.ts';

/** `3:07`, `1:02:45`. */
export function formatTime(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = String(s).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];

export function formatBytes(bytes: number, language: Language): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${formatNumber(value, language, unit > 1 && value < 100 ? 1 : 0)} ${UNITS[unit]!}`;
}

export function formatNumber(value: number, language: Language, digits = 0): string {
  return value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Three digits that matter: `0.42`, `7.13`, `31.0`, `412`. */
export function formatMs(ms: number, language: Language): string {
  return formatNumber(ms, language, ms >= 99.95 ? 0 : ms >= 9.995 ? 1 : 2);
}

export function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** Multiply-adds in 1e9: `2.29`, `0.65`. */
export function formatGmac(multiplyAdds: number, language: Language): string {
  return formatNumber(multiplyAdds / 1e9, language, 2);
}
