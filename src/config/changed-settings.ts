import { isDeepStrictEqual } from 'node:util';
import type { Settings } from './settings.ts';

/** What a running server takes at SIGHUP; all other settings count from its next start. */
export const TAKEN_AT_RELOAD: readonly string[] = [
  ...['detection.rules', 'detection.defaultRules', 'detection.pins'],
  ...['read.maps', 'read.zone', 'read.senderZones', 'sinks', 'tls.certificate', 'tls.key'],
];

/** Names of settings that are other than a server was started with, and that it does not take while it runs, in alphabetical order; never their values. */
export function changedSettings(started: Settings, now: Settings): readonly string[] {
  return namesOf(started, now, '').toSorted();
}

function namesOf(before: unknown, after: unknown, name: string): readonly string[] {
  if (TAKEN_AT_RELOAD.includes(name) || isDeepStrictEqual(before, after)) return [];
  if (!isPlain(before) || !isPlain(after)) return [name];
  const members = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...members].flatMap((member) =>
    namesOf(before[member], after[member], name === '' ? member : `${name}.${member}`),
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) !== Array.prototype &&
    !(value instanceof Map)
  );
}
