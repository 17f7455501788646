import { effect } from '@preact/signals';
import { route } from '../kit/router.ts';
import { latestRows } from '../queue/store.ts';
import { counts } from '../queue/view.ts';
import { iconOf } from './icon.ts';

/** The counts stand in title and icon: a tab in the background tells them too (SETTLED G15). */
export function followTitle(): () => void {
  return effect(() => {
    const { open, overdue } = counts.value;
    const { page, id } = route.value;
    const number = page === 'incidents' && id !== undefined ? latestRows.value.get(id)?.number : undefined;
    const name = number === undefined ? page.charAt(0).toUpperCase() + page.slice(1) : `INC-${number}`;
    const count = open > 0 ? `(${open}${overdue > 0 ? `, ${overdue} overdue` : ''}) ` : '';
    document.title = `${count}${name}, Triad`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    const drawn = iconOf(open);
    if (icon !== null && icon.getAttribute('href') !== drawn) icon.href = drawn;
  });
}
