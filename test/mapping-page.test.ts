import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readMapText } from '../src/cli/map-file.ts';
import { mapShape, SHAPES, type ShapedEvent, TextReader } from '../src/shapes/index.ts';

const PAGE = readFileSync(new URL('../docs/mapping.md', import.meta.url), 'utf8');

function block(language: string): string {
  const start = PAGE.indexOf(`\`\`\`${language}\n`) + language.length + 4;
  return PAGE.slice(start, PAGE.indexOf('\n```', start) + 1);
}

test('L29 the mapping of the page reads the line of the page', async () => {
  const reading = await readMapText(block('yaml'));
  assert.ok(reading.kind === 'map', JSON.stringify(reading));
  const events: ShapedEvent[] = [];
  const sink = { onEvent: (event: ShapedEvent) => void events.push(event) };
  const reader = new TextReader({ source: { file: 'siem.jsonl' }, shapes: [mapShape(reading.map), ...SHAPES] });
  reader.push(Buffer.from(block('json')), sink);
  const result = reader.end(sink);
  assert.deepEqual(result.units, { 'map:siem': 1 });
  assert.deepEqual(result.losses, { 'map:siem no-parent-command': 1 });
  const [event] = events;
  assert.deepEqual(
    {
      ...event?.stated,
      computer: event?.computer,
      id: event?.eventId,
      record: event?.recordId,
      fields: event?.entries(),
    },
    {
      ms: Date.UTC(2026, 2, 12, 9, 44, 2),
      ticks: 0,
      zone: 'utc',
      precision: 's',
      computer: 'WS-17.corp.example',
      id: 1,
      record: 448390,
      fields: [
        ['Image', 'C:\\Windows\\System32\\cmd.exe'],
        ['CommandLine', 'cmd.exe /c whoami'],
        ['ParentImage', 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe'],
      ],
    },
  );
});
