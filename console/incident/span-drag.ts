import { useEffect, useRef, useState } from 'preact/hooks';
import type { TimeAxis } from '../../src/report/index.ts';
import type { Span } from './span.ts';

/** Px that a pointer moves before it drags: less is a click on a mark. */
const LEAST_PX = 5;
/** A click that ends a drag comes with its pointer, at most so much later. */
const CLICK_MS = 50;

export interface Drag {
  readonly box: { current: HTMLDivElement | null };
  /** Where it is dragged over now. */
  readonly band: Readonly<Record<'left' | 'top' | 'width' | 'height', string>> | undefined;
}

/** Dragging over the lanes takes a span of time. */
export function useDrag(axis: TimeAxis, onSpan: (span: Span) => void): Drag {
  const box = useRef<HTMLDivElement | null>(null);
  const [band, setBand] = useState<Drag['band']>(undefined);
  useEffect(() => {
    const lanes = box.current?.querySelector<SVGSVGElement>('.lanes-svg');
    if (lanes === null || lanes === undefined) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    let startX: number | undefined;
    let hasDragged = false;
    const timeOf = (x: number): number => {
      const { left, width } = lanes.getBoundingClientRect();
      return axis.timeAt((100 * (x - left)) / width);
    };
    lanes.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0 || event.pointerType === 'touch') return;
        startX = event.clientX;
        hasDragged = false;
      },
      { signal },
    );
    // A link would be dragged as such.
    lanes.addEventListener('dragstart', (event) => event.preventDefault(), { signal });
    addEventListener(
      'pointermove',
      ({ clientX }) => {
        if (startX === undefined || (!hasDragged && Math.abs(clientX - startX) < LEAST_PX)) return;
        hasDragged = true;
        setBand(bandOf(box.current, lanes, startX, clientX));
      },
      { signal },
    );
    const end = ({ clientX, type }: PointerEvent): void => {
      const from = startX;
      startX = undefined;
      setBand(undefined);
      // No click may follow: then the next one, by a key or a finger, is meant.
      if (hasDragged) setTimeout(() => (hasDragged = false), CLICK_MS);
      if (from === undefined || !hasDragged || type === 'pointercancel') return;
      const [fromMs, toMs] = [timeOf(from), timeOf(clientX)].sort((a, b) => a - b);
      if (fromMs !== undefined && toMs !== undefined) onSpan({ fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) });
    };
    addEventListener('pointerup', end, { signal });
    addEventListener('pointercancel', end, { signal });
    // What ends a drag is no click on the mark below it.
    lanes.addEventListener(
      'click',
      (event) => {
        if (hasDragged) event.preventDefault();
        hasDragged = false;
      },
      { signal, capture: true },
    );
    return () => stop.abort();
  }, [axis, onSpan]);
  return { box, band };
}

function bandOf(box: HTMLElement | null, lanes: SVGSVGElement, a: number, b: number): Drag['band'] {
  if (box === null) return undefined;
  const [outer, inner] = [box.getBoundingClientRect(), lanes.getBoundingClientRect()];
  const [from, to] = [Math.max(inner.left, Math.min(a, b)), Math.min(inner.right, Math.max(a, b))];
  return {
    left: `${from - outer.left}px`,
    top: `${inner.top - outer.top}px`,
    width: `${Math.max(0, to - from)}px`,
    height: `${inner.height}px`,
  };
}
