import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { canonicalFieldText, fieldLayoutOf } from '../windows/index.ts';
import { readMessage } from './message-text.ts';

const CORPUS = join(import.meta.dirname, '../../../shared/corpus/dev');
const skip = existsSync(CORPUS) ? false : 'the corpus is not here';

interface Line {
  readonly provider: string;
  readonly eventId: number;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function* realLines(): Generator<Line> {
  const slices = join(CORPUS, 'json/slices');
  const shapes = ['nxlog_mordor_2019.jsonl', 'nxlog_logstash_2020.jsonl', 'winlogbeat6_event_data.jsonl'];
  const files = [
    ...readdirSync(slices).map((name) => join(slices, name)),
    ...shapes.map((n) => join(CORPUS, 'shapes', n)),
  ];
  for (const file of files) {
    const bytes = readFileSync(file);
    for (const line of (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n')) {
      if (line === '') continue;
      const value = JSON.parse(line) as Record<string, unknown>;
      const message = value['Message'] ?? value['message'];
      const provider = value['SourceName'] ?? value['source_name'];
      if (typeof message !== 'string' || typeof provider !== 'string') continue;
      const eventId = Number(value['EventID'] ?? value['event_id']);
      yield { provider, eventId, message, fields: (value['event_data'] ?? value) as Record<string, unknown> };
    }
  }
}

/** Canonical text for comparisons between shapes (SERVE 2.4). */
function comparable(text: string): string {
  return text.replaceAll('\r\n', '\n').trimEnd();
}

/** The shipper's own member of the same name, or a text that it left escaped. */
function isOfShipper(name: string, value: unknown): boolean {
  if (name === 'EventType') return /^(?:INFO|AUDIT)/.test(String(value));
  return (name === 'ProcessID' && typeof value === 'number') || String(value).includes('&lt;');
}

test('what a real message gives equals the field that the same record has', { skip }, () => {
  const read = new Map<string, number>();
  let compared = 0;
  for (const { provider, eventId, message, fields } of realLines()) {
    const found = readMessage(provider, eventId, message);
    if (found === undefined) continue;
    const key = `${provider.replace('Microsoft-Windows-', '')} ${eventId}`;
    read.set(key, (read.get(key) ?? 0) + 1);
    const layout = fieldLayoutOf(provider, eventId);
    for (const [name, value] of found) {
      const own = fields[name];
      if (own === undefined || isOfShipper(name, own)) continue;
      const type = layout?.field(name)?.type ?? 'text';
      assert.equal(
        comparable(canonicalFieldText(type, value)),
        comparable(canonicalFieldText(type, String(own))),
        `${key} ${name}`,
      );
      compared++;
    }
  }
  assert.ok(compared > 3000, `${compared} fields compared`);
  const wanted = ['Sysmon 1', 'Sysmon 20', 'WMI-Activity 5857', 'WMI-Activity 5858', 'WMI-Activity 5861'];
  wanted.push('Security-Auditing 4624', 'Security-Auditing 4688', 'PowerShell 4103', 'PowerShell 800');
  assert.deepEqual(
    wanted.filter((key) => !read.has(key)),
    [],
  );
});

test('the fields of a real Security message are the same when its words are of no known language', { skip }, () => {
  let told = 0;
  for (const { provider, eventId, message } of realLines()) {
    if (!provider.endsWith('Security-Auditing')) continue;
    const english = readMessage(provider, eventId, message);
    if (english === undefined) continue;
    let label = 0;
    const foreign = message
      // The explanation at the end is prose, whose words do not matter, but for what ends a command line.
      .replace('Token Elevation Type indicates', 'Ozzo')
      .replace(/^(\t?)[A-Z][^:\t\r\n]*(:[\t\r\n]|:$)/gm, (_, tab: string, end: string) => `${tab}Wort ${++label}${end}`)
      .replace(/\t(?:Yes|No|Impersonation|Outbound|Inbound|TokenElevationType\w+ \(\d\))(?=\r?\n)/g, '\t%%1');
    const words = new Set(['ImpersonationLevel', 'VirtualAccount', 'ElevatedToken', 'Direction', 'TokenElevationType']);
    const without = (fields: ReturnType<typeof readMessage>): unknown => fields?.filter(([name]) => !words.has(name));
    assert.deepEqual(without(readMessage(provider, eventId, foreign)), without(english), foreign);
    told++;
  }
  assert.ok(told > 100, `${told} messages told`);
});
