import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostTable } from '../entities/index.ts';
import type { Anomaly, CoverageCount } from '../windows/index.ts';
import { gapFindings, silenceFindings } from './catalogue/t03.ts';
import { editedLogFindings } from './catalogue/t13.ts';
import type { LogSign } from './log-finding.ts';
import { silencesOf } from './log-silence.ts';

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

/** Coverage of a log that has records in these half hours. */
function log(channel: string, halfHours: readonly number[], isWhole = true): CoverageCount {
  return {
    source: { file: `${channel}.evtx` },
    computer: 'SRV-02.corp.example.com',
    channel,
    provider: channel,
    eventId: 1,
    recordClass: 'live',
    count: halfHours.length,
    misdated: 0,
    ...(isWhole ? { halfHours } : {}),
  };
}

function steps(from: number, to: number, without: readonly [number, number] = [0, 0]): readonly number[] {
  const all = Array.from({ length: to - from }, (_one, at) => from + at);
  return all.filter((at) => at < without[0] || at >= without[1]);
}

function silences(...coverage: readonly CoverageCount[]): readonly string[] {
  return silenceFindings(silencesOf(coverage, HostTable.from(coverage))).map(({ finding }) => finding.title);
}

/** 2026-03-12T00:00Z in half hours. */
const DAY = 985_152;

test('T03: a log that never stops is silent for hours while others of its host speak', () => {
  const sysmon = log('Sysmon', steps(DAY, DAY + 240, [DAY + 100, DAY + 108]));
  const security = log('Security', steps(DAY, DAY + 240));
  assert.deepEqual(silences(sysmon, security), [
    'The Sysmon log of SRV-02 is silent from 2026-03-14 02:00 to 2026-03-14 06:00',
  ]);
});

test('T03: a machine that is off, and a log that is quiet by nature, are silent without being found', () => {
  const off: readonly [number, number] = [DAY + 100, DAY + 130];
  assert.deepEqual(
    silences(log('Sysmon', steps(DAY, DAY + 240, off)), log('Security', steps(DAY, DAY + 240, off))),
    [],
  );
  const quiet = log(
    'Application',
    steps(DAY, DAY + 240).filter((at) => at % 3 === 0),
  );
  assert.deepEqual(silences(quiet, log('Security', steps(DAY, DAY + 240))), []);
  // Two hours and a half are within six of its gaps; what is no whole log is not judged.
  const short = steps(DAY, DAY + 240, [DAY + 100, DAY + 105]);
  assert.deepEqual(silences(log('Sysmon', short), log('Security', steps(DAY, DAY + 240))), []);
  const holed = steps(DAY, DAY + 240, [DAY + 100, DAY + 120]);
  assert.deepEqual(silences(log('Sysmon', holed, false), log('Security', steps(DAY, DAY + 240))), []);
});
