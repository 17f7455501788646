import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveClassesOf, readArchiveClass } from './archive-class.ts';

test('a class has a number, a time and what goes to it', () => {
  assert.deepEqual(readArchiveClass('2; 400d; channel:Windows PowerShell; host:DC*;host:SRV-02; sender:edge-*'), {
    retention: 2,
    keepMs: 400 * 86_400_000,
    senders: ['edge-*'],
    hosts: ['DC*', 'SRV-02'],
    channels: ['Windows PowerShell'],
  });
  assert.equal(archiveClassesOf(['1; 1h; host:a', '7; 3650d; host:b']).length, 2);
});

test('what is no class is refused', () => {
  for (const text of [
    '',
    '0; 90d; host:a',
    '8; 90d; host:a',
    '1; 59m; host:a',
    '1; 3651d; host:a',
    '1; 90; host:a',
    '1; 90d',
    '1; 90d; host:',
    '1; 90d; user:a',
    '1; 90d; host',
    `1; 90d; host:${'a'.repeat(254)}`,
  ]) {
    assert.equal(readArchiveClass(text), undefined, text);
  }
  assert.ok(readArchiveClass(`1; 90d; host:${'a'.repeat(253)}`));
});
