import { MAX_COLUMNS, splitRow, type TableHead, tableHeadOf } from './csv-table.ts';
import { MAX_UNIT_BYTES } from './cut-piece.ts';
import type { DialectOpener, DialectUnit } from './dialect.ts';
import type { CutRow } from './row-cutter.ts';
import { RowDialect } from './row-dialect.ts';

/**
 * CSV and TSV with a header line (RFC 4180; `;` and tabs, too): each row with the names of the header. A row with another
 * number of values is broken, since its values may stand under wrong names; a header that is repeated is passed over.
 */
class CsvRows extends RowDialect {
  readonly #separator: string;
  #preambleLines: number;
  #columns: readonly string[] | undefined;

  constructor(head: TableHead, maxUnitBytes: number) {
    super(head.separator, maxUnitBytes);
    this.#separator = head.separator;
    this.#preambleLines = head.preamble > 0 ? 1 : 0;
  }

  protected unitOf(row: CutRow): DialectUnit | undefined {
    const { start, end, line } = row;
    if (this.#preambleLines > 0) {
      this.#preambleLines--;
      return undefined;
    }
    const values = splitRow(this.cutter.text(row), this.#separator);
    const columns = this.#columns;
    if (columns === undefined) {
      this.#columns = values.length > MAX_COLUMNS ? [] : values.map((value) => value.trim());
      return undefined;
    }
    if (columns.length === 0) {
      return { kind: 'broken', start, end, line, reason: `its header has more than ${MAX_COLUMNS} columns` };
    }
    if (values.length !== columns.length) {
      if (values.every((value) => value.trim() === '')) return undefined;
      const reason = `it has ${values.length} value${values.length === 1 ? '' : 's'} for ${columns.length} columns`;
      return { kind: 'broken', start, end, line, reason };
    }
    if (values[0] === columns[0] && values.every((value, i) => value.trim() === columns[i])) return undefined;
    return { kind: 'row', start, end, line, columns, values };
  }
}

/** Opens a source whose first line is a header of names. */
export function csvOpener(maxUnitBytes: number = MAX_UNIT_BYTES): DialectOpener {
  return {
    mayFollowUnread: false,
    open: (head) => {
      const table = tableHeadOf(head);
      return table === undefined ? undefined : new CsvRows(table, maxUnitBytes);
    },
  };
}
