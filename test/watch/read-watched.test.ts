import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { nodeFilePort } from '../../src/hunt/index.ts';
import type { FilePort } from '../../src/intake/index.ts';
import { type Mark, readWatched } from '../../src/watch/index.ts';
import { logsOf, SHAPE_WRITERS, writeEvents, writeZip, Xorshift } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { readPieces } from '../receive/text-events.ts';
import { eventsOf, markOf, watched } from './watched.ts';

const { events: EVENTS } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 3 });
const LOGS = logsOf(EVENTS);
const LOG = LOGS.toSorted((a, b) => b.events.length - a.events.length)[0];
if (LOG === undefined) throw new Error('a campaign has logs');

test('L8 every text that a hunt reads gives the same events in pieces that are read by themselves', async (t) => {
  let cut = 0;
  for (const writer of SHAPE_WRITERS) {
    const models = EVENTS.filter((model) => writer.cannotCarry(model) === undefined).slice(0, 60);
    const content = writer.write(models.map((model, at) => ({ model, recordId: BigInt(at + 1) })));
    const bytes = Buffer.from(content as string);
    const direct = readPieces([bytes]).events.map(({ event }) => event);
    const folder = folderWith(t, [[`export.${writer.ending}`, bytes]]);
    const { bodies, end } = await watched(folder, `export.${writer.ending}`);
    assert.deepEqual(eventsOf(bodies), direct, writer.style);
    if (bodies.length > 1) cut++;
    assert.equal(markOf(bodies.at(-1))?.under, undefined, 'the last piece says that the file is read');
    const again = await watched(folder, `export.${writer.ending}`, end.mark);
    assert.deepEqual(eventsOf(again.bodies), [], `${writer.style} is read once`);
  }
  // Whole answers of Elasticsearch are one unit.
  assert.ok(cut >= SHAPE_WRITERS.length - 6, `${cut} of ${SHAPE_WRITERS.length} were cut`);
});

test('L8 the line that names the record of an Event goes with it, also where the Event is a document of its own', async (t) => {
  const event = '<Event><System><EventID>1</EventID><Channel>Security</Channel></System></Event>';
  const declaration = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n';
  const text = `Record 7\n${event}\nRecord 8\n${declaration}${event}\r\nRecord 9\r\n${declaration}${event}\n${declaration}${event}\n`;
  const { bodies } = await watched(folderWith(t, [['dump.xml', text]]), 'dump.xml');
  const pieces = bodies.map((body) => Buffer.from(body).toString('latin1')).join('');
  const units = ['Record 7\n', 'Record 8\n', 'Record 9\n', ''].map((line) => `${line}${event}\n`).join('');
  assert.ok(pieces.endsWith(`}${units}`), pieces);
});

test('L8 a text that grows gives the same at each look, whether its reading goes on or begins anew', async (t) => {
  const random = new Xorshift(16);
  const wentOn = new Set<string>();
  for (const writer of SHAPE_WRITERS) {
    const models = EVENTS.filter((model) => writer.cannotCarry(model) === undefined).slice(0, 40);
    const bytes = Buffer.from(writer.write(models.map((model, at) => ({ model, recordId: BigInt(at + 1) }))) as string);
    const name = `export.${writer.ending}`;
    const folder = folderWith(t, [[name, '']]);
    // Anywhere in it: also in the middle of a line, of a character, of the head.
    const cuts = Array.from({ length: 6 }, () => random.below(bytes.length)).toSorted((a, b) => a - b);
    let marks: readonly (Mark | undefined)[] = [undefined, undefined];
    for (const cut of [...cuts, bytes.length, bytes.length]) {
      writeFileSync(join(folder, name), bytes.subarray(0, cut));
      const more = { isWhole: cut === bytes.length };
      const [on, anew] = [await watched(folder, name, marks[0], more), await watched(folder, name, marks[1], more)];
      assert.deepEqual(eventsOf(on.bodies), eventsOf(anew.bodies), `${writer.style} at ${cut}`);
      if (on.end.mark.head !== undefined) wentOn.add(writer.style);
      const { head: _, ...plain } = anew.end.mark;
      marks = [on.end.mark, plain];
    }
  }
  // Objects in lines, and rows below names of columns.
  assert.ok(wentOn.size >= 20, [...wentOn].join('; '));
  for (const style of ['Winlogbeat 8', 'Splunk CSV of XmlWinEventLog']) assert.ok(wentOn.has(style), style);
});

