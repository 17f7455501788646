import { type ReadonlySignal, signal } from '@preact/signals';

/** Whether a media query holds, as a signal. */
export function mediaSignal(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const state = signal(list.matches);
  list.addEventListener('change', ({ matches }) => {
    state.value = matches;
  });
  return state;
}

/** Owner and due time stand on lines of their own (SETTLED G13). */
export const isNarrow: ReadonlySignal<boolean> = mediaSignal('(max-width: 1000px)');
/** Queue and incident are two screens. */
export const isSmall: ReadonlySignal<boolean> = mediaSignal('(max-width: 700px)');
