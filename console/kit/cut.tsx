import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isPrinting } from './print.ts';
import { plural } from './words.ts';

/** Of a list that was cut, so many more stand there with each press. */
const MORE_AT_ONCE = 200;

export interface Cut<T> {
  readonly shown: readonly T[];
  /** How many there are beyond, and what shows them; nothing where all stand there. */
  readonly more: JSX.Element | null;
}

/** The first of a list, and how many more there are. `one` names one of it, `many` several. */
export function useCut<T>(items: readonly T[], most: number, one: string, many: string = `${one}s`): Cut<T> {
  const [added, setAdded] = useState(0);
  const shown = items.slice(0, most + added);
  const left = items.length - shown.length;
  if (left === 0) return { shown, more: null };
  const words = `and ${plural(left, `more ${one}`, `more ${many}`)}`;
  // On paper nothing is pressed.
  if (isPrinting.value) return { shown, more: <span class="muted">{words}</span> };
  return {
    shown,
    more: (
      <button type="button" class="lnk" onClick={() => setAdded(added + MORE_AT_ONCE)}>
        {words}
      </button>
    ),
  };
}
