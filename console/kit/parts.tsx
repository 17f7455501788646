import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from './api.ts';
import type { Entry } from './cache.ts';
import { nowMs, shortOf, spanOf } from './time.ts';
import { upper } from './words.ts';

const MARKS: Readonly<Record<string, string>> = { critical: '■', high: '▲', medium: '●', low: '○' };

/** A level as mark and word: never colour alone. */
export function LevelMark({
  level,
  isShort = false,
}: {
  readonly level: string;
  readonly isShort?: boolean;
}): JSX.Element {
  return (
    <span class={`sev ${level}`}>
      <span aria-hidden="true">{MARKS[level] ?? '·'}</span>
      {isShort ? <span class="vh">{upper(level)}</span> : ` ${upper(level)}`}
    </span>
  );
}

/** Grey bars of the final shape after 300 ms, words and a way out after 5 s (PRODUCT 9.4). */
export function Waiting({
  what,
  onCancel,
}: {
  readonly what: string;
  readonly onCancel?: () => void;
}): JSX.Element | null {
  const [begun] = useState(() => Date.now());
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  const waited = nowMs.value - begun;
  return (
    <div class="waiting" aria-busy="true">
      {[0, 1, 2, 3].map((n) => (
        <div class={n % 2 === 0 ? 'sk' : 'sk s'} key={n} />
      ))}
      <p class={waited < 5000 ? 'vh' : 'muted'} role="status">
        {what} is being read<Ticking>{waited < 5000 ? '' : ` for ${spanOf(waited)}`}</Ticking>.{' '}
        {waited >= 5000 && onCancel !== undefined ? (
          <button type="button" class="btn" onClick={onCancel}>
            Cancel
          </button>
        ) : null}
      </p>
    </div>
  );
}

/** What failed, what still works, its code, and a way to try again; never shown as empty. */
export function Failed({
  what,
  problem,
  onAgain,
}: {
  readonly what: string;
  readonly problem: Problem;
  readonly onAgain: () => void;
}): JSX.Element {
  const needsRole = problem.status === 403;
  return (
    <div class="state" role="alert">
      <p>
        <b>{needsRole ? `${what} is not for your role.` : `${what} could not be read.`}</b>
      </p>
      <p>
        {problem.title}. {problem.detail}{' '}
        {needsRole ? '' : 'Where the server runs, detection goes on and what is found is kept.'}
      </p>
      <p class="mono muted">
        {problem.code}
        {problem.requestId === undefined ? '' : `, request ${problem.requestId}`}
      </p>
      {needsRole ? null : <Again look="btn" onAgain={onAgain} />}
    </div>
  );
}

/** A way to try again. It goes with what failed: who pressed it stays at the place where that stood. */
function Again({ look, onAgain }: { readonly look: 'btn' | 'lnk'; readonly onAgain: () => void }): JSX.Element {
  const own = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const button = own.current;
    return () => {
      const around = button?.parentElement?.parentElement;
      if (around == null || button !== document.activeElement) return;
      around.tabIndex = -1;
      around.focus({ preventScroll: true });
    };
  }, []);
  return (
    <button type="button" class={look} ref={own} onClick={onAgain}>
      Try again
    </button>
  );
}

/** In place of what is not there yet: that it is waited for, or why it cannot be read; neither is an empty list (PRODUCT 9.4). */
export function NotYet({
  what,
  problem,
  onCancel,
  onAgain,
}: {
  readonly what: string;
  readonly problem: Problem | undefined;
  readonly onCancel: () => void;
  readonly onAgain: () => void;
}): JSX.Element {
  return problem === undefined ? (
    <Waiting what={what} onCancel={onCancel} />
  ) : (
    <Failed what={what} problem={problem} onAgain={onAgain} />
  );
}

/** The same of a path of `/v1`. */
export function NotRead({ what, entry }: { readonly what: string; readonly entry: Entry<unknown> }): JSX.Element {
  return <NotYet what={what} problem={entry.known.value.problem} onCancel={entry.cancel} onAgain={entry.again} />;
}

