import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { readMapText } from '../../src/cli/map-file.ts';
import { packEnvelope } from '../../src/receive/index.ts';
import { readAgain } from '../../src/serve/archiving/read-again.ts';

const NOW_MS = Date.parse('2026-03-12T09:30:00Z');
const LINE = JSON.stringify({
  evt: { time: '2026-03-12 10:44:02', host: 'WS-17', log: 'Security', id: 4688, rec: 7, data: { NewProcessName: 'x' } },
});
const MAPPING = `name: siem
match: { present: [evt.log, evt.id] }
time: { field: evt.time, format: iso, zone: UTC }
host: evt.host
channel: evt.log
provider: { value: Microsoft-Windows-Security-Auditing }
eventId: evt.id
recordId: evt.rec
fields: { as: path, field: evt.data }
`;

test('what the archive reads of the journal by itself is read by the mappings of now, whenever they came', async (context) => {
  const options = (maps: readonly object[]) =>
    ({
      logs: { carve: false, collectTemplates: false, runStartMs: NOW_MS },
      texts: { runStartMs: NOW_MS, tellUnread: true, classes: [], maps },
    }) as unknown as Parameters<typeof readAgain>[0];
  const body = Buffer.from(`${LINE}\n`);
  const header = {
    ...({ format: 1, sender: 's', key: 'k', trust: 'authenticated', protocol: 'ndjson' } as const),
    ...{ digest: hash('sha256', body), receivedMs: NOW_MS, peer: 'p' },
  };
  const payload = Buffer.concat([...packEnvelope(header, body)]);
  const again = readAgain(options([]));
  context.after(() => again.close());
  const rows = async (): Promise<number> => (await again.rows(1, payload)).reduce((sum, { count }) => sum + count, 0);
  assert.equal(await rows(), 0);
  const read = await readMapText(MAPPING);
  assert.ok(read.kind === 'map', JSON.stringify(read));
  again.use(options([read.map]));
  assert.equal(await rows(), 1);
});
