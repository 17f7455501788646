import { MAX_COLUMNS } from './csv-table.ts';
import { MAX_UNIT_BYTES } from './cut-piece.ts';
import type { DialectOpener, DialectUnit } from './dialect.ts';
import type { CutRow } from './row-cutter.ts';
import { RowDialect } from './row-dialect.ts';

/** What the lines that begin with `#` say of the rows behind them; Zeek's own defaults before they do. */
interface Directives {
  separator: string;
  setSeparator: string;
  empty: string;
  unset: string;
  path: string | undefined;
  fields: readonly string[];
  /** By the place of the field. */
  kinds: readonly ValueKind[];
}

/** What the type of a field means for the text of its values. */
type ValueKind = 'text' | 'bool' | 'list';

function kindOf(type: string): ValueKind {
  if (type === 'bool') return 'bool';
  return /^(?:set|vector)\[/.test(type) ? 'list' : 'text';
}

function defaults(separator: string): Directives {
  return { separator, setSeparator: ',', empty: '(empty)', unset: '-', path: undefined, fields: [], kinds: [] };
}

/**
 * Zeek's own log format: rows under `#fields`, of the log that `#path` names. Values come as Zeek's JSON has them: unset ones
 * are left out, `T` and `F` are `true` and `false`, sets have commas, `\x09` is the byte that it stands for. Logs that were
 * put behind one another are each read under their own header.
 */
class ZeekRows extends RowDialect {
  #directives = defaults('\t');

  constructor(maxUnitBytes: number) {
    super(undefined, maxUnitBytes);
  }

  protected unitOf(row: CutRow): DialectUnit | undefined {
    const { start, end, line } = row;
    const text = this.cutter.text(row);
    if (text.startsWith('#')) {
      this.#direct(text);
      return undefined;
    }
    const { separator, fields, path } = this.#directives;
    const cells = text.split(separator);
    if (fields.length === 0 || path === undefined) {
      return { kind: 'broken', start, end, line, reason: 'no #path and #fields stand before it' };
    }
    if (cells.length !== fields.length) {
      const reason = `it has ${cells.length} value${cells.length === 1 ? '' : 's'} for ${fields.length} fields`;
      return { kind: 'broken', start, end, line, reason };
    }
    const { unset, kinds } = this.#directives;
    const isEscaped = text.includes('\\x');
    // Most rows have all of their values: they share the list of names.
    const columns = cells.includes(unset) ? fields.filter((_, index) => cells[index] !== unset) : fields;
    const values: string[] = [];
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index] ?? '';
      if (cell !== unset) values.push(this.#valueOf(cell, kinds[index] ?? 'text', isEscaped));
    }
    return { kind: 'row', start, end, line, columns, values, path };
  }

  #direct(text: string): void {
    if (text.startsWith('#separator ')) {
      this.#directives = defaults(unescaped(text.slice('#separator '.length).trim() || '\t'));
      return;
    }
    const directives = this.#directives;
    const [name, ...values] = text.split(directives.separator);
    const [first] = values;
    if (first === undefined) return;
    if (name === '#set_separator') directives.setSeparator = unescaped(first);
    else if (name === '#empty_field') directives.empty = first;
    else if (name === '#unset_field') directives.unset = first;
    else if (name === '#path') directives.path = first;
    else if (name === '#fields') directives.fields = values.length > MAX_COLUMNS ? [] : values;
    else if (name === '#types') directives.kinds = values.map(kindOf);
  }

  #valueOf(cell: string, kind: ValueKind, isEscaped: boolean): string {
    const { empty, setSeparator } = this.#directives;
    if (cell === empty) return '';
    if (kind === 'bool' && (cell === 'T' || cell === 'F')) return cell === 'T' ? 'true' : 'false';
    if (kind === 'list' && (isEscaped || setSeparator !== ','))
      return cell.split(setSeparator).map(unescaped).join(',');
    return isEscaped ? unescaped(cell) : cell;
  }
}

/** Zeek writes bytes that would end a value, and those that are no text, as `\x09` (UTF-8 byte by byte). */
function unescaped(text: string): string {
  if (!text.includes('\\x')) return text;
  return text.replace(/(?:\\x[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('\\x', ''), 'hex').toString('utf8'),
  );
}

/** Opens a source that begins with `#separator`, which only Zeek writes. */
export function zeekOpener(maxUnitBytes: number = MAX_UNIT_BYTES): DialectOpener {
  return {
    mayFollowUnread: false,
    open: (head) => (/^#separator \S/.test(head) ? new ZeekRows(maxUnitBytes) : undefined),
  };
}
