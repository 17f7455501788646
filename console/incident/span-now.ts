import { go, place, withQuery } from '../kit/router.ts';
import { readSpan, type Span, type SpanRead, spanText } from './span.ts';

/** What the URL says of the span. */
export function spanRead(): SpanRead {
  return readSpan(place.value.query.get('t'));
}

/** The span that holds now; a malformed one is none. */
export function spanNow(): Span | undefined {
  const read = spanRead();
  return read.kind === 'span' ? read.span : undefined;
}

/** Undefined shows all times again. Back takes either away. */
export function showSpan(span: Span | undefined): void {
  go(withQuery({ t: span === undefined ? undefined : spanText(span) }));
}
