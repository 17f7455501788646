import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoverageCount } from '../windows/index.ts';
import { HostTable } from './hosts.ts';

function count(computer: string, over: Partial<CoverageCount> & { file?: string } = {}): CoverageCount {
  const { file, ...rest } = over;
  return {
    source: { file: file ?? 'System.evtx' },
    computer,
    channel: 'System',
    provider: 'P',
    eventId: 1,
    recordClass: 'live',
    count: 1,
    lowestId: 1,
    highestId: 1,
    misdated: 0,
    ...rest,
  };
}

test('a short name folds into the only qualified name that begins with it, in any case', () => {
  const table = HostTable.from([
    count('WORKSTATION6', { file: 'a' }),
    count('WORKSTATION6.theshire.local', { file: 'b' }),
    count('PC01', { file: 'c' }),
  ]);
  assert.deepEqual(
    ['WORKSTATION6', 'workstation6', 'WORKSTATION6.theshire.local', 'PC01', 'other'].map((name) => table.keyOf(name)),
    ['workstation6.theshire.local', 'workstation6.theshire.local', 'workstation6.theshire.local', 'pc01', 'other'],
  );
  assert.deepEqual(table.aliasesOf('workstation6.theshire.local'), ['workstation6']);
});

test('equal short names in two domains stay apart, and the bare name belongs to neither', () => {
  const table = HostTable.from([
    count('SRV.a.com', { file: 'a' }),
    count('SRV.b.com', { file: 'b' }),
    count('SRV', { file: 'c' }),
  ]);
  assert.deepEqual(
    ['SRV.a.com', 'SRV.b.com', 'SRV'].map((name) => table.keyOf(name)),
    ['srv.a.com', 'srv.b.com', 'srv'],
  );
});

test('a NetBIOS name cut at 15 characters is the longer machine', () => {
  const table = HostTable.from([
    count('a-very-long-machine-name.corp.com', { file: 'a' }),
    count('A-VERY-LONG-MAC', { file: 'b' }),
  ]);
  assert.equal(table.keyOf('A-VERY-LONG-MAC'), 'a-very-long-machine-name.corp.com');
});

test('an address is no qualified name', () => {
  const table = HostTable.from([count('10.0.0.1', { file: 'a' }), count('10', { file: 'b' })]);
  assert.deepEqual([table.keyOf('10.0.0.1'), table.keyOf('10')], ['10.0.0.1', '10']);
});

test('a machine renamed inside its log has its last name; the earlier ones are aliases', () => {
  const table = HostTable.from([
    count('WIN-ABC123', { lowestId: 1, highestId: 90 }),
    count('DESKTOP-1', { lowestId: 91, highestId: 100 }),
    count('DESKTOP-1.corp.com', { lowestId: 101, highestId: 500 }),
  ]);
  assert.equal(table.keyOf('WIN-ABC123'), 'desktop-1.corp.com');
  assert.equal(table.keyOf('DESKTOP-1'), 'desktop-1.corp.com');
  assert.deepEqual(table.aliasesOf('desktop-1.corp.com'), ['desktop-1', 'win-abc123']);
});

test('logs that skip a name, or begin after one, tell of the same machine', () => {
  const table = HostTable.from([
    count('WIN-A', { file: '1', lowestId: 1, highestId: 7 }),
    count('WIN-B', { file: '1', lowestId: 8, highestId: 482 }),
    count('WIN-B.c137.local', { file: '1', lowestId: 250, highestId: 508 }),
    count('DC01.c137.local', { file: '1', lowestId: 509, highestId: 733 }),
    count('WIN-A', { file: '2', lowestId: 1, highestId: 3 }),
    count('DC01.c137.local', { file: '2', lowestId: 4, highestId: 5 }),
  ]);
  assert.deepEqual(
    ['WIN-A', 'WIN-B', 'WIN-B.c137.local', 'DC01.c137.local'].map((name) => table.keyOf(name)),
    Array(4).fill('dc01.c137.local'),
  );
});

