/** Columns of a row (SETTLED B18). */
export const MAX_COLUMNS = 4096;
/** Fewer columns may be a sentence with commas in it. */
const MIN_COLUMNS = 3;
/** A column as exports name it: `winlog.event_id`, `TimeGenerated [UTC]`, `EventData_dynamic`, `Event ID`. */
const COLUMN = /^[\p{L}_@#][\p{L}\p{N}_ .@:#[\]()/%+-]{0,127}$/u;
/** First lines that are no header: of Export-Csv in Windows PowerShell, and the separator that Excel is told. */
const PREAMBLE = /^(?:#TYPE [^\r\n]{1,512}|sep=[,;\t])(?:\r\n|\r|\n)/;

/** How a table of rows begins. */
export interface TableHead {
  readonly separator: ',' | ';' | '\t';
  /** Characters before the header line. */
  readonly preamble: number;
}

/**
 * The separator of a text that begins with a header of column names and, where there is one, a row of as many values;
 * undefined for other texts. A header that is longer than `head` is told by what there is of it.
 */
export function tableHeadOf(head: string): TableHead | undefined {
  const preamble = PREAMBLE.exec(head)?.[0].length ?? 0;
  const lines = head.slice(preamble).split(/\r\n|\r|\n/, 3);
  const [header = '', row = ''] = lines;
  const separator = separatorOf(header);
  if (separator === undefined) return undefined;
  const columns = header.split(separator).map(unquoted);
  // The last name may be cut where the header goes on behind `head`.
  if (lines.length === 1) columns.pop();
  if (columns.length < MIN_COLUMNS || columns.length > MAX_COLUMNS) return undefined;
  if (!columns.every((column) => COLUMN.test(column)) || new Set(columns).size < columns.length) return undefined;
  // Only a row whose end is there can be counted, and only one without quotes by its separators.
  const isComparable = lines.length === 3 && row !== '' && !row.includes('"');
  if (isComparable && row.split(separator).length !== columns.length) return undefined;
  return { separator, preamble };
}

/** The separator that stands most often in a header line. */
function separatorOf(header: string): TableHead['separator'] | undefined {
  let best: TableHead['separator'] | undefined;
  let most = 0;
  for (const separator of ['\t', ';', ','] as const) {
    const count = header.split(separator).length - 1;
    if (count <= most) continue;
    best = separator;
    most = count;
  }
  return best;
}

/** A cell without its quotes. A blank in front stays: names have none, parts of a sentence have. */
function unquoted(cell: string): string {
  const text = cell.trimEnd();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/**
 * The values of one row (RFC 4180 2): a value that begins with a quote goes on to the next single quote, two quotes in it are
 * one. What stands between that and the separator is kept.
 */
export function splitRow(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator);
  const values: string[] = [];
  for (let at = 0; ; ) {
    let value = '';
    if (text[at] === '"') {
      at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) return [...values, value + text.slice(at)];
        value += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        value += '"';
        at++;
      }
    }
    const end = text.indexOf(separator, at);
    values.push(value + text.slice(at, end < 0 ? text.length : end));
    if (end < 0) return values;
    at = end + 1;
  }
}
