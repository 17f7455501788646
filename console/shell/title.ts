import { effect } from '@preact/signals';
import { route } from '../kit/router.ts';
import { zoneWord } from '../kit/time.ts';
import { incidentHere } from '../kit/way-back.ts';
import { latestRows } from '../queue/store.ts';
import { counts } from '../queue/view.ts';
import { iconOf } from './icon.ts';

/**
 * The counts stand in title and icon: a tab in the background tells them too (SETTLED G15). What is shown stands at the foot of each sheet of paper,
 * beside its number (PRODUCT 11): a sheet of the style that a script makes, since the page's own is one file for all.
 */
export function followTitle(): () => void {
  const foot = new CSSStyleSheet();
  document.adoptedStyleSheets = [foot];
  let printed = '';
  const end = effect(() => {
    const { open, overdue } = counts.value;
    const { page, id } = route.value;
    const isIncident = page === 'incidents' && id !== undefined;
    const number = isIncident ? (latestRows.value.get(id)?.number ?? incidentHere.value) : undefined;
    const name = number === undefined ? page.charAt(0).toUpperCase() + page.slice(1) : `INC-${number}`;
    const count = open > 0 ? `(${open}${overdue > 0 ? `, ${overdue} overdue` : ''}) ` : '';
    document.title = `${count}${name}, Triad`;
    // The clock, which says the zone of all times, stays on the screen.
    const words = `${name}, Triad, times in ${zoneWord()}`;
    if (words !== printed) foot.replaceSync(`@page{@bottom-left{content:"${words}"}}`);
    printed = words;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    const drawn = iconOf(open);
    if (icon !== null && icon.getAttribute('href') !== drawn) icon.href = drawn;
  });
  return () => {
    end();
    // Of what was shown nothing stands at the foot of a sign-in.
    document.adoptedStyleSheets = [];
  };
}
