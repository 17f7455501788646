import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows drawn beyond the visible ones, above and below. */
const BEYOND = 6;

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  /** Px; every row has it. */
  readonly rowHeight: number;
  readonly keyOf: (item: T) => string;
  readonly row: (item: T, index: number) => JSX.Element;
  readonly label: string;
  /** Kept in view when it changes; -1 where none is selected. */
  readonly selected: number;
  /** Names its scrolling for the history. */
  readonly scrollName: string;
}

/**
 * A list of rows of one height of which only those on screen are drawn. It scrolls itself where the style sheet says so, else with
 * the document. Every drawn row says where it stands among all.
 */
export function VirtualList<T>(props: VirtualListProps<T>): JSX.Element {
  const { items, rowHeight, keyOf, row, label, selected, scrollName } = props;
  const box = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState<readonly [number, number]>([0, 20]);
  const measure = (): void => {
    const element = box.current;
    if (element === null) return;
    const [top, height] = viewOf(element);
    const from = Math.max(0, Math.floor(top / rowHeight) - BEYOND);
    const to = Math.ceil((top + height) / rowHeight) + BEYOND;
    setRange((old) => (old[0] === from && old[1] === to ? old : [from, to]));
  };
  useLayoutEffect(() => {
    let frame = 0;
    const later = (): void => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(measure);
    };
    measure();
    document.addEventListener('scroll', later, { capture: true, passive: true });
    addEventListener('resize', later);
    return () => {
      cancelAnimationFrame(frame);
      document.removeEventListener('scroll', later, { capture: true });
      removeEventListener('resize', later);
    };
  }, [rowHeight, items.length]);
  const wasSelected = useRef(-1);
  useLayoutEffect(() => {
    if (selected >= 0 && selected !== wasSelected.current && box.current !== null)
      reveal(box.current, selected, rowHeight);
    wasSelected.current = selected;
    measure();
  }, [selected, rowHeight]);
  const [from, to] = range;
  return (
    <div class="vlist" ref={box} data-scroll={scrollName}>
      <ol aria-label={label} style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(from, to).map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={from + index + 1}
            style={{ top: `${(from + index) * rowHeight}px`, height: `${rowHeight}px` }}
          >
            {row(item, from + index)}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** What is visible of the list: px from its top, and px of height. */
function viewOf(element: HTMLElement): readonly [number, number] {
  if (element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).overflowY !== 'visible') {
    return [element.scrollTop, element.clientHeight];
  }
  const { top } = element.getBoundingClientRect();
  return [Math.max(0, -top), Math.min(innerHeight, innerHeight - Math.max(0, top))];
}

function reveal(element: HTMLElement, index: number, rowHeight: number): void {
  if (getComputedStyle(element).overflowY === 'visible') {
    const top = element.getBoundingClientRect().top + index * rowHeight;
    if (top < 60) scrollBy(0, top - 60);
    else if (top + rowHeight > innerHeight) scrollBy(0, top + rowHeight - innerHeight);
    return;
  }
  const top = index * rowHeight;
  if (top < element.scrollTop) element.scrollTop = top;
  else if (top + rowHeight > element.scrollTop + element.clientHeight)
    element.scrollTop = top + rowHeight - element.clientHeight;
}
