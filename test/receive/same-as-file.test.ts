import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameNdjson } from '../../src/receive/index.ts';
import { otlpProtobuf, SHAPE_WRITERS } from '../../testkit/index.ts';
import { carried } from '../shapes/conversion.ts';
import { PLANTED } from '../shapes/copies.ts';
import { eventsOfBatch, readPieces } from './text-events.ts';

/** What every writer makes of the planted case, where it is UTF-8: the name, the bytes, the events that a hunt finds in them. */
const FILES = SHAPE_WRITERS.map((writer) => {
  const bytes = Buffer.from(writer.write(carried(writer, PLANTED).events));
  return { name: writer.style, bytes, events: readPieces([bytes]).events.map(({ event }) => event) };
}).filter(({ bytes }) => bytes[0] !== 0xff);

/** Lines of one JSON object each; undefined for files of anything else. */
function objectLines(bytes: Buffer): readonly string[] | undefined {
  const lines = bytes.toString().replace('\ufeff', '').trim().split(/\r?\n/);
  return lines.every((line) => /^\{.*\}$/.test(line)) ? lines : undefined;
}

test('the text of a batch gives the events that a hunt finds in a file of the same bytes', () => {
  let forms = '';
  for (const { name, bytes, events } of FILES) {
    const framing = frameNdjson(bytes);
    assert.ok(framing.kind === 'framed', `${name}: ${JSON.stringify(framing)}`);
    assert.equal(framing.accepted, framing.items.length, name);
    assert.ok(events.length > 0, name);
    assert.deepEqual(eventsOfBatch('ndjson', bytes).events, events, name);
    forms += ` ${framing.form}`;
  }
  for (const form of ['lines', 'array', 'xml']) assert.match(forms, new RegExp(form));
});

test('each event of a batch is of the item that holds it', () => {
  for (const { name, bytes } of FILES) {
    const lines = objectLines(bytes);
    if (lines === undefined) continue;
    for (const [index, line] of lines.entries()) {
      const alone = readPieces([Buffer.from(line)]).events.map(({ event }) => event);
      const { events, items } = eventsOfBatch('ndjson', bytes);
      assert.deepEqual(
        events.filter((_, at) => items[at] === index),
        alone,
        `${name}, line ${index}`,
      );
      if (index > 4) break;
    }
  }
});

test('lines, an array, a pretty array, pretty objects and _bulk carry the same events', () => {
  let files = 0;
  for (const { name, bytes } of FILES) {
    const lines = objectLines(bytes);
    if (lines === undefined) continue;
    files++;
    const expected = eventsOfBatch('ndjson', Buffer.from(lines.join('\n')));
    const pretty = lines.map((line) => spread(line));
    const bodies: readonly (readonly ['ndjson' | 'bulk', string])[] = [
      ['ndjson', `[${lines.join(',')}]`],
      ['ndjson', `[\n${pretty.join(' ,\r\n')}\n]\n`],
      ['ndjson', pretty.join('\n')],
      ['bulk', lines.map((line) => `{"create":{}}\n${line}\n`).join('')],
      ['bulk', lines.map((line) => `{"update":{"_id":"1"}}\n{"doc":${line}}\n`).join('')],
    ];
    for (const [protocol, body] of bodies) {
      assert.deepEqual(eventsOfBatch(protocol, Buffer.from(body)), expected, `${name}: ${body.slice(0, 60)}`);
    }
  }
  assert.ok(files > 10, `${files} files`);
});

test('what stands in envelopes of HEC, by the event, is read as it is by itself', () => {
  let files = 0;
  for (const { name, bytes, events } of FILES) {
    const lines = objectLines(bytes);
    if (lines === undefined || name.startsWith('Splunk')) continue;
    files++;
    const asObjects = lines.map((line) => `{"time":1767225600.5,"host":"h","sourcetype":"_json","event":${line}}`);
    const asTexts = lines.map((line) => `{"event":${JSON.stringify(line)},"fields":{"a":"b"}}`);
    for (const body of [asObjects.join(''), asObjects.join('\n'), asTexts.join('\n')]) {
      assert.deepEqual(eventsOfBatch('hec', Buffer.from(body)).events, events, `${name}: ${body.slice(0, 80)}`);
    }
  }
  assert.ok(files > 10, `${files} files`);
});

test('the add-on of Splunk sends XML or blocks of text in its events, and either is read', () => {
  const [xml, text] = ['Splunk HEC, XML', 'Splunk classic text'].map((style) =>
    FILES.find(({ name }) => name === style),
  );
  assert.ok(xml !== undefined && text !== undefined);
  assert.deepEqual(eventsOfBatch('hec', xml.bytes).events, xml.events);
  const blocks = text.bytes.toString().split(/(?=^\d\d\/\d\d\/\d{4} [\d:.]+ [AP]M\nLogName=)/m);
  assert.ok(blocks.length > 3);
  const envelopes = blocks.map((event) => JSON.stringify({ sourcetype: 'WinEventLog', event })).join('\n');
  assert.deepEqual(eventsOfBatch('hec', Buffer.from(envelopes)).events, text.events);
  assert.deepEqual(eventsOfBatch('hec-raw', text.bytes).events, text.events);
  const bare = FILES.find(({ name }) => name === 'wevtutil /f:xml');
  assert.ok(bare !== undefined);
  assert.deepEqual(eventsOfBatch('hec-raw', bare.bytes).events, bare.events);
});

test('OTLP in JSON and in protobuf carries the events that a hunt finds in an export', () => {
  let files = 0;
  for (const { name, bytes, events } of FILES) {
    if (!bytes.subarray(0, 20).toString().includes('resourceLogs')) continue;
    files++;
    const json = eventsOfBatch('otlp-json', bytes);
    assert.deepEqual(json.events, events, name);
    assert.deepEqual(
      json.items,
      events.map((_, at) => at),
      name,
    );
    assert.deepEqual(eventsOfBatch('otlp-protobuf', otlpProtobuf(bytes.toString())), json, name);
  }
  assert.equal(files, 3);
});

/** The same JSON over several lines, numbers as they are written. */
function spread(line: string): string {
  let inString = false;
  let out = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    out += character;
    if (character === '\\') out += line[++at] ?? '';
    else if (character === '"') inString = !inString;
    else if (!inString && /[,:{[]/.test(character)) out += '\n  ';
  }
  return out;
}
