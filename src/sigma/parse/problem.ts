import { lineOf, placeOf, type SourceText, type Span } from './source.ts';

/** What can be wrong with rules (SIGMA 10); a code never changes its meaning. */
export const PROBLEMS: Readonly<Record<ProblemCode, readonly [string, Severity]>> = {
  S100: ['yaml-syntax', 'error'],
  S101: ['not-a-map', 'error'],
  S102: ['unknown-kind', 'error'],
  S103: ['duplicate-key', 'error'],
  S104: ['ambiguous-scalar', 'warning'],
  S105: ['too-large', 'error'],
  S106: ['bad-metadata', 'error'],
  S107: ['odd-metadata', 'warning'],
  S108: ['duplicate-id', 'error'],
  S109: ['unsupported-version', 'error'],
  S110: ['legacy-collection', 'notice'],
  S111: ['bad-action', 'error'],
  S120: ['missing-title', 'error'],
  S121: ['empty-detection', 'error'],
  S122: ['missing-condition', 'error'],
  S123: ['bad-logsource', 'error'],
  S124: ['null-in-list', 'error'],
  S125: ['mixed-list', 'warning'],
  S126: ['odd-item', 'warning'],
  S127: ['ignored-key', 'warning'],
  S130: ['unknown-modifier', 'error'],
  S131: ['illegal-combination', 'error'],
  S132: ['bad-value-type', 'error'],
  S133: ['bad-regex', 'error'],
  S134: ['bad-cidr', 'error'],
  S135: ['wildcard-not-allowed', 'error'],
  S136: ['unresolved-placeholder', 'error'],
  S137: ['single-value-all', 'warning'],
  S138: ['host-bits', 'warning'],
  S139: ['not-portable', 'warning'],
  S200: ['condition-syntax', 'error'],
  S201: ['unknown-identifier', 'error'],
  S202: ['unbalanced', 'error'],
  S203: ['pipe-aggregation', 'error'],
  S204: ['bad-quantifier', 'error'],
  S205: ['empty-selector', 'error'],
  S206: ['unreferenced', 'warning'],
  S300: ['filter-rules', 'error'],
  S301: ['idle-filter', 'warning'],
  S310: ['filter-keeps-only', 'warning'],
  S400: ['bad-type', 'error'],
  S401: ['bad-timespan', 'error'],
  S402: ['bad-correlation-condition', 'error'],
  S403: ['missing-field', 'error'],
  S404: ['unknown-rule-ref', 'error'],
  S405: ['cycle', 'error'],
  S406: ['alias-gap', 'error'],
  S407: ['bad-generate', 'error'],
  S410: ['odd-correlation', 'warning'],
  S500: ['blind-on-route', 'notice'],
  S501: ['no-route', 'notice'],
  S502: ['not-loaded', 'notice'],
  S503: ['unknown-field', 'warning'],
  S504: ['field-not-in-evidence', 'warning'],
  S505: ['no-event-in-evidence', 'notice'],
};

export type Severity = 'error' | 'warning' | 'notice';
export type ProblemCode =
  | 'S100'
  | 'S101'
  | 'S102'
  | 'S103'
  | 'S104'
  | 'S105'
  | 'S106'
  | 'S107'
  | 'S108'
  | 'S109'
  | 'S110'
  | 'S111'
  | 'S120'
  | 'S121'
  | 'S122'
  | 'S123'
  | 'S124'
  | 'S125'
  | 'S126'
  | 'S127'
  | 'S130'
  | 'S131'
  | 'S132'
  | 'S133'
  | 'S134'
  | 'S135'
  | 'S136'
  | 'S137'
  | 'S138'
  | 'S139'
  | 'S200'
  | 'S201'
  | 'S202'
  | 'S203'
  | 'S204'
  | 'S205'
  | 'S206'
  | 'S300'
  | 'S301'
  | 'S310'
  | 'S400'
  | 'S401'
  | 'S402'
  | 'S403'
  | 'S404'
  | 'S405'
  | 'S406'
  | 'S407'
  | 'S410'
  | 'S500'
  | 'S501'
  | 'S502'
  | 'S503'
  | 'S504'
  | 'S505';
export type Path = readonly (string | number)[];

/** One thing wrong with a rule, where it stands, and what to write instead. */
export interface Problem {
  readonly code: ProblemCode;
  readonly name: string;
  readonly severity: Severity;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, UTF-16 units; `endColumn` is exclusive. */
  readonly column: number;
  readonly endColumn: number;
  /** Keys and positions from the top of the document. */
  readonly path: Path;
  readonly ruleId: string | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  /** The line of the source, cut to what stands around the column. */
  readonly excerpt: string;
  /** Column in `excerpt`, from 1. */
  readonly excerptColumn: number;
}

export interface Trouble {
  readonly code: ProblemCode;
  readonly at: Span;
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Takes problems of one document as they are found. */
export type Report = (trouble: Trouble) => void;

const EXCERPT = 120;

export function problemOf(source: SourceText, trouble: Trouble, ruleId: string | undefined): Problem {
  const [name, severity] = PROBLEMS[trouble.code];
  const { file, line, column, endColumn } = placeOf(source, trouble.at);
  const text = lineOf(source, line);
  const from = Math.max(0, Math.min(column - 1 - EXCERPT / 2, text.length - EXCERPT));
  return {
    code: trouble.code,
    name,
    severity,
    file,
    line,
    column,
    endColumn,
    path: trouble.path,
    ruleId,
    message: trouble.message,
    hint: trouble.hint,
    excerpt: text.slice(from, from + EXCERPT),
    excerptColumn: column - from,
  };
}

/** A problem as a person reads it: what and where, the line with a caret under it, and what to do. */
export function formatProblem(problem: Problem): string {
  const gutter = String(problem.line).length;
  const room = Math.max(1, problem.excerpt.length - problem.excerptColumn + 1);
  const carets = '^'.repeat(Math.max(1, Math.min(problem.endColumn - problem.column, room)));
  // A tab in front of the caret keeps the caret below its character.
  const lead = problem.excerpt.slice(0, problem.excerptColumn - 1).replace(/[^\t]/g, ' ');
  const lines = [
    `${problem.severity} ${problem.code} ${problem.name}: ${problem.message}`,
    `${' '.repeat(gutter)}--> ${problem.file}:${problem.line}:${problem.column}`,
    `${problem.line} | ${problem.excerpt}`,
    `${' '.repeat(gutter)} | ${lead}${carets}`,
  ];
  if (problem.hint !== undefined) lines.push(`${' '.repeat(gutter)} = ${problem.hint}`);
  return lines.join('\n');
}
