import type { ComponentChildren, JSX } from 'preact';
import type { DrawnObject } from '../../src/report/index.ts';
import { openMenu } from './object-menu.tsx';

/**
 * A value in a text or a picture with its menu, by pointer and by Enter. Not a button: its text could not be selected, and parts of values are.
 */
export function ObjectText({
  kind,
  value,
  children,
}: DrawnObject & { readonly children: ComponentChildren }): JSX.Element {
  const menu = ({ currentTarget }: { readonly currentTarget: HTMLElement }): void =>
    openMenu(kind, value, currentTarget);
  return (
    <span
      class="val"
      role="button"
      tabIndex={0}
      aria-haspopup="menu"
      onClick={(event) => {
        if ((globalThis.getSelection()?.toString() ?? '') === '') menu(event);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        menu(event);
      }}
    >
      {children}
    </span>
  );
}

/** A block of text, such as a payload, with the button of its menu below: what is in it stays to be read and selected. */
export function ObjectBlock({
  kind,
  value,
  children,
}: DrawnObject & { readonly children: ComponentChildren }): JSX.Element {
  return (
    <>
      {children}
      <p class="of-block">
        <button
          type="button"
          class="obj"
          aria-haspopup="menu"
          onClick={({ currentTarget }) => openMenu(kind, value, currentTarget)}
        >
          Copy or search this {kind}
        </button>
      </p>
    </>
  );
}
