import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { sysmon } from '../../testkit/index.ts';
import { linesOf, Stream } from './streams.ts';

const FEW = `title: Start
name: start
logsource: {category: process_creation, product: windows}
detection:
  selection: {Image|endswith: '\\whoami.exe'}
  condition: selection
---
title: Few starts
correlation:
  type: event_count
  rules: [start]
  group-by: [User]
  timespan: 1m
  condition: {lt: 3}
level: medium
`;

test('L8 an upper bound is told when the watermark has passed its window, and not before', () => {
  const { rules, problems } = compileRules([{ text: FEW, file: 'few.yml' }], { taxonomy: LOG_SOURCES });
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  const time = '2026-03-12T09:00:00.0000000Z';
  const start = sysmon.process(
    {
      pid: 4000,
      image: 'C:\\Windows\\System32\\whoami.exe',
      commandLine: 'whoami',
      user: 'CORP\\alice',
      parentPid: 900,
      parentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    },
    { computer: 'SRV-02.corp.example.com', time },
  );
  const { window } = new Stream().send(linesOf([start]));
  const told = (watermarkMs?: number): number => {
    const context = { rules: new EventMatcher(rules), ...(watermarkMs === undefined ? {} : { watermarkMs }) };
    return window.judge(context).findings.filter(({ rule }) => rule?.title === 'Few starts').length;
  };
  const endMs = Date.parse(time) + 60_000;
  assert.deepEqual([told(endMs), told(endMs + 1), told()], [0, 1, 1]);
});
