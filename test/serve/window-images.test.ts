import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { bundledRules } from '../../src/cli/bundled-rules.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { runServer, sendLines, type TestServer, temporaryFolder, until } from './running-server.ts';
import { metricOf } from './server-process.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';
const OFTEN = 'detection: { lateness: 24h, heldTime: 90d, imageEvery: 100ms }';

async function send(server: TestServer, lines: readonly string[]): Promise<void> {
  const response = await sendLines(server, lines);
  assert.equal(response.status, 200, await response.clone().text());
}

/** Position of the image that the start began with, and how many batches were read again. */
function beganWith({ log }: TestServer): { readonly image: number; readonly readAgain: number } {
  const line = log.find((one) => one.includes('"window begins"'));
  assert.ok(line, log.join('\n'));
  return JSON.parse(line) as { readonly image: number; readonly readAgain: number };
}

function imagesIn(folder: string): readonly string[] {
  return readdirSync(join(folder, 'window')).toSorted();
}

/** The file with another piece, and what is said of it. */
function withPiece(file: Buffer, number: number, piece: Buffer): Buffer {
  const end = file.indexOf('\n') + 1;
  const title = JSON.parse(file.toString('utf8', 0, end)) as { pieces: { bytes: number; crc: number }[] };
  const pieces: Buffer[] = [];
  let at = end;
  for (const { bytes } of title.pieces) {
    pieces.push(file.subarray(at, at + bytes));
    at += bytes;
  }
  pieces[number] = piece;
  title.pieces[number] = { bytes: piece.length, crc: crc32(piece) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(title)}\n`), ...pieces]);
}

/** All that came is judged and committed. */
async function settled(server: TestServer): Promise<void> {
  const read = (): Promise<number> => metricOf(server, 'triad_store_position_processed');
  await until(async () => (await read()) === (await metricOf(server, 'triad_store_position_durable')), 'all is judged');
}

test('L8 a start begins with the image of a clean end, reads nothing again, and goes on as if there had been none', async (context) => {
  const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 20 });
  const lines = linesOf(events);
  const expected = incidentsOfHunt(
    await huntFolder(folderWith(context, [['sent.jsonl', Buffer.from(lines.join('\n'))]])),
  );
  const folder = temporaryFolder(context);
  const cuts = [0, 0.3, 0.31, 0.6, 1].map((share) => Math.floor(share * lines.length));
  let key = '';
  for (const [at, from] of cuts.slice(0, -1).entries()) {
    const server = await runServer(context, { folder, yaml: HELD });
    key = key === '' ? server.key : key;
    assert.deepEqual([beganWith(server).image, beganWith(server).readAgain], [2 * at, 0]);
    const part = lines.slice(from, cuts[at + 1]);
    await send({ ...server, key }, part.slice(0, part.length / 2).toReversed());
    await send({ ...server, key }, part.slice(part.length / 2));
    await settled(server);
    if (at === cuts.length - 2) {
      await server.server.finish();
      assert.deepEqual(await toldByServer(server), expected);
    }
    assert.ok(!server.log.join('').includes('withdrawn'));
    await server.server.stop();
    assert.equal(imagesIn(folder).includes(`${2 * (at + 1)}.image`), true);
  }
  assert.equal(imagesIn(folder).length, 2);
});

test('an image that is damaged, of batches that were not judged, or of another store is passed over: batches are read again', async (context) => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 10 });
  const lines = linesOf(events);
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: OFTEN });
  await send(first, lines.slice(0, 20));
  await settled(first);
  await until(() => existsSync(join(folder, 'window', '1.image')), 'an image is kept');
  await send(first, lines.slice(20));
  await settled(first);
  await first.server.finish();
  const told = await toldByServer(first);
  await first.server.stop();
  assert.deepEqual(imagesIn(folder), ['1.image', '2.image']);
  const before = readFileSync(join(folder, 'window', '1.image'));
  const whole = readFileSync(join(folder, 'window', '2.image'));
  const damaged = Buffer.from(whole);
  damaged[damaged.length - 100] = (damaged[damaged.length - 100] ?? 0) ^ 1;
  const title = JSON.parse(whole.toString('utf8', 0, whole.indexOf('\n'))) as Record<string, unknown>;
  const entitled = (changed: object): Buffer =>
    Buffer.concat([Buffer.from(JSON.stringify({ ...title, ...changed })), whole.subarray(whole.indexOf('\n'))]);
  const ways: Readonly<Record<string, readonly [Buffer, number]>> = {
    'a byte of its rows': [damaged, 1],
    'cut off': [whole.subarray(0, whole.length - 1), 1],
    'no line': [Buffer.alloc(10), 1],
    'of another format': [entitled({ format: Number(title['format']) + 1 }), 1],
    'of another journal': [entitled({ frame: 'ab' }), 1],
    'read by others': [entitled({ readBy: 1 }), 1],
    'of another engine': [entitled({ engine: '1' }), 1],
    'without a batch that is judged': [entitled({ aside: [1] }), 1],
    'a head that cannot be read': [withPiece(whole, 0, Buffer.from('no')), 1],
    'senders that cannot be read': [withPiece(whole, 1, Buffer.from('no')), 1],
    whole: [whole, 2],
  };
  for (const [way, [bytes, image]] of Object.entries(ways)) {
    writeFileSync(join(folder, 'window', '1.image'), before);
    writeFileSync(join(folder, 'window', '2.image'), bytes);
    writeFileSync(join(folder, 'window', '9.image'), whole);
    const server = await runServer(context, { folder, yaml: HELD });
    assert.deepEqual([beganWith(server).image, beganWith(server).readAgain], [image, 2 - image], way);
    await server.server.finish();
    assert.deepEqual(await toldByServer(server), told, way);
    await server.server.stop();
  }
});

test('a window that was read by other rules or settings is read again; a reload that brings nothing new changes nothing', async (context) => {
  const folder = temporaryFolder(context);
  const lines = linesOf(campaign(['a triad that fires and is removed'], { acts: 10 }).events);
  const first = await runServer(context, { folder, yaml: OFTEN });
  await send(first, lines.slice(0, 20));
  await settled(first);
  await first.server.reload({ rules: undefined, pack: undefined, tls: undefined });
  await until(() => existsSync(join(folder, 'window', '1.image')), 'an image is kept');
  const { rules: pack } = await bundledRules();
  await first.server.reload({ rules: undefined, pack, tls: undefined });
  await send(first, lines.slice(20));
  await settled(first);
  await first.server.stop();
  assert.deepEqual(imagesIn(folder), ['1.image'], 'what was read by two sets of rules is not kept');
  const again = await runServer(context, { folder, yaml: OFTEN });
  assert.deepEqual([beganWith(again).image, beganWith(again).readAgain], [1, 1], 'the first rules are back');
  await again.server.stop();
  const other = await runServer(context, { folder, yaml: HELD, pack });
  assert.deepEqual([beganWith(other).image, beganWith(other).readAgain], [0, 2]);
  await other.server.stop();
  const longer = await runServer(context, { folder, yaml: 'detection: { lateness: 24h, heldTime: 89d }' });
  assert.deepEqual([beganWith(longer).image, beganWith(longer).readAgain], [0, 2]);
});

test('an image with more behind it than is read without one is passed over', async (context) => {
  const folder = temporaryFolder(context);
  const yaml = 'detection: { heldTime: 24h, imageEvery: 100ms }';
  const lines = linesOf(campaign(['a triad that fires and is removed'], { acts: 10 }).events);
  const first = await runServer(context, { folder, yaml });
  await send(first, lines.slice(0, 20));
  await until(() => existsSync(join(folder, 'window', '1.image')), 'an image is kept');
  const image = readFileSync(join(folder, 'window', '1.image'));
  await send(first, lines.slice(20));
  await settled(first);
  await first.server.stop();
  rmSync(join(folder, 'window'), { recursive: true });
  mkdirSync(join(folder, 'window'));
  writeFileSync(join(folder, 'window', '1.image'), image);
  const nowMs = (): number => Date.now() + 5 * 86_400_000;
  const late = await runServer(context, { folder, yaml, nowMs });
  assert.deepEqual([beganWith(late).image, beganWith(late).readAgain], [0, 0]);
  await late.server.stop();
  rmSync(join(folder, 'window'), { recursive: true });
  mkdirSync(join(folder, 'window'));
  writeFileSync(join(folder, 'window', '1.image'), image);
  const soon = await runServer(context, { folder, yaml });
  assert.deepEqual([beganWith(soon).image, beganWith(soon).readAgain], [1, 1]);
});
