/**
 * `node bench/intake.ts [PATH...]`: what reading archives in place costs beside inflating their members alone. CPU time of
 * the whole process, least of five rounds, every way once a round. Without paths: the host archives of the corpus.
 */
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { crc32, createInflateRaw, inflateRaw, inflateRawSync } from 'node:zlib';
import { nodeFilePort } from '../src/hunt/index.ts';
import { findInputs, readInput } from '../src/intake/index.ts';
import { corpusPaths } from './corpus.ts';
import { megabytes, spreadOf, tableLines } from './figures.ts';
import { machineLines } from './machine.ts';
import { type PackedMember, zipMembers } from './zip-members.ts';

const ROUNDS = 5;
const inflateAsync: (packed: Buffer, options: { chunkSize: number }) => Promise<Buffer> = promisify(inflateRaw);

const given = process.argv.slice(2);
const paths = given.length > 0 ? given : corpusPaths()?.filter((path) => /[\\/]hosts[\\/].*\.zip$/.test(path));
if (paths === undefined || paths.length === 0) {
  process.stderr.write('usage: node bench/intake.ts ZIP...   (the corpus is not beside this checkout)\n');
  process.exit(2);
}

const members: readonly { readonly member: PackedMember; readonly bytes: number }[] = paths
  .flatMap((path) => zipMembers(readFileSync(path)))
  .filter((member) => member.isDeflated && /\.evtx$/i.test(member.name))
  .map((member) => ({ member, bytes: inflateRawSync(member.packed).length }));
const total = members.reduce((sum, { bytes }) => sum + bytes, 0);

async function streamed(packed: Buffer): Promise<number> {
  const inflater = createInflateRaw({ chunkSize: 1 << 20 });
  inflater.end(packed);
  let bytes = 0;
  for await (const piece of inflater as AsyncIterable<Buffer>) bytes += piece.length;
  return bytes;
}

async function inPlace(hash: boolean, ownBuffers: boolean): Promise<number> {
  const port = nodeFilePort('.');
  const { inputs } = await findInputs(paths ?? [], port);
  let bytes = 0;
  for (const input of inputs) {
    for await (const step of readInput(input, port, { hash, ownBuffers })) {
      if (step.kind === 'logEnd') bytes += step.bytes;
    }
  }
  return bytes;
}

async function each(inflate: (packed: Buffer, bytes: number) => number | Promise<number>): Promise<number> {
  let bytes = 0;
  for (const { member, bytes: size } of members) bytes += await inflate(member.packed, size);
  return bytes;
}

const sized = (bytes: number): { chunkSize: number } => ({ chunkSize: bytes + 64 });
const ways: readonly (readonly [string, () => Promise<number>])[] = [
  ['bare, pieces of 16 KiB', () => each((packed) => inflateRawSync(packed).length)],
  ['bare, one buffer of the right size', () => each((packed, bytes) => inflateRawSync(packed, sized(bytes)).length)],
  [
    '  with the checksum',
    () =>
      each((packed, bytes) => {
        const log = inflateRawSync(packed, sized(bytes));
        crc32(log);
        return log.length;
      }),
  ],
  ['  on the thread pool', () => each(async (packed, bytes) => (await inflateAsync(packed, sized(bytes))).length)],
  ['bare, stream of 1 MiB pieces', () => each(streamed)],
  ['intake, views', () => inPlace(false, false)],
  ['intake, buffers to transfer, hashed', () => inPlace(true, true)],
];

const times = new Map<string, number[]>(ways.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of ways) {
    const before = process.cpuUsage();
    const bytes = await run();
    if (bytes !== total) throw new Error(`${name} gave ${bytes} bytes and not ${total}`);
    const { user, system } = process.cpuUsage(before);
    times.get(name)?.push((user + system) / 1000);
  }
}

const least = (name: string): number => spreadOf(times.get(name) ?? []).least;
const bare = least('bare, one buffer of the right size');
const rows = ways.map(([name]) => [name, `${least(name).toFixed(0)} ms`, `${(least(name) / bare).toFixed(2)} x`]);
const lines = [
  ...machineLines(),
  `evidence  ${members.length} logs, ${megabytes(total)} unpacked`,
  '',
  ...tableLines(rows),
];
process.stdout.write(`${lines.join('\n')}\n`);