/** Old rows stay when a look fails, and say how old they are. */
export function Stale({ entry }: { readonly entry: Entry<unknown> }): JSX.Element | null {
  const { value, problem, atMs } = entry.known.value;
  if (value === undefined || problem === undefined || problem.code === 'aborted') return null;
  return <AsOf what="Shown" atMs={atMs} problem={problem} onAgain={entry.again} />;
}

/** That something is of before, since when and why. */
export function AsOf({
  what,
  atMs,
  problem,
  onAgain,
}: {
  readonly what: string;
  readonly atMs: number;
  readonly problem: Problem;
  readonly onAgain: () => void;
}): JSX.Element {
  return (
    <p class="stale" role="status">
      {what} as of {shortOf(atMs)}
      <Ticking>, {spanOf(nowMs.value - atMs)} ago</Ticking>: {problem.title.toLowerCase()}.{' '}
      <Again look="lnk" onAgain={onAgain} />
    </p>
  );
}

/** How long by now, in a region that is read out when it changes: each second of it is for eyes alone (SETTLED G6). */
export function Ticking({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <span aria-hidden="true">{children}</span>;
}

/** Why something was not done, read out as it comes; nothing where the text is empty. */
export function Trouble({ children }: { readonly children: string }): JSX.Element | null {
  return children === '' ? null : (
    <p class="trouble" role="alert">
      {children}
    </p>
  );
}

/** A place that a role may not see names the role that may (SETTLED G20). */
export function NeedsRole({ what, needed }: { readonly what: string; readonly needed: string }): JSX.Element {
  return (
    <div class="state">
      <p>
        <b>{what}</b> {needed === 'analyst' ? 'needs the role analyst or auditor.' : `needs the role ${needed}.`}
      </p>
    </div>
  );
}

export interface TabSpec {
  readonly id: string;
  readonly name: string;
  readonly count?: string | number | undefined;
}

/** Tabs after the ARIA pattern: one tab stop, arrows move. */
export function Tabs({
  tabs,
  chosen,
  label,
  onChoose,
}: {
  readonly tabs: readonly TabSpec[];
  readonly chosen: string;
  readonly label: string;
  readonly onChoose: (id: string) => void;
}): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const at = tabs.findIndex(({ id }) => id === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    onChoose(tabs[next]?.id ?? chosen);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
      {tabs.map(({ id, name, count }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-controls={`panel-${id}`}
          aria-selected={id === chosen}
          tabIndex={id === chosen ? 0 : -1}
          onClick={() => onChoose(id)}
        >
          {name}
          {count === undefined ? null : <span> {count}</span>}
        </button>
      ))}
    </div>
  );
}

/** The wheel beside the box of an open dialog scrolls what is in it, and nothing behind it. */
function turnBeside(dialog: HTMLDialogElement | null, event: WheelEvent): void {
  if (dialog === null || [...document.querySelectorAll('dialog[open]')].at(-1) !== dialog) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const { clientX: x, clientY: y } = event;
  if (x >= left && x <= right && y >= top && y <= bottom) return;
  event.preventDefault();
  dialog.scrollBy(0, event.deltaY);
}

/** A dialog of the browser; the way out is Escape, the cross, or what is in it. */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly wide?: boolean;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  // Two may stand open at once: each has a name of its own.
  const name = useId();
  // Before anything is painted: a focus that is given back late would be taken from where a person has gone by then.
  useLayoutEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
    // What is to be filled in comes first, not the cross in the corner.
    const first = (selector: string): HTMLElement | null | undefined => dialog.current?.querySelector(selector);
    (first('form input:checked') ?? first('form input, form select, form textarea, .btn.pri'))?.focus();
    // The browser gives the focus back to what had it: nothing can take it while the dialog is open.
    return () => dialog.current?.close();
  }, []);
  useEffect(() => {
    const turn = (event: WheelEvent): void => turnBeside(dialog.current, event);
    addEventListener('wheel', turn, { passive: false });
    return () => removeEventListener('wheel', turn);
  }, []);
  return (
    <dialog
      ref={dialog}
      class={wide ? 'wide' : ''}
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={name}>{title}</h2>
        <button type="button" class="btn quiet" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </header>
      {children}
    </dialog>
  );
}
