import { hash } from 'node:crypto';
import { constants, zstdCompressSync } from 'node:zlib';
import { cutBlocks, type PlacedRow } from '../../src/archive/cut-blocks.ts';
import { FilterBuilder } from '../../src/archive/filter.ts';
import { ARCHIVE_LIMITS } from '../../src/archive/limits.ts';
import { markTokens, packRows, rowSpans } from '../../src/entries/index.ts';
import { madeEvents } from './events.ts';

const SAMPLE = 131_072;
const GROUP = 16_384;

/** What the parts of an append cost in one thread, without file and index, over a sample of the events: CPU time of the process, least of three rounds. */
export function unitCosts(): readonly string[] {
  const groups = Array.from({ length: SAMPLE / GROUP }, (_, i) => madeEvents(i * GROUP, GROUP, SAMPLE));
  const packs: Buffer[] = [];
  const packUs = least(() => {
    packs.length = 0;
    for (const group of groups) {
      const packed = packRows(group);
      if (packed.kind === 'packed') packs.push(packed.bytes);
    }
  });
  const rows = packs.map((bytes): readonly PlacedRow[] => (rowSpans(bytes) ?? []).map((span) => ({ bytes, span })));
  const filters = new FilterBuilder();
  const payloads: Buffer[] = [];
  for (const group of rows)
    for (const { payload } of cutBlocks(group, ARCHIVE_LIMITS, filters)) payloads.push(Buffer.from(payload));
  let cuts = 0;
  const cutUs = least(() => {
    for (const group of rows)
      for (const { payload } of cutBlocks(group, ARCHIVE_LIMITS, filters)) cuts += payload.length;
  });
  const tokenUs = least(() => {
    for (const payload of payloads) {
      markTokens(payload, 0, payload.length, filters);
      filters.take();
    }
  });
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  const zstdUs = least(() => {
    for (const payload of payloads) zstdCompressSync(payload, { params, pledgedSrcSize: payload.length });
  });
  const digestUs = least(() => {
    for (const payload of payloads) hash('sha256', payload, 'buffer');
  });
  const costs = `pack ${packUs}, copy ${(cutUs - tokenUs).toFixed(2)}, tokens and filter ${tokenUs}, zstd ${zstdUs}, SHA-256 ${digestUs}`;
  if (cuts === 0) throw new Error('nothing was cut');
  const bytes = payloads.reduce((sum, payload) => sum + payload.length, 0) / SAMPLE;
  return [`parts     ${costs} us an event, of ${bytes.toFixed(0)} bytes in a block`];
}

/** Microseconds an event of the sample. */
function least(run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  return Number((best / SAMPLE).toFixed(2));
}