test('what is between two looks at a growing text of lines is told, and not read again', async (t) => {
  const line = (at: number): string => `${JSON.stringify(model(at))}\r\n`;
  const rows = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, at) => line(from + at)).join('');
  const folder = folderWith(t, [['a.jsonl', rows(0, 3)]]);
  const path = join(folder, 'a.jsonl');
  let { mark } = (await watched(folder, 'a.jsonl')).end;
  assert.equal(mark.head, 0);
  for (const [text, events] of [
    [rows(0, 5), 2],
    // What is no event may go on in the next line.
    [`${rows(0, 5)}no event\r\n`, 0],
    [`${rows(0, 5)}no event\r\n\r\n${rows(5, 7)}`, 3],
    // Half a line, which waits.
    [`${rows(0, 5)}no event\r\n\r\n${rows(5, 7)}${line(7).slice(0, 30)}`, 0],
    [`${rows(0, 5)}no event\r\n\r\n${rows(5, 9)}`, 2],
  ] as const) {
    writeFileSync(path, text);
    const { end } = await watched(folder, 'a.jsonl', mark, { isWhole: false });
    assert.deepEqual([end.events, end.mark.head], [events, 0]);
    mark = end.mark;
  }
  // Other bytes in front are another text, whatever the mark says.
  writeFileSync(path, rows(1, 9));
  assert.equal((await watched(folder, 'a.jsonl', mark)).end.events, 8);
  for (const [name, text] of [
    ['array', `[\n${[1, 2].map((at) => JSON.stringify(model(at))).join(',\n')}`],
    ['mark of the byte order', `\ufeff${rows(0, 2)}`],
    ['line without its end', rows(0, 2).trimEnd()],
    ['lines with words in front', `Nov 26 host app: ${line(1)}Nov 26 host app: ${line(2)}`],
  ] as const) {
    writeFileSync(path, text);
    assert.equal((await watched(folder, 'a.jsonl')).end.mark.head, undefined, name);
  }
});

test('L6 a log gives each of its records once, in pieces, and after it grew only the new ones', async (t) => {
  const { events } = LOG;
  const folder = folderWith(t);
  const path = 'Log.evtx';
  let mark: Parameters<typeof watched>[2];
  const seen: string[] = [];
  for (const part of [0.3, 0.31, 0.7, 1]) {
    const written = events.slice(0, Math.max(1, Math.floor(events.length * part)));
    writeFileSync(join(folder, path), writeEvents(written).bytes);
    const { bodies, end } = await watched(folder, path, mark, { pieceBytes: 20_000 });
    mark = end.mark;
    seen.push(...eventsOf(bodies));
    assert.equal(seen.length, written.length);
  }
  assert.equal(new Set(seen).size, events.length);
  assert.deepEqual(eventsOf((await watched(folder, path, mark)).bodies), []);
});

test('a smaller log, or one with other ids in its first chunk, is another file; one that was written over went on', async (t) => {
  const events = LOG.events.slice(0, 40);
  const folder = folderWith(t, [['Log.evtx', writeEvents(events).bytes]]);
  const first = await watched(folder, 'Log.evtx');
  assert.equal(eventsOf(first.bodies).length, 40);
  assert.ok(first.end.mark.above !== undefined && first.end.mark.firstId !== undefined);
  const other = { ...first.end.mark, sha256: '', bytes: first.end.mark.bytes + 1 };
  assert.equal(eventsOf((await watched(folder, 'Log.evtx', other)).bodies).length, 40);
  const otherIds = { ...first.end.mark, sha256: '', firstId: (first.end.mark.firstId ?? 0) - 1, above: 1e9 };
  assert.equal(eventsOf((await watched(folder, 'Log.evtx', otherIds)).bodies).length, 40);
  const writtenOver = { ...first.end.mark, sha256: '', above: 0, firstId: -5 };
  assert.equal(eventsOf((await watched(folder, 'Log.evtx', writtenOver)).bodies).length, 40);
});

