import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { go, withQuery } from '../kit/router.ts';
import { stampOf, zoneWord } from '../kit/time.ts';
import { digits, plural } from '../kit/words.ts';
import { areOneInstant, type Bin, HitBins, type Survey, spanOfBins, timeOf } from './bins.ts';
import type { Hits } from './hits.ts';

/** Two bins: where a choice began, and where it is. */
type Choice = readonly [number, number];

/** Records by time, and the hits among them; nothing where all is of one instant. A click or a drag narrows the search to a part; so do arrows, Shift with arrows, and Enter. */
export function Histogram({ survey, hits }: { readonly survey: Survey; readonly hits: Hits }): JSX.Element | null {
  const counter = useMemo(() => new HitBins(survey), [survey, hits]);
  const [choice, setChoice] = useState<Choice | undefined>(undefined);
  counter.count(hits.tally.times);
  const { bins } = counter;
  if (areOneInstant(bins)) return null;
  const isOfHits = hits.isWhole && hits.length > 0;
  const shown = (bin: Bin): number => (isOfHits ? bin.hits : Math.max(bin.all, bin.hits));
  const highest = Math.max(1, ...bins.map(shown));
  const [first, last] = choice === undefined ? [-1, -1] : [Math.min(...choice), Math.max(...choice)];
  return (
    <figure class="histogram">
      <figcaption>
        {isOfHits ? (
          <b>{plural(hits.tally.times.length, 'hit')} by time.</b>
        ) : (
          <>
            <b>All records by time,</b> {plural(survey.events, 'record')}, whatever the search asks for
            {hits.length > 0 ? '; dark are the hits that were read so far' : ''}.
          </>
        )}
        {survey.timeless > 0 ? ` ${plural(survey.timeless, 'record')} tell no time and are not drawn.` : ''}
      </figcaption>
      <Bars
        bins={bins}
        choice={choice}
        onChoice={setChoice}
        label={`${isOfHits ? 'Hits' : 'All records'} by time: arrows move, Shift and arrows take more, Enter narrows the search`}
      >
        {bins.map((bin, at) => (
          <div
            key={bin.fromMs}
            id={`bin-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at >= first && at <= last}
            aria-label={`${spanText(bin)}: ${countText(bin, isOfHits)}`}
          >
            {isOfHits ? null : <i style={{ height: heightOf(bin.all, highest) }} />}
            <b style={{ height: heightOf(bin.hits, highest) }} />
          </div>
        ))}
      </Bars>
      <p class="ends num">
        <span>{stampOf(timeOf(bins[0]?.fromMs ?? 0))}</span>
        <span>
          {choice === undefined || bins[first] === undefined
            ? ''
            : `${stampOf(timeOf(bins[first].fromMs))} to ${stampOf(timeOf(bins[last]?.toMs ?? 0))}`}
        </span>
        <span>
          {stampOf(timeOf(bins.at(-1)?.toMs ?? 0))} {zoneWord()}
        </span>
      </p>
      <AsTable bins={bins} isOfHits={isOfHits} />
    </figure>
  );
}

/** At least a line where there is anything. */
function heightOf(count: number, highest: number): string {
  return count === 0 ? '0' : `max(2px, ${((count / highest) * 100).toFixed(1)}%)`;
}

function spanText({ fromMs, toMs }: Bin): string {
  return `${stampOf(timeOf(fromMs))} to ${stampOf(timeOf(toMs))} ${zoneWord()}`;
}

function countText({ all, hits }: Bin, isOfHits: boolean): string {
  const found = plural(hits, 'hit');
  return isOfHits ? found : `about ${plural(all, 'record')}, ${found} so far`;
}

function narrow(bins: readonly Bin[], [a, b]: Choice): void {
  const span = spanOfBins(bins, a, b);
  if (span !== undefined) go(withQuery({ ...span, open: undefined }));
}

/** One stop of the Tab key; the bars are options of it, of which one or a span is chosen. */
function Bars({
  bins,
  choice,
  onChoice,
  label,
  children,
}: {
  readonly bins: readonly Bin[];
  readonly choice: Choice | undefined;
  readonly onChoice: (choice: Choice | undefined) => void;
  readonly label: string;
  readonly children: JSX.Element[];
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [isDragged, setDragged] = useState(false);
  const under = (event: PointerEvent): number => {
    const { left, width } = box.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    const at = Math.floor(((event.clientX - left) / width) * bins.length);
    return Math.max(0, Math.min(bins.length - 1, at));
  };
  const end = (): void => {
    setDragged(false);
    onChoice(undefined);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      if (choice !== undefined) narrow(bins, choice);
    } else if (event.key === 'Escape') end();
    else {
      const moved = movedTo(event.key, choice?.[1], bins.length);
      if (moved === undefined) return;
      onChoice([event.shiftKey ? (choice?.[0] ?? moved) : moved, moved]);
    }
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      class="bars"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-multiselectable="true"
      aria-activedescendant={choice === undefined ? undefined : `bin-${choice[1]}`}
      onKeyDown={press}
      onBlur={() => onChoice(undefined)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged(true);
        onChoice([under(event), under(event)]);
      }}
      onPointerMove={(event) => isDragged && choice !== undefined && onChoice([choice[0], under(event)])}
      onPointerUp={(event) => {
        if (!isDragged || choice === undefined) return;
        end();
        narrow(bins, [choice[0], under(event)]);
      }}
      onPointerCancel={end}
    >
      {children}
    </div>
  );
}

/** Where a key goes from a bin; the first time from the newest. */
function movedTo(key: string, from: number | undefined, count: number): number | undefined {
  const to = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (to === undefined) return undefined;
  return from === undefined ? count - 1 : Math.max(0, Math.min(count - 1, from + to));
}

/** The same for those who read it rather than see it; each row narrows as a bar does. */
function AsTable({ bins, isOfHits }: { readonly bins: readonly Bin[]; readonly isOfHits: boolean }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="facets" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As a table</summary>
      {isOpen ? (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">Time, {zoneWord()}</th>
              {isOfHits ? null : <th scope="col">All records, about</th>}
              <th scope="col">Hits{isOfHits ? '' : ' so far'}</th>
            </tr>
          </thead>
          <tbody>
            {bins.map((bin, at) => (
              <tr key={bin.fromMs}>
                <th scope="row">
                  <button type="button" class="lnk num" onClick={() => narrow(bins, [at, at])}>
                    {stampOf(timeOf(bin.fromMs))} to {stampOf(timeOf(bin.toMs))}
                  </button>
                </th>
                {isOfHits ? null : <td class="num">{digits(bin.all)}</td>}
                <td class="num">{digits(bin.hits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </details>
  );
}
