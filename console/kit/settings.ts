import { type Signal, signal } from '@preact/signals';

/** What a person chose for this browser. Not secret, not of the server. */
interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly zone: 'utc' | 'local';
  /** Single keys (WCAG 2.1.4). */
  readonly keys: 'on' | 'off';
  readonly notices: 'on' | 'off';
  /** Of the rows of a search, with commas. */
  readonly columns: string;
}

const PRESET: Settings = { theme: 'system', zone: 'utc', keys: 'on', notices: 'off', columns: '' };

const signals = new Map<string, Signal<string>>();

/** One setting as a signal; `choose` changes it. */
export function setting<K extends keyof Settings>(name: K): Signal<Settings[K]> {
  let found = signals.get(name);
  if (found === undefined) {
    found = signal<string>(stored(name) ?? PRESET[name]);
    signals.set(name, found);
  }
  return found as Signal<string> as Signal<Settings[K]>;
}

export function choose<K extends keyof Settings>(name: K, value: Settings[K]): void {
  setting(name).value = value;
  try {
    localStorage.setItem(`triad.${name}`, value);
  } catch {
    // A browser that keeps nothing forgets it with the tab.
    return;
  }
}

function stored(name: string): string | null {
  try {
    return localStorage.getItem(`triad.${name}`);
  } catch {
    // The same: it has never been chosen then.
    return null;
  }
}
