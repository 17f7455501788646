import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoryDisk } from './memory-disk.ts';
import { contentOf, opened } from './opened.ts';

const FOLDER = '/journal';

/** A payload in parts: of noise, of zeros, of a repeated letter. */
const parts: fc.Arbitrary<Uint8Array[]> = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.nat({ max: 40_000 }).map((length) => new Uint8Array(length)),
    fc
      .tuple(fc.nat({ max: 255 }), fc.nat({ max: 2000 }))
      .map(([letter, length]) => new Uint8Array(length).fill(letter)),
  ),
  { maxLength: 3 },
);

test('L8 however batches are grouped, rolled and restarted, what comes back is what was given, in order', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(parts, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 5000 }),
      async (runs, rollBytes, maxGroupBytes) => {
        const disk = new MemoryDisk();
        const given: Buffer[] = [];
        for (const batches of runs) {
          const journal = await opened({ folder: FOLDER, disk, limits: { rollBytes, maxGroupBytes } });
          const outcomes = await Promise.all(batches.map((batch) => journal.append(batch)));
          assert.deepEqual(
            outcomes,
            batches.map((_, i) => ({ kind: 'durable', position: given.length + i + 1 })),
          );
          given.push(...batches.map((batch) => Buffer.concat(batch)));
          await journal.close();
        }
        const content = await contentOf(await opened({ folder: FOLDER, disk }));
        assert.deepEqual(
          content,
          given.map((payload, i) => ({ position: i + 1, payload })),
        );
      },
    ),
    { numRuns: 60, seed: 16 },
  ));

test('a reader beside the appends gets from its position on everything, in order, and nothing before it is durable', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 3000 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 100, max: 9000 }),
      async (lengths, from, rollBytes) => {
        const disk = new MemoryDisk();
        const journal = await opened({ folder: FOLDER, disk, limits: { rollBytes } });
        const seen: number[] = [];
        const reading = (async () => {
          for await (const { position, payload } of journal.read(from)) {
            assert.ok(position <= journal.durable);
            assert.equal(payload.length, lengths[position - 1]);
            seen.push(position);
          }
        })();
        for (const [i, length] of lengths.entries()) {
          const answer = journal.append([new Uint8Array(length).fill(i)]);
          if (i % 3 === 0) await answer;
        }
        await journal.close();
        await reading;
        assert.deepEqual(
          seen,
          lengths.map((_, i) => i + 1).filter((position) => position >= from),
        );
      },
    ),
    { numRuns: 60, seed: 16 },
  ));

test('L20 noise in place of any bytes of a journal never throws, and what it gives was given', () =>
  fc.assert(
    fc.asyncProperty(
      fc.nat({ max: 4000 }),
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.boolean(),
      async (at, noise, isSealed) => {
        const disk = new MemoryDisk();
        const journal = await opened({ folder: FOLDER, disk, limits: { rollBytes: 1200 } });
        const given = Array.from({ length: 20 }, (_, i) => Buffer.from(`${i} `.repeat(50)));
        for (const payload of given) await journal.append([payload]);
        if (isSealed) await journal.close();
        const files = new Map([...disk.contents()].map(([name, bytes]) => [name, Buffer.from(bytes)]));
        const names = [...files.keys()];
        const broken = files.get(names[at % names.length] ?? '') ?? Buffer.alloc(0);
        broken.set(noise.subarray(0, broken.length - (at % broken.length)), at % broken.length);
        const again = await opened({ folder: FOLDER, disk: new MemoryDisk(files) });
        for (const { position, payload } of await contentOf(again)) assert.deepEqual(payload, given[position - 1]);
      },
    ),
    { numRuns: 200, seed: 16 },
  ));
