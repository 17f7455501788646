import { setting } from './settings.ts';

/** One key of the page. */
export interface Key {
  /** As `KeyboardEvent.key` has it; two for a sequence: `g i`. */
  readonly key: string;
  readonly says: string;
  /** Where it belongs in the help. */
  readonly group: 'Queue' | 'Incident' | 'Dossier' | 'Search' | 'Anywhere';
  readonly run: () => void;
}

const layers: (readonly Key[])[] = [];
let first: string | undefined;
let firstTimer: ReturnType<typeof setTimeout> | undefined;
const SEQUENCE_MS = 1200;

/** Adds keys while a part of the page is there; gives back what takes them away. */
export function useKeys(keys: readonly Key[]): () => void {
  layers.push(keys);
  return () => {
    const at = layers.indexOf(keys);
    if (at >= 0) layers.splice(at, 1);
  };
}

/** All keys that work now, for the help. */
export function keysNow(): readonly Key[] {
  return layers.flat();
}

/** Dead while somebody types, in dialogs, with modifiers, and where they are switched off (SETTLED G14). */
export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (setting('keys').value === 'off') return;
    const target = event.target as Element | null;
    if (target !== null && isTyping(target)) return;
    // On a link or a button Enter is what the browser does with it.
    if (event.key === 'Enter' && target?.closest('a,button,summary,input') != null) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const found = match(event.key);
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  });
}

function isTyping(target: Element): boolean {
  if (target.closest('[contenteditable=""], [contenteditable="true"], [role="menu"]') !== null) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function match(pressed: string): Key | undefined {
  const keys = keysNow().toReversed();
  if (first !== undefined) {
    const sequence = `${first} ${pressed}`;
    forgetFirst();
    return keys.find(({ key }) => key === sequence);
  }
  if (keys.some(({ key }) => key.startsWith(`${pressed} `))) {
    first = pressed;
    firstTimer = setTimeout(forgetFirst, SEQUENCE_MS);
    return { key: pressed, says: '', group: 'Anywhere', run: () => undefined };
  }
  return keys.find(({ key }) => key === pressed);
}

function forgetFirst(): void {
  clearTimeout(firstTimer);
  first = undefined;
}
