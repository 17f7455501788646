import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isPrinting } from './print.ts';
import { drawnHeight, shiftOf, stepOf } from './tall-list.ts';

/** Rows drawn beyond the visible ones, above and below. */
const BEYOND = 6;
/** Rows that go on paper. */
const MOST_ON_PAPER = 1000;

/** What a list is drawn of: an array, or rows of which most are elsewhere. */
export interface Rows<T> {
  readonly length: number;
  slice(from: number, to: number): readonly T[];
}

export interface VirtualListProps<T> {
  readonly items: Rows<T>;
  /** Px; every row has it. */
  readonly rowHeight: number;
  readonly keyOf: (item: T) => string;
  readonly row: (item: T, index: number) => JSX.Element;
  readonly label: string;
  /** Kept in view when it changes; -1 where none is selected. */
  readonly selected: number;
  /** Names its scrolling for the history. */
  readonly scrollName: string;
  /** More may follow: nobody knows yet how many there are. */
  readonly isOpenEnded?: boolean;
  /** A length of CSS; where the list is narrower it scrolls sideways. */
  readonly leastWidth?: string | undefined;
  /** Stays above the rows, and goes sideways with them; only for a list that scrolls itself. */
  readonly head?: JSX.Element | null;
  /** Told which rows are drawn, from and before. */
  readonly onRange?: (from: number, to: number) => void;
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** Where row 0 stands, px. */
  readonly shift: number;
}

/**
 * A list of rows of one height of which only those on screen are drawn. It scrolls itself where the style sheet says so, else with
 * the document. Every drawn row says where it stands among all. More rows than an element can be high share its height.
 */
export function VirtualList<T>(props: VirtualListProps<T>): JSX.Element {
  const { items, rowHeight, keyOf, row, label, selected, scrollName, isOpenEnded = false, onRange } = props;
  const minWidth = props.leastWidth;
  const box = useRef<HTMLDivElement>(null);
  const { length } = items;
  const [range, setRange] = useState<Range>({ from: 0, to: 20, shift: 0 });
  const measure = (): void => {
    const element = box.current;
    if (element === null) return;
    const { top, height } = viewOf(element);
    const shift = shiftOf({ rows: length, rowHeight, viewHeight: height }, top);
    const from = Math.max(0, Math.floor((top - shift) / rowHeight) - BEYOND);
    const to = Math.ceil((top - shift + height) / rowHeight) + BEYOND;
    setRange((old) => (old.from === from && old.to === to && old.shift === shift ? old : { from, to, shift }));
  };
  useSteady(box, length, rowHeight);
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
  }, [rowHeight, length]);
  const wasSelected = useRef(-1);
  useLayoutEffect(() => {
    if (selected >= 0 && selected !== wasSelected.current && box.current !== null)
      reveal(box.current, selected, length, rowHeight);
    wasSelected.current = selected;
    measure();
  }, [selected, rowHeight]);
  useLayoutEffect(() => onRange?.(range.from, Math.min(range.to, length)), [range.from, range.to, onRange]);
  const { from, to, shift } = isPrinting.value ? { from: 0, to: MOST_ON_PAPER, shift: 0 } : range;
  const heightPx = `${drawnHeight({ rows: length, rowHeight })}px`;
  return (
    <div class="vlist" ref={box} data-scroll={scrollName} style={{ '--rows': heightPx }}>
      {props.head}
      <ol aria-label={label} style={{ height: heightPx, minWidth }}>
        {items.slice(from, to).map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={isOpenEnded ? -1 : length}
            aria-posinset={from + index + 1}
            style={{ top: `${(from + index) * rowHeight + shift}px`, height: `${rowHeight}px` }}
          >
            {row(item, from + index)}
          </li>
        ))}
      </ol>
      {isPrinting.value && length > MOST_ON_PAPER ? (
        <p class="note">
          The first {MOST_ON_PAPER} of {length}.
        </p>
      ) : null}
    </div>
  );
}

/** Where rows share the height, one that is added moves all: the list is scrolled so that the same rows stay on screen. */
function useSteady(box: { readonly current: HTMLDivElement | null }, rows: number, rowHeight: number): void {
  const before = useRef(rows);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { top, height: viewHeight } = viewOf(element);
    const was = stepOf({ rows: before.current, rowHeight, viewHeight });
    const is = stepOf({ rows, rowHeight, viewHeight });
    before.current = rows;
    if (was !== is) scrollByPx(element, (top * was) / is - top);
  }, [rows, rowHeight]);
}

function isOwnScroller(element: HTMLElement): boolean {
  return getComputedStyle(element).overflowY !== 'visible';
}

/** What is visible of the list: px from its top, and px of height. */
function viewOf(element: HTMLElement): { readonly top: number; readonly height: number } {
  if (element.scrollHeight > element.clientHeight + 1 && isOwnScroller(element)) {
    // What stays above the rows covers as much as it is high.
    const head = element.querySelector('ol')?.offsetTop ?? 0;
    return { top: element.scrollTop, height: element.clientHeight - head };
  }
  const { top } = element.getBoundingClientRect();
  return { top: Math.max(0, -top), height: Math.min(innerHeight, innerHeight - Math.max(0, top)) };
}

function scrollByPx(element: HTMLElement, px: number): void {
  if (isOwnScroller(element)) element.scrollTop += px;
  else scrollBy(0, px);
}

/** Brings a row on screen; to its top where `isFirst`. */
export function reveal(element: HTMLElement, index: number, rows: number, rowHeight: number, isFirst = false): void {
  const isOwn = isOwnScroller(element);
  const { top, height } = viewOf(element);
  const list = { rows, rowHeight, viewHeight: height };
  const edge = isOwn ? -top : element.getBoundingClientRect().top;
  const rowTop = edge + shiftOf(list, top) + index * rowHeight;
  // In a document that scrolls, what stays at the top covers its beginning.
  const [first, last] = isOwn ? [0, height] : [60, innerHeight];
  if (isFirst || rowTop < first) scrollByPx(element, (rowTop - first) / stepOf(list));
  else if (rowTop + rowHeight > last) scrollByPx(element, (rowTop + rowHeight - last) / stepOf(list));
}