test('two machines cloned from one image stay apart, and the image’s name belongs to neither', () => {
  const table = HostTable.from([
    count('IMAGE', { file: '1', lowestId: 1, highestId: 7 }),
    count('PC1', { file: '1', lowestId: 8, highestId: 9 }),
    count('IMAGE', { file: '2', lowestId: 1, highestId: 7 }),
    count('PC2', { file: '2', lowestId: 8, highestId: 9 }),
  ]);
  assert.deepEqual(
    ['IMAGE', 'PC1', 'PC2'].map((name) => table.keyOf(name)),
    ['image', 'pc1', 'pc2'],
  );
});

test('names that mix in a collector’s log are different machines, also where another log shows them in turn', () => {
  const table = HostTable.from([
    count('A.corp.com', { lowestId: 1, highestId: 90, file: 'mixed' }),
    count('B.corp.com', { lowestId: 50, highestId: 120, file: 'mixed' }),
    count('A.corp.com', { lowestId: 1, highestId: 9, file: 'in-turn' }),
    count('B.corp.com', { lowestId: 10, highestId: 12, file: 'in-turn' }),
  ]);
  assert.deepEqual([table.keyOf('A.corp.com'), table.keyOf('B.corp.com')], ['a.corp.com', 'b.corp.com']);
});

test('trap 31: names that have records over the same days are two machines, whatever one excerpt shows', () => {
  const life = (first: string, last: string): Partial<CoverageCount> => ({
    first: { ms: Date.parse(first), ticks: 0 },
    last: { ms: Date.parse(last), ticks: 0 },
  });
  const excerpt = [
    count('DC.corp.com', { lowestId: 276, highestId: 279, ...life('2020-09-04T07:06:21Z', '2020-09-04T07:06:24Z') }),
    count('WS.corp.com', { lowestId: 286, highestId: 304, ...life('2020-09-04T07:08:02Z', '2020-09-04T07:09:44Z') }),
  ];
  const elsewhere = [
    count('DC.corp.com', { file: 'dc', ...life('2020-09-01T00:00:00Z', '2020-09-10T00:00:00Z') }),
    count('WS.corp.com', { file: 'ws', ...life('2020-09-01T00:00:00Z', '2020-09-10T00:00:00Z') }),
  ];
  assert.equal(HostTable.from([...excerpt, ...elsewhere]).keyOf('DC.corp.com'), 'dc.corp.com');
  const renamed = [
    count('DC.corp.com', { file: 'dc', ...life('2020-09-01T00:00:00Z', '2020-09-04T07:07:00Z') }),
    count('WS.corp.com', { file: 'ws', ...life('2020-09-04T07:08:00Z', '2020-09-10T00:00:00Z') }),
  ];
  assert.equal(HostTable.from([...excerpt, ...renamed]).keyOf('DC.corp.com'), 'ws.corp.com');
});

test('a log of several channels, or of many machines, tells of no renaming', () => {
  const channels = HostTable.from([
    count('A.corp.com', { lowestId: 1, highestId: 9 }),
    count('B.corp.com', { lowestId: 10, highestId: 20, channel: 'Security' }),
  ]);
  assert.equal(channels.keyOf('A.corp.com'), 'a.corp.com');
  const many = HostTable.from(
    [1, 2, 3, 4, 5].map((n) => count(`H${n}.corp.com`, { lowestId: n * 10, highestId: n * 10 + 5 })),
  );
  assert.equal(many.keyOf('H1.corp.com'), 'h1.corp.com');
});

test('a text of one channel, gathered from several machines, is no log of one that was renamed (L10)', () => {
  const count = (computer: string, lowestId: number, highestId: number): CoverageCount => ({
    source: { file: 'sysmon.json' },
    computer,
    channel: 'Microsoft-Windows-Sysmon/Operational',
    provider: 'Microsoft-Windows-Sysmon',
    eventId: 1,
    recordClass: 'live',
    count: 10,
    lowestId,
    highestId,
    misdated: 0,
    isText: true,
  });
  const table = HostTable.from([count('WS-07', 1, 90), count('WS-08', 200, 290)]);
  assert.deepEqual([table.keyOf('WS-07'), table.keyOf('WS-08')], ['ws-07', 'ws-08']);
});