test('another log in the place of one, which begins with the same id as every fresh log does, is read whole', async (t) => {
  const before = LOG.events.slice(0, 20);
  const other = LOG.events.slice(0, 40).map((event) => ({ ...event, computer: 'OTHER-01', time: event.time + 1n }));
  const folder = folderWith(t, [['Log.evtx', writeEvents(before).bytes]]);
  const first = await watched(folder, 'Log.evtx');
  const bytes = writeEvents(other).bytes;
  assert.ok(bytes.length >= first.end.mark.bytes, 'size alone does not tell it');
  writeFileSync(join(folder, 'Log.evtx'), bytes);
  const second = await watched(folder, 'Log.evtx', first.end.mark);
  assert.equal(second.end.mark.firstId, first.end.mark.firstId, 'the ids do not tell it');
  assert.deepEqual(eventsOf(second.bodies), eventsOf((await watched(folder, 'Log.evtx')).bodies));
  assert.equal(second.end.events, 40);
  const grown = writeEvents([...other, ...LOG.events.slice(40, 43)]).bytes;
  writeFileSync(join(folder, 'Log.evtx'), grown);
  assert.equal((await watched(folder, 'Log.evtx', second.end.mark)).end.events, 3, 'it is known again');
  // A mark of a version that did not know the first record goes by the ids, as it did.
  const { firstRecord: _, ...plain } = second.end.mark;
  assert.equal((await watched(folder, 'Log.evtx', plain)).end.events, 3);
});

test('another log in the place of one whose reading was broken off is read whole', async (t) => {
  const folder = folderWith(t, [['Log.evtx', writeEvents(LOG.events.slice(0, 20)).bytes]]);
  const first = await watched(folder, 'Log.evtx', undefined, { pieceBytes: 2000 });
  assert.ok(first.bodies.length > 2);
  const other = LOG.events.slice(0, 40).map((event) => ({ ...event, computer: 'OTHER-01', time: event.time + 1n }));
  writeFileSync(join(folder, 'Log.evtx'), writeEvents(other).bytes);
  const rest = await watched(folder, 'Log.evtx', markOf(first.bodies[1]));
  assert.equal(eventsOf(rest.bodies).length, 40);
});

test('L21 a disk that stops to give a file costs none of it: its reading breaks off, and a later one goes on', async (t) => {
  const lines = Array.from({ length: 20_000 }, (_, at) => `${JSON.stringify(model(at))}\n`).join('');
  const events = Array.from({ length: 30 }, () => LOG.events).flat();
  const folder = folderWith(t, [
    ['sent.jsonl', lines],
    ['Log.evtx', writeEvents(events).bytes],
    ['case.zip', writeZip([{ name: 'b.jsonl', bytes: Buffer.from(lines) }])],
  ]);
  for (const [path, count] of [
    ['sent.jsonl', 20_000],
    ['Log.evtx', events.length],
    ['case.zip', 20_000],
  ] as const) {
    for (const opens of [1, 2]) {
      const given: Uint8Array[] = [];
      const reading = readWatched({ path, key: 'key', mark: undefined, isWhole: true }, failingPort(folder, opens));
      await assert.rejects(async () => {
        for await (const { body } of reading) given.push(body);
      }, /EIO/);
      const rest = await watched(folder, path, markOf(given.at(-1)), { pieceBytes: 1 << 20 });
      assert.equal(eventsOf([...given, ...rest.bodies]).length, count, `${path} ${opens}`);
    }
  }
});

test('a text that grows gives its new lines; half a line waits until it is whole or nobody writes any more', async (t) => {
  const lines = Array.from({ length: 9 }, (_, at) => JSON.stringify(model(at)));
  const folder = folderWith(t, [['export.jsonl', `${lines.slice(0, 3).join('\n')}\n${lines[3]?.slice(0, 40)}`]]);
  const first = await watched(folder, 'export.jsonl', undefined, { isWhole: false });
  assert.equal(eventsOf(first.bodies).length, 3);
  writeFileSync(join(folder, 'export.jsonl'), lines.join('\n'));
  const second = await watched(folder, 'export.jsonl', first.end.mark, { isWhole: false });
  assert.equal(eventsOf(second.bodies).length, 6);
  writeFileSync(join(folder, 'export.jsonl'), `${lines.join('\n')}\nno event`);
  const third = await watched(folder, 'export.jsonl', second.end.mark);
  assert.equal(third.end.events, 1, 'what is no event is a piece as well, and will be a dead letter');
  writeFileSync(join(folder, 'export.jsonl'), `${lines.toReversed().join('\n')}\nno event, and more`);
  assert.equal(eventsOf((await watched(folder, 'export.jsonl', third.end.mark)).bodies).length, 9);
});

