import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Analytic, CATALOGUE } from '../src/analytics/index.ts';
import { packRecords } from '../src/cli/pack-records.ts';
import type { PackRecord } from '../src/report/index.ts';
import { LAYOUTS } from '../src/windows/index.ts';
import { cell, table } from './markdown.ts';
import { compiledPack } from './rules/pack-files.ts';

/** Writes `docs/analytics.md` from the catalogue, the rules and the layouts, which are the only source of it (L29). */

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

/** What the rules of one analytic say of themselves. */
function ruleSection(analytic: string, records: readonly PackRecord[]): string {
  const rows = records.map(({ rule, tool, level, scope, attack, reads }) => [
    rule.path.replace(/\.yml$/, ''),
    `${rule.title}${tool === undefined ? '' : ` (fingerprint of ${tool})`}`,
    level,
    scope,
    attack.map((one) => one.new).join(', '),
    reads.map(({ route }) => route).join(', '),
  ]);
  const distinct = (texts: readonly string[]): string => list([...new Set(texts)]);
  const mistakes = records.flatMap((one) => one.falsePositives.map(({ what, tell }) => `${what}: told by ${tell}`));
  const blind = records.flatMap((one) => one.blind);
  return [
    `### ${analytic}`,
    table(['rule', 'finds', 'level', 'scope', 'ATT&CK', 'reads'], rows),
    `False positives\n\n${distinct(mistakes)}`,
    ...(blind.length === 0 ? [] : [`Blind\n\n${distinct(blind)}`]),
  ].join('\n\n');
}

function ruleSections(): readonly string[] {
  const byAnalytic = Map.groupBy(packRecords(compiledPack().rules), ({ analytic }) => analytic);
  return [...byAnalytic].map(([analytic, records]) => ruleSection(analytic, records));
}

/** The whole page. */
export function analyticsPage(): string {
  const layouts = LAYOUTS.map((row) => [row.channel, row.provider, String(row.eventId), row.why]);
  return `${[
    '# Analytics and the events they read',
    'Written by `node tools/analytics-page.ts` from `src/analytics/catalogue/`, `rules/` and `src/windows/layouts.ts`; a test holds it equal.',
    'Findings about one process: the first of C03, R01, S05 (children of WmiPrvSE.exe) or of C04, S06 (scrcons.exe) that holds is the finding.',
    ...CATALOGUE.map(section),
    '## Rules',
    'One event, or one subscription, that tells something by itself is a rule of [rules.md](rules.md); its findings bear the number of the analytic below which it stands here. `triad analytics why --analytic S09` has the same with what each rule asks. Fingerprints of tools are informational.',
    ...ruleSections(),
    '## Events that a hunt keeps',
    'Every other record is counted and not kept.',
    table(['channel', 'provider', 'id', 'why'], layouts),
  ].join('\n\n')}\n`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'analytics.md'), analyticsPage());
