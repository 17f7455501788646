import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventOfCase } from '../../src/rules/index.ts';
import { compileRules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { ownTold, recordedTold, ruleTold, type Told } from '../../tools/labelled-files/hits.ts';
import { labelledFilesPage } from '../../tools/labelled-files/page.ts';
import type { FoundFinding, HuntJson } from '../../tools/score/hunt-json.ts';

function finding(parts: Partial<FoundFinding>): FoundFinding {
  return { id: 'f', analytic: 'R02', level: 'high', score: 65, scope: 'wmi', title: 't', host: 'h', ...parts };
}

function resultOf(...findings: readonly FoundFinding[]): HuntJson {
  return { summary: { records: {} }, subscriptions: [], findings, incidents: [] };
}

function told(name: string, level: string, count: number, isOfWmi: boolean): Told {
  return { name, level, count, isOfWmi };
}

test('findings of one name and level are one row, the highest first; rules go by their file', () => {
  const rule = (file: string): Partial<FoundFinding> => ({ scope: 'custom', rule: { path: `x/rules/${file}.yml` } });
  assert.deepEqual(
    ownTold(
      resultOf(
        finding({ level: 'low', scope: 'lateral', analytic: 'S22' }),
        finding({}),
        finding({}),
        finding({ ...rule('s09-command-creates-subscription'), scope: 'wmi', level: 'high' }),
        finding({ ...rule('of-a-user'), level: 'critical' }),
      ),
    ),
    [
      told('of-a-user', 'critical', 1, false),
      told('R02', 'high', 2, true),
      told('s09-command-creates-subscription', 'high', 1, true),
      told('S22', 'low', 1, false),
    ],
  );
});

test('a public rule is about WMI by its title or its tag, and counts a record once', () => {
  const rule = (title: string, more = ''): string =>
    `title: ${title}\n${more}logsource: { category: process_creation, product: windows }\ndetection: { s: { Image: a }, condition: s }\n`;
  const sources = [
    rule('Calls of wbemtest', 'level: low\n'),
    rule('Something else'),
    rule('A tool', 'tags: [attack.t1047]\nlevel: high\n'),
  ].map((text, at) => ({ text, file: `${at}.yml` }));
  const matcher = new EventMatcher(compileRules(sources, { taxonomy: LOG_SOURCES }).rules);
  const creation = eventOfCase({ channel: 'Security', eventId: 4688, data: [['NewProcessName', 'A']] }, 1);
  assert.deepEqual(ruleTold(matcher, [creation, creation]), [
    told('A tool', 'high', 2, true),
    told('Something else', 'medium', 2, false),
    told('Calls of wbemtest', 'low', 2, true),
  ]);
});

test('what others printed is read by file and tool, and its absence is no empty list', () => {
  const folder = mkdtempSync(join(tmpdir(), 'triad-peers-'));
  try {
    const path = join(folder, 'hits.tsv');
    writeFileSync(
      path,
      'file\tclass\ttool\trule_title\tlevel\tcount\na.evtx\tbenign\thayabusa\tWMI Persistence\tmedium\t3\n',
    );
    assert.deepEqual(
      [...(recordedTold(path) ?? [])],
      [['a.evtx\thayabusa', [told('WMI Persistence', 'medium', 3, true)]]],
    );
    assert.equal(recordedTold(join(folder, 'none.tsv')), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the page counts rows, those above low and those about WMI, and files by class', () => {
  const page = labelledFilesPage(
    ['Triad', 'Other'],
    ['a note'],
    [
      {
        path: 'malicious/a.evtx',
        class: 'malicious',
        wanted: 'high',
        holds: '1 subscription',
        told: [[told('R02', 'high', 2, true), told('S22', 'low', 1, false)], [told('Loud', 'high', 5, false)]],
      },
      {
        path: 'negatives/b.log',
        class: 'negative',
        wanted: 'at most low',
        holds: '',
        told: [[], undefined],
        fault: 'ended with 4',
      },
    ],
  );
  assert.match(page, /\| malicious \(1\) \| 1 of 1 files, rows: 2 \| 0 of 1 files, rows: 0 \|/);
  assert.match(page, /\| negative and benign \(1\) \| 0 of 1 files, rows: 0 \| 0 of 0 files, rows: 0 \|/);
  assert.match(page, /\| malicious\/a\.evtx \| malicious \| high \| 3 \/ 2 \/ 2 \| 5 \/ 5 \/ 0 \|/);
  assert.match(page, /\| negatives\/b\.log \| negative \| at most low \| 0 \/ 0 \/ 0 \| - \|/);
  assert.match(
    page,
    /malicious, wanted: high; labelled: 1 subscription\n\n- Triad: R02 \(high\) × 2; S22 \(low\)\n- Other: 1 about other things, with 5 rows above low/,
  );
  assert.match(page, /negative, wanted: at most low\n\n- FAULT ended with 4\n- nothing/);
});
