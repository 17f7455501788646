import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { timeAxis, timeNote, timePicture } from '../../src/report/index.ts';
import { Shown, type ShownProps } from '../kit/drawn.tsx';
import { NeedsRole } from '../kit/parts.tsx';
import { place } from '../kit/router.ts';
import { mayReadEvidence } from '../kit/session.ts';
import type { DrawnCase } from './document.ts';
import {
  fieldText,
  isWithin,
  partsOf,
  type Span,
  type SpanField,
  spanOfFields,
  spanWords,
  withinWords,
} from './span.ts';
import { useDrag } from './span-drag.ts';
import { showSpan, spanNow, spanRead } from './span-now.ts';

interface Props {
  readonly drawn: DrawnCase;
  /** How many records are cited in all, read or not. */
  readonly cited: number;
  readonly linkOf: NonNullable<ShownProps['linkOf']>;
}

/** All records on one axis, and the span of time that somebody looks at. */
export function TimeTab({ drawn, cited, linkOf }: Props): JSX.Element {
  const span = spanNow();
  const text = place.value.query.get('t') ?? '';
  const [note, picture] = useMemo(() => [timeNote(drawn.item), timePicture(drawn.item, span)] as const, [drawn, text]);
  const axis = useMemo(() => timeAxis(drawn.item), [drawn]);
  const drag = useDrag(axis, showSpan);
  if (!mayReadEvidence()) return <NeedsRole what="Seeing the records of an incident by time" needed="analyst" />;
  return (
    <>
      <p class="note">{note}</p>
      <SpanFields key={text} drawn={drawn} cited={cited} span={span} />
      <div class="drawn times" ref={drag.box}>
        <Shown drawing={picture} linkOf={linkOf} />
        {drag.band === undefined ? null : <div class="band" style={drag.band} />}
      </div>
    </>
  );
}

/** Two fields, by which a span is set without a pointer; what is wrong is said at its field and changes nothing. */
function SpanFields({
  drawn,
  cited,
  span,
}: Pick<Props, 'drawn' | 'cited'> & { readonly span: Span | undefined }): JSX.Element {
  const read = spanRead();
  const written = partsOf(place.value.query.get('t') ?? '');
  const [fields, setFields] = useState<Readonly<Record<SpanField, string>>>(
    span === undefined ? written : { from: fieldText(span.fromMs), to: fieldText(span.toMs) },
  );
  const [problem, setProblem] = useState(read.kind === 'problem' ? read : undefined);
  const day = drawn.item.incident.first.slice(0, 10);
  const submit = (event: Event): void => {
    event.preventDefault();
    const asked = spanOfFields(fields.from, fields.to, day);
    setProblem(asked.kind === 'problem' ? asked : undefined);
    if (asked.kind === 'problem') document.getElementById(`span-${asked.field}`)?.focus();
    else showSpan(asked.kind === 'span' ? asked.span : undefined);
  };
  return (
    <form class="span-fields" noValidate onSubmit={submit}>
      {(['from', 'to'] as const).map((field) => (
        <label key={field}>
          {field === 'from' ? 'From, UTC' : 'To, UTC'}
          <input
            id={`span-${field}`}
            type="text"
            autocomplete="off"
            spellcheck={false}
            placeholder={`${day} ${field === 'from' ? '09:40' : '10:10'}`}
            value={fields[field]}
            aria-invalid={problem?.field === field}
            aria-describedby={problem?.field === field ? 'span-trouble' : undefined}
            onInput={({ currentTarget }) => setFields({ ...fields, [field]: currentTarget.value })}
          />
        </label>
      ))}
      <button type="submit" class="btn">
        Show this time
      </button>
      <SpanTold drawn={drawn} cited={cited} span={span} />
      {problem === undefined ? null : (
        <p class="trouble" role="alert" id="span-trouble">
          {problem.why}
        </p>
      )}
    </form>
  );
}

/** How many records the span holds, and the way back. */
function SpanTold({
  drawn: { citations },
  cited,
  span,
}: Pick<Props, 'drawn' | 'cited'> & { readonly span: Span | undefined }): JSX.Element | null {
  const hasTyped = place.value.query.has('t');
  const records = citations.records;
  if (span === undefined)
    return hasTyped ? (
      <button type="button" class="lnk" onClick={() => showSpan(undefined)}>
        Show all times
      </button>
    ) : null;
  const within = records.filter(({ record }) => isWithin(record.time, span)).length;
  return (
    <p class="muted" role="status">
      {withinWords(within, records.length, cited)}, {spanWords(span)}.{' '}
      <button type="button" class="lnk" onClick={() => showSpan(undefined)}>
        Show all times
      </button>
    </p>
  );
}
