/** Offsets into the text of one file, UTF-16 units, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The text of one rule file, with the offsets at which its lines begin. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
  readonly lineStarts: readonly number[];
}

/** Lines and columns from 1; a column counts UTF-16 units, as editors do. `endColumn` is exclusive, on the same line. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
}

export function sourceOf(text: string, file: string): SourceText {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { file, text, lineStarts };
}

export function placeOf(source: SourceText, span: Span): SourcePlace {
  const { lineStarts, text } = source;
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= span.start) low = middle;
    else high = middle - 1;
  }
  const lineStart = lineStarts[low] ?? 0;
  const lineEnd = (lineStarts[low + 1] ?? text.length + 1) - 1;
  const end = Math.min(Math.max(span.end, span.start + 1), Math.max(lineEnd, span.start + 1));
  return { file: source.file, line: low + 1, column: span.start - lineStart + 1, endColumn: end - lineStart + 1 };
}

/** The text of a line from 1, without its end. */
export function lineOf(source: SourceText, line: number): string {
  const start = source.lineStarts[line - 1] ?? 0;
  const end = source.lineStarts[line] ?? source.text.length;
  return source.text.slice(start, end).replace(/\r?\n$/, '');
}
