import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameNdjson } from '../../src/receive/index.ts';
import { SHAPE_WRITERS } from '../../testkit/index.ts';
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
