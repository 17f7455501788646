import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextReader } from './text-reader.ts';

/** An answer of a search of so many rows of Velociraptor, whose times are read from their digits; one key stands twice. */
function answer(count: number): string {
  const row = (i: number): string =>
    `{"_id":"${i}","_source":{"System":{"Provider":{"Name":"P"},"EventID":{"Value":1},"Channel":"C","Computer":"H",` +
    `"TimeCreated":{"SystemTime":1552935839.${String(1_000_000 + i)}},"EventRecordID":${i}},"EventData":{"a":"x","b":"y"}}}`;
  return `{"took":1,"took":2,"hits":{"hits":[${Array.from({ length: count }, (_, i) => row(i)).join(',')}]}}`;
}

function cpuMs(text: string, count: number): number {
  const before = process.cpuUsage();
  let events = 0;
  const sink = { onEvent: () => events++ };
  const reader = new TextReader({ source: { file: 'x.json' } });
  reader.push(Buffer.from(text), sink);
  reader.end(sink);
  assert.equal(events, count);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('L20 a wrapper of thousands of events costs by their number, not by its square', () => {
  cpuMs(answer(200), 200);
  const few = Math.max(cpuMs(answer(250), 250), 10);
  const many = cpuMs(answer(4000), 4000);
  // Sixteen times as many: the square would be 256 times the cost.
  assert.ok(many / few < 80, `250 events took ${few} ms, 4,000 took ${many} ms`);
});
