import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { narrowing, ofWords } from './narrow.ts';
import { type ObjectKind, wordsFor } from './object-words.ts';
import { go, urlOf } from './router.ts';
import { copy } from './save.ts';
import { mayReadEvidence } from './session.ts';
import { defanged } from './visible.ts';
import { wayBack } from './way-back.ts';
import { visibleText } from './words.ts';

interface OpenMenu {
  readonly kind: ObjectKind;
  readonly value: string;
  readonly anchor: HTMLElement;
  /** Words of a search beside its own. */
  readonly more?: readonly string[];
}

const open = signal<OpenMenu | undefined>(undefined);

/** A host, account, address, hash or payload with its menu. */
export function ObjectValue({
  kind,
  value,
  shown,
}: {
  readonly kind: ObjectKind;
  readonly value: string;
  readonly shown?: string;
}): JSX.Element {
  const name = shown ?? visibleText(value);
  const isOpen = open.value?.value === value;
  return (
    <button
      type="button"
      class="obj"
      aria-haspopup="menu"
      aria-expanded={isOpen}
      {...ofWords(wordsFor(kind, value, true).events)}
      onClick={(event) => {
        open.value = { kind, value, anchor: event.currentTarget };
      }}
    >
      {name}
    </button>
  );
}

/** The menu of a value beside what leads elsewhere when it is pressed; of a hit with further words that narrow a search. */
export function MenuButton({
  kind,
  value,
  shown = visibleText(value),
  more = [],
}: {
  readonly kind: ObjectKind;
  readonly value: string;
  readonly shown?: string;
  readonly more?: readonly string[];
}): JSX.Element {
  return (
    <button
      type="button"
      class="lnk"
      {...ofWords(wordsFor(kind, value, true).events, ...more)}
      aria-haspopup="menu"
      aria-label={`What to do with ${shown}`}
      onClick={({ currentTarget }) => openMenu(kind, value, currentTarget, more)}
    >
      ⋯
    </button>
  );
}

export function openMenu(kind: ObjectKind, value: string, anchor: HTMLElement, more: readonly string[] = []): void {
  open.value = { kind, value, anchor, more };
}

/** Characters of the name of an item: a value may be as long as words are. */
const MOST_NAME = 100;

interface Item {
  readonly name: string;
  readonly run: () => void;
}

function itemsOf({ kind, value, more = [] }: OpenMenu): readonly Item[] {
  const { events, incidents } = wordsFor(kind, value, mayReadEvidence());
  const words = events === undefined ? more : [events, ...more];
  return [
    ...words.flatMap((word) => narrowing(word) ?? []),
    ...(kind === 'host' ? [{ name: 'Open the host', run: () => go(urlOf('hosts', value.toLowerCase())) }] : []),
    { name: 'Copy as it is', run: () => void copy(value, 'It') },
    ...(kind === 'print'
      ? []
      : [{ name: 'Copy defanged', run: () => void copy(defanged(kind, value), 'It, defanged,') }]),
    ...(events === undefined
      ? []
      : [{ name: 'Search for it', run: () => go(urlOf('search', undefined, { q: events, ...wayBack() })) }]),
    ...(incidents === undefined
      ? []
      : [{ name: 'Incidents with it', run: () => go(urlOf('incidents', undefined, { q: incidents })) }]),
  ];
}

/** The one menu of the page; arrows move, Escape closes. */
export function ObjectMenu(): JSX.Element | null {
  const now = open.value;
  const list = useRef<HTMLDivElement>(null);
  // It has the focus as soon as it is there: a key that is pressed at once is its own.
  useLayoutEffect(() => {
    if (now === undefined || list.current === null) return undefined;
    const menu = list.current;
    const { left, bottom } = now.anchor.getBoundingClientRect();
    menu.style.left = `${Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.style.top = `${bottom + menu.offsetHeight > innerHeight ? Math.max(8, bottom - menu.offsetHeight - 24) : bottom + 2}px`;
    menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const away = (event: PointerEvent): void => {
      if (!menu.contains(event.target as Node)) open.value = undefined;
    };
    addEventListener('pointerdown', away);
    return () => removeEventListener('pointerdown', away);
  }, [now]);
  if (now === undefined) return null;
  const close = (): void => {
    open.value = undefined;
    now.anchor.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (event.key === 'ArrowDown') items[(at + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items[(at - 1 + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
  };
  return (
    <div
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={`What to do with ${visibleText(now.value).slice(0, 60)}`}
      ref={list}
      onKeyDown={onKey}
    >
      {itemsOf(now).map(({ name, run }) => (
        <button
          key={name}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close();
            run();
          }}
        >
          {visibleText(name).slice(0, MOST_NAME)}
        </button>
      ))}
    </div>
  );
}
