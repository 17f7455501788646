import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Anomaly } from '../windows/index.ts';
import { gapFindings } from './catalogue/t03.ts';
import { editedLogFindings } from './catalogue/t13.ts';
import type { LogSign } from './log-finding.ts';

function sign(fields: Partial<Anomaly> & { readonly host?: string }): LogSign {
  const { host = 'srv-02.corp.example.com', ...anomaly } = fields;
  return {
    host,
    channel: 'Security',
    until: { ms: 1_773_306_000_000, ticks: 0 },
    anomaly: { code: 'TRIAD-E-EVTX-SERIES-GAP', level: 'warn', file: 'a.evtx', message: 'said', count: 1, ...anomaly },
  };
}

test('T13: the signs of an edited log are one finding for each host and log', () => {
  const signs = [
    sign({ tamper: true, offset: 9000, count: 2 }),
    sign({ tamper: true, offset: 4096, message: '3 record ids missing inside chunk 0.' }),
    sign({ tamper: true, file: 'copy.evtx' }),
    sign({ tamper: true, host: 'ws-07' }),
  ];
  const findings = editedLogFindings(signs).map(({ finding }) => finding);
  assert.deepEqual(
    findings.map(({ host, level, scope, count, title }) => [host, level, scope, count, title]),
    [
      [
        'srv-02.corp.example.com',
        'high',
        'tamper',
        4,
        'The Security log of SRV-02 was edited: 4 signs, first: 3 record ids missing inside chunk 0.',
      ],
      ['ws-07', 'high', 'tamper', 1, 'The Security log of WS-07 was edited: 1 sign, first: said'],
    ],
  );
  assert.deepEqual(
    editedLogFindings(signs.toReversed()).map(({ finding }) => finding),
    findings,
  );
  assert.deepEqual(
    findings[0]?.evidence.map(({ file, offset }) => [file, offset]),
    [
      ['a.evtx', 4096],
      ['a.evtx', 9000],
      ['copy.evtx', undefined],
    ],
  );
});

test('T13: a clock set back, and an export that leaves records out, are none', () => {
  const codes = ['TRIAD-E-EVTX-SERIES-TIME', 'TRIAD-E-EVTX-SERIES-EXPORT', 'TRIAD-E-EVTX-SERIES-MISSING'];
  assert.deepEqual(editedLogFindings(codes.map((code) => sign({ code }))), []);
});

test('T03: records that a whole log lacks between two chunks are one finding with their span', () => {
  const [judged] = gapFindings([
    sign({ code: 'TRIAD-E-EVTX-SERIES-MISSING', message: '14 records missing between …' }),
  ]);
  assert.deepEqual(
    [judged?.finding.level, judged?.finding.scope, judged?.finding.title],
    ['medium', 'tamper', 'The Security log of SRV-02 has a gap: 14 records missing between …'],
  );
});

test('T03: an export that leaves records out is none', () => {
  assert.deepEqual(gapFindings([sign({ code: 'TRIAD-E-EVTX-SERIES-EXPORT' })]), []);
});