test('L8 a reading that is broken off goes on behind the pieces that were taken', async (t) => {
  const writer = SHAPE_WRITERS.find(({ shape }) => shape === 'S6');
  const logged = EVENTS.flatMap((one, at) =>
    writer?.cannotCarry(one) === undefined ? [{ model: one, recordId: BigInt(at) }] : [],
  );
  const zip = writeZip([
    { name: 'a/Log.evtx', bytes: writeEvents(LOG.events).bytes },
    { name: 'b.jsonl', bytes: Buffer.from(writer?.write(logged.slice(0, 50)) as string) },
  ]);
  const folder = folderWith(t, [
    ['case.zip', zip],
    ['Log.evtx.gz', gzipSync(writeEvents(LOG.events).bytes)],
    ['Log.evtx', writeEvents(LOG.events).bytes],
  ]);
  for (const path of ['case.zip', 'Log.evtx.gz', 'Log.evtx']) {
    const whole = await watched(folder, path, undefined, { pieceBytes: 20_000 });
    assert.ok(
      whole.bodies.length > 2 && whole.end.events >= LOG.events.length,
      `${path} ${whole.bodies.length} ${JSON.stringify(whole.end)}`,
    );
    for (let cut = 1; cut < whole.bodies.length; cut++) {
      const rest = await watched(folder, path, markOf(whole.bodies[cut - 1]), { pieceBytes: 20_000 });
      assert.deepEqual(rest.bodies.map(String), whole.bodies.slice(cut).map(String), `${path} from ${cut}`);
    }
    assert.deepEqual((await watched(folder, path, whole.end.mark)).bodies, [], `${path} is read once`);
  }
});

test('L6 a file that grew while its reading was broken off gives the rest, and nothing twice', async (t) => {
  const lines = Array.from({ length: 40 }, (_, at) => JSON.stringify(model(at)));
  const written = (count: number): readonly (readonly [string, Uint8Array])[] => [
    ['Log.evtx', writeEvents(LOG.events.slice(0, count)).bytes],
    ['sent.jsonl', Buffer.from(`${lines.slice(0, count).join('\n')}\n`)],
  ];
  const folder = folderWith(t, written(30));
  for (const [path, content] of written(40)) {
    const first = await watched(folder, path, undefined, { pieceBytes: 2000 });
    assert.ok(first.bodies.length > 2);
    writeFileSync(join(folder, path), content);
    const taken = first.bodies.slice(0, 2);
    const rest = await watched(folder, path, markOf(taken[1]), { pieceBytes: 2000 });
    const events = eventsOf([...taken, ...rest.bodies]);
    assert.deepEqual([events.length, new Set(events).size], [40, 40], path);
  }
});

test('L21 what is broken costs its smallest unit, and what is none is told', async (t) => {
  const log = Buffer.from(
    writeEvents(
      Array.from({ length: 600 }, (_, at) => LOG.events[at % LOG.events.length] ?? LOG.events[0]).filter(
        (one) => one !== undefined,
      ),
    ).bytes,
  );
  log.fill(0xff, 4096 + 65_536, 4096 + 65_536 + 2000);
  const folder = folderWith(t, [
    ['Broken.evtx', log],
    ['junk.bin', Buffer.alloc(100_000, 7)],
    ['junk.json', `{"a":\n${'x'.repeat(100_000)}\n`],
    ['empty.evtx', ''],
  ]);
  const broken = await watched(folder, 'Broken.evtx');
  assert.ok(eventsOf(broken.bodies).length > 50);
  for (const path of ['junk.bin', 'empty.evtx']) {
    const { bodies, end } = await watched(folder, path);
    assert.deepEqual([bodies.length, end.events], [0, 0], path);
  }
  const json = await watched(folder, 'junk.json');
  assert.deepEqual(eventsOf(json.bodies), []);
});

/** A folder whose files fail in their second half once they were opened so often: for their digest, and to see what they are. */
function failingPort(folder: string, opens: number): FilePort {
  const port = nodeFilePort(folder);
  let opened = 0;
  const open: FilePort['open'] = async (path) => {
    const file = await port.open(path);
    const { bytes } = await file.stat();
    const isFailing = opened++ >= opens;
    const read: typeof file.read = (into, position) => {
      if (isFailing && (opens === 1 || position + into.length > bytes / 2)) {
        return Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' }));
      }
      return file.read(into, position);
    };
    return { ...file, read };
  };
  return { ...port, open };
}

function model(recordId: number): unknown {
  return {
    '@timestamp': '2026-01-01T00:00:00.000Z',
    winlog: {
      channel: 'Security',
      event_id: '4624',
      provider_name: 'Microsoft-Windows-Security-Auditing',
      computer_name: 'WS-07',
      record_id: recordId + 1,
      event_data: { LogonType: '3' },
    },
  };
}
