import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { setting } from './settings.ts';

/** The page's clock, Unix milliseconds: moves once a second, and what shows ages follows it. */
export const nowMs = signal(Date.now());
/** The same, every 30 s: what is overdue is worked out anew then (SETTLED G13). */
export const slowNowMs = signal(Date.now());

export function startClock(): void {
  setInterval(() => {
    nowMs.value = Date.now();
    if (nowMs.value - slowNowMs.value >= 30_000) slowNowMs.value = nowMs.value;
  }, 1000);
}

/** Shows times as UTC or as this machine has them. */
export const isLocal: ReadonlySignal<boolean> = computed(() => setting('zone').value === 'local');

export function millisOf(time: string | undefined): number {
  return time === undefined ? Number.NaN : Date.parse(time);
}

/** `2026-03-12`, `09:44:04`, in the chosen zone. */
export function parts(ms: number): { readonly day: string; readonly time: string } {
  const aheadMs = isLocal.value ? new Date(ms).getTimezoneOffset() * -60_000 : 0;
  const [day = '', time = ''] = new Date(ms + aheadMs).toISOString().split('T');
  return { day, time: time.slice(0, 8) };
}

/** `2026-03-12 09:44:04`; with the tenths that a record has. */
export function stampOf(time: string | undefined): string {
  const ms = millisOf(time);
  if (Number.isNaN(ms)) return time ?? '';
  const { day, time: clock } = parts(ms);
  return `${day} ${clock}`;
}

/** `09:44:04.2`: of a record, with a tenth. */
export function clockOf(time: string | undefined): string {
  const ms = millisOf(time);
  if (Number.isNaN(ms)) return time ?? '';
  return `${parts(ms).time}.${Math.floor((((ms % 1000) + 1000) % 1000) / 100)}`;
}

/** `10:05`, and the day where it is not today. */
export function shortOf(ms: number, now: number = nowMs.value): string {
  const { day, time } = parts(ms);
  const clock = time.slice(0, 5);
  return day === parts(now).day ? clock : `${day} ${clock}`;
}

export function dayOf(time: string): string {
  const ms = millisOf(time);
  return Number.isNaN(ms) ? '' : parts(ms).day;
}

export function zoneWord(): string {
  return isLocal.value ? 'local time' : 'UTC';
}

/** `12 s`, `4 min`, `3 h`, `2 d`: how long something took or is ago. */
export function spanOf(ms: number): string {
  const abs = Math.abs(ms);
  if (abs < 60_000) return `${Math.round(abs / 1000)} s`;
  if (abs < 3_600_000) return `${Math.round(abs / 60_000)} min`;
  if (abs < 172_800_000) return `${Math.round(abs / 3_600_000)} h`;
  return `${Math.round(abs / 86_400_000)} d`;
}
