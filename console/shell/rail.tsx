import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { useKeys } from '../kit/keys.ts';
import { go, type Page, route } from '../kit/router.ts';
import { showWaiting } from '../queue/store.ts';
import { counts } from '../queue/view.ts';
import { lateSenders } from './health.ts';

const PAGES: readonly { readonly page: Page; readonly name: string; readonly key: string }[] = [
  { page: 'incidents', name: 'Incidents', key: 'i' },
  { page: 'subscriptions', name: 'Subscriptions', key: 's' },
  { page: 'hosts', name: 'Hosts', key: 'h' },
  { page: 'search', name: 'Search', key: 'q' },
  { page: 'rules', name: 'Rules', key: 'r' },
  { page: 'senders', name: 'Senders', key: 'e' },
];

/** Whoever goes to the queue sees it as it is now. */
function open(page: Page): void {
  if (page === 'incidents') showWaiting();
  go(`/${page}`);
}

/** The pages; a row at the top on narrow screens. */
export function Rail(): JSX.Element {
  useEffect(
    () =>
      useKeys([
        ...PAGES.map(({ page, name, key }) => {
          return { key: `g ${key}`, says: name, group: 'Anywhere' as const, run: () => open(page) };
        }),
        { key: 'g a', says: 'Account', group: 'Anywhere', run: () => go('/account') },
      ]),
    [],
  );
  const { open: openNow, overdue } = counts.value;
  const late = lateSenders.value.length;
  return (
    <nav class="rail" aria-label="Main">
      {PAGES.map(({ page, name }) => (
        <a
          key={page}
          href={`/${page}`}
          aria-current={route.value.page === page ? 'page' : undefined}
          onClick={(event) => {
            // A new tab or window reads anew.
            if (page === 'incidents' && !event.ctrlKey && !event.metaKey && !event.shiftKey) showWaiting();
          }}
        >
          {name}
          {page === 'incidents' ? (
            <span class="num">
              {openNow === 0 ? '' : openNow}
              {overdue > 0 ? <span class="vh">, {overdue} overdue</span> : null}
            </span>
          ) : null}
          {page === 'senders' && late > 0 ? <span class="num">{late} late</span> : null}
        </a>
      ))}
    </nav>
  );
}
