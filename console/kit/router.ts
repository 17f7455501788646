import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { TargetedMouseEvent } from 'preact';
import { showPart } from './show-part.ts';

/** Where the page is: all state that a link should carry stands here (PRODUCT 9.2). */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Pages of the rail and what stands behind them (SETTLED G12). */
export type Page = 'incidents' | 'subscriptions' | 'hosts' | 'search' | 'rules' | 'senders' | 'account';

export interface Route {
  readonly page: Page;
  /** Of an incident, a subscription, a host, a rule or a sender. */
  readonly id: string | undefined;
}

const PAGES: readonly Page[] = ['incidents', 'subscriptions', 'hosts', 'search', 'rules', 'senders', 'account'];

const current = signal<Place>(placeNow());

export const place: ReadonlySignal<Place> = current;

export const route: ReadonlySignal<Route> = computed(() => routeOf(current.value.path));

/** The page and object of a path; the queue where it is none. */
export function routeOf(path: string): Route {
  const [, name = '', id] = path.split('/');
  const page = PAGES.find((known) => known === name);
  if (page === undefined) return { page: 'incidents', id: undefined };
  return { page, id: id === undefined || id === '' ? undefined : decoded(id) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A broken escape in a typed address is taken as it stands; nothing will be found under it.
    return text;
  }
}

/** Goes to a URL of the page. `replace` leaves no step behind: for what follows keys and filters. */
export function go(url: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'replace') history.replaceState(history.state, '', url);
  else {
    history.replaceState({ ...history.state, scroll: scrollNow() }, '');
    history.pushState({ from: location.pathname + location.search }, '', url);
  }
  current.value = placeNow();
}

/** Goes where a link leads: back, where one came from there, so that it stands as it stood. */
export function goBack(event: TargetedMouseEvent<HTMLAnchorElement>): void {
  const { pathname, search } = event.currentTarget;
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  if (!isPlain || history.state?.from !== pathname + search) return;
  event.preventDefault();
  history.back();
}

/** The URL of this place with other words of the query; undefined takes one away. */
export function withQuery(
  changes: Readonly<Record<string, string | undefined>>,
  path: string = current.value.path,
): string {
  const query = new URLSearchParams(current.value.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? path : `${path}?${text}`;
}

export function urlOf(page: Page, id?: string, query: Readonly<Record<string, string>> = {}): string {
  const path = id === undefined ? `/${page}` : `/${page}/${segmentOf(id)}`;
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A text as one part of a path: half a character, which no URL can carry, stands for one that is unknown. */
function segmentOf(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Follows back and forward, and links of the page; other clicks are the browser's. */
export function startRouter(): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', () => {
    current.value = placeNow();
    arrive();
  });
  addEventListener('pagehide', () => history.replaceState({ ...history.state, scroll: scrollNow() }, ''));
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest?.('a');
    if (link === null || link === undefined || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.pathname.startsWith('/v1/') || link.pathname.startsWith('/assets/')) return;
    if (link.getAttribute('href')?.startsWith('#') === true) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
    showPart(link.hash, true);
  });
  arrive();
}

/** A part that the address names is opened; where somebody has been before, the page stands as they left it. */
function arrive(): void {
  showPart(location.hash, keptScroll() === undefined);
  restoreScroll();
}

function placeNow(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** How far the document and each marked part of it is scrolled, px. */
function scrollNow(): Readonly<Record<string, number>> {
  const found: Record<string, number> = { '': scrollY };
  for (const part of document.querySelectorAll<HTMLElement>('[data-scroll]')) {
    found[part.dataset['scroll'] ?? ''] = part.scrollTop;
  }
  return found;
}

/** Content comes later than the place: it is tried until it is there, or the person does something. */
const SCROLL_TRIES = 200;

let restoring = 0;

function keptScroll(): Readonly<Record<string, number>> | undefined {
  return (history.state as { readonly scroll?: Readonly<Record<string, number>> } | null)?.scroll;
}

function restoreScroll(): void {
  const wanted = keptScroll();
  const own = ++restoring;
  if (wanted === undefined) return;
  let tries = 0;
  const stop = (): void => {
    restoring++;
  };
  for (const kind of ['wheel', 'pointerdown', 'keydown'] as const)
    addEventListener(kind, stop, { once: true, passive: true });
  const step = (): void => {
    if (own !== restoring) return;
    const isDone = Object.entries(wanted).every(([name, top]) => scrollPart(name, top));
    if (!isDone && tries++ < SCROLL_TRIES) setTimeout(step, 50);
  };
  requestAnimationFrame(step);
}

/** True when the document, or the part of it, stands where it stood. */
function scrollPart(name: string, top: number): boolean {
  if (name === '') {
    scrollTo(0, top);
    return Math.abs(scrollY - top) <= 2;
  }
  const part = document.querySelector<HTMLElement>(`[data-scroll="${CSS.escape(name)}"]`);
  if (part === null) return top === 0;
  part.scrollTop = top;
  return Math.abs(part.scrollTop - top) <= 2;
}
