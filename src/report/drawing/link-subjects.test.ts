import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Case } from './case.ts';
import { linkSubjects } from './link-subjects.ts';

test('links with the same words say which command or time each is about', () => {
  const links = [
    { id: 'l1', claim: 'cmd.exe ran under this logon', between: ['f1'] },
    { id: 'l2', claim: 'the call came from 10.20.99.66', between: ['f1'] },
    { id: 'l3', claim: 'cmd.exe ran under this logon', between: ['f2'] },
    { id: 'l4', claim: 'cmd.exe ran under this logon', between: ['other'] },
    { id: 'l5', claim: 'cmd.exe ran under this logon', between: ['nothing known'] },
  ];
  const item = {
    incident: { links, edges: [{ links: ['l4'], time: '2026-03-12T09:44:09.0000000Z' }] },
    findings: [
      { id: 'f1', time: '2026-03-12T09:44:04.2000000Z', process: { commandLine: 'cmd.exe /c cd' } },
      { id: 'f2', time: '2026-03-12T09:44:05.3000000Z', process: { commandLine: `cmd.exe /c ${'x'.repeat(80)}` } },
    ],
  } as unknown as Case;
  assert.deepEqual(
    [...linkSubjects(item)].map(([{ id }, words]) => [id, words]),
    [
      ['l1', 'cmd.exe /c cd, 09:44:04.200'],
      ['l3', `cmd.exe /c ${'x'.repeat(49)}…, 09:44:05.300`],
      ['l4', '09:44:09.000'],
    ],
  );
});
