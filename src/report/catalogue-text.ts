import type { Analytic } from '../analytics/index.ts';
import { COLUMNS, pad, plural, wrap } from './terminal.ts';
import { MARGIN, section } from './text-page.ts';
import { duration } from './timeline.ts';

/** `triad analytics list`: each analytic in one or two lines. */
export function renderAnalyticList(catalogue: readonly Analytic[]): string {
  const lines = catalogue.flatMap(({ id, level, scope, title, question }) => {
    const head = `${pad(id, 5)} ${pad(level, 13)} ${pad(scope, 8)} `;
    const text = wrap(`${title}. ${question}`, COLUMNS - head.length);
    return text.map((line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line);
  });
  return `${lines.join('\n')}\n\n${plural(catalogue.length, 'analytic')}. triad analytics why --analytic ID says what each needs and when it is silent.\n`;
}

/** `triad analytics why`: the whole record of each: what it asks and needs, when it holds, errs and is silent. */
export function renderAnalyticReasons(catalogue: readonly Analytic[]): string {
  return `${catalogue.map(reasons).join('\n\n')}\n`;
}

function reasons(record: Analytic): string {
  const needs = record.needs.map(({ kind, role }) => `${kind}${role === 'helps' ? ' (helps)' : ''}`);
  const attack = record.attack.map((one) =>
    one.old.includes(one.new) ? one.new : `${one.new} (${one.old.join(', ')})`,
  );
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['asks', [record.question]],
    ['holds', record.conditions],
    ['needs', needs],
    ['joins', record.joins.map(({ id, least }) => `${id}, at least ${least}`)],
    ['within', [`${duration(record.windowMs)}, told ${duration(record.lagMs)} after the last record`]],
    ['weighs', [`${record.level} and ${record.modifiers.length === 0 ? 'no modifier' : record.modifiers.join(', ')}`]],
    [
      'one for',
      [
        `${record.dedupe.key.join(', ')}${record.dedupe.periodMs === 0 ? '' : `, each ${duration(record.dedupe.periodMs)}`}`,
      ],
    ],
    ['blind', record.blind],
    ['mistakes', record.falsePositives.map(({ what, tell }) => `${what}; told by ${tell}`)],
    ['keeps', record.evidenceKept],
    ['ATT&CK', attack],
  ];
  const body = parts
    .filter(([, lines]) => lines.length > 0)
    .flatMap(([word, lines]) => section(word, lines.flatMap(statement)));
  return [`${record.id}  ${record.title}  ${record.level}, ${record.scope}, revision ${record.rev}`, ...body].join(
    '\n',
  );
}

function statement(text: string): string[] {
  return wrap(text, COLUMNS - MARGIN - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}

/** The records as they are. */
export function renderAnalyticsJson(catalogue: readonly Analytic[]): string {
  return `{"schemaVersion":1,\n"analytics":[\n${catalogue.map((record) => JSON.stringify(record)).join(',\n')}\n]}\n`;
}
