import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Analytic, CATALOGUE } from '../src/analytics/index.ts';
import { LAYOUTS } from '../src/windows/index.ts';
import { cell, table } from './markdown.ts';

/** Writes `docs/analytics.md` from the catalogue and the layouts, which are the only source of it (L29). */

function list(items: readonly string[]): string {
  return items.map((item) => `- ${cell(item)}`).join('\n');
}

function timeText(ms: number): string {
  if (ms % 3_600_000 === 0 && ms > 0) return `${ms / 3_600_000} h`;
  return `${ms / 1000} s`;
}

function section(record: Analytic): string {
  const attack = record.attack.map((one) =>
    one.old.includes(one.new) ? one.new : `${one.new} (${one.old.join(', ')})`,
  );
  const facts: [string, string][] = [
    ['asks', record.question],
    ['level', record.level],
    ['scope', record.scope],
    ['needs', record.needs.map((need) => `${need.kind}${need.role === 'helps' ? ' (helps)' : ''}`).join(', ')],
    ['joins', record.joins.map((join) => `${join.id}, at least ${join.least}`).join('; ') || 'none'],
    ['window, lag', `${timeText(record.windowMs)}, ${timeText(record.lagMs)}`],
    ['modifiers', record.modifiers.join(', ')],
    ['ATT&CK', attack.join(', ')],
    ['evidence kept', record.evidenceKept.join(', ')],
    ['revision', String(record.rev)],
  ];
  const falsePositives = record.falsePositives.map(({ what, tell }) => `${what}: told by ${tell}`);
  return [
    `## ${record.id} ${record.title}`,
    table(['', ''], facts),
    `Holds when\n\n${list(record.conditions)}`,
    `False positives\n\n${list(falsePositives)}`,
    `Silent when\n\n${list(record.blind)}`,
  ].join('\n\n');
}

/** The whole page. */
export function analyticsPage(): string {
  const layouts = LAYOUTS.map((row) => [row.channel, row.provider, String(row.eventId), row.why]);
  return `${[
    '# Analytics and the events they read',
    'Written by `node tools/analytics-page.ts` from `src/analytics/catalogue/` and `src/windows/layouts.ts`; a test holds it equal.',
    'Findings about one process: the first of C03, R01, S05 (children of WmiPrvSE.exe) or of C04, S06 (scrcons.exe) that holds is the finding.',
    ...CATALOGUE.map(section),
    '## Events that a hunt keeps',
    'Every other record is counted and not kept.',
    table(['channel', 'provider', 'id', 'why'], layouts),
  ].join('\n\n')}\n`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'analytics.md'), analyticsPage());
