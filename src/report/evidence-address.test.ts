import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneClock } from './clock.ts';
import { dumpCommand, shellArgument } from './evidence-address.ts';

test('an argument can be pasted: bare, in double quotes, or in single quotes where only those hold', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['logs/Security.evtx', 'logs/Security.evtx'],
    ['C:\\logs\\Microsoft-Windows-Sysmon%4Operational.evtx', 'C:\\logs\\Microsoft-Windows-Sysmon%4Operational.evtx'],
    ['C:\\case one\\x.evtx', '"C:\\case one\\x.evtx"'],
    ['-rf', './-rf'],
    ['a;rm', '"a;rm"'],
    ['$(id).evtx', "'$(id).evtx'"],
    ["it's`id`", "'it'\\''s`id`'"],
    ['', '""'],
  ];
  for (const [text, quoted] of cases) assert.equal(shellArgument(text), quoted);
});

test('A32 a cited record is shown again by file, member and offset', () => {
  assert.equal(
    dumpCommand({ file: 'a b.zip', container: ['x/y.evtx'], offset: 4608, recordId: 7 }),
    'triad dump "a b.zip" --member x/y.evtx --offset 0x1200',
  );
  assert.equal(dumpCommand({ file: 'x.evtx', recordId: 7 }), 'triad dump x.evtx --record 7');
  assert.equal(dumpCommand({ file: 'OBJECTS.DATA' }), undefined);
});

test('L4 a zone changes what is shown, by the offset of that moment, and an unknown zone is refused', () => {
  const paris = zoneClock('Europe/Paris');
  assert.equal(paris?.stamp('2026-03-12T09:44:02.9180123Z'), '2026-03-12 10:44:02.918');
  assert.equal(paris?.stamp('2026-07-12T23:44:02.9180123Z'), '2026-07-13 01:44:02.918');
  assert.equal(zoneClock('America/St_Johns')?.minute('2026-01-12T01:00:00.0000000Z'), '2026-01-11 21:30');
  assert.equal(zoneClock('utc')?.zone, 'UTC');
  assert.equal(zoneClock('Nowhere/Nothing'), undefined);
});
