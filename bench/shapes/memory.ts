/**
 * `node bench/shapes/memory.ts FILE GIGABYTES`: feeds a text to one reader over and over until so much was read, and prints how the
 * resident memory, and what of it is alive after a collection, grow with it. The reader sees one source; nothing is written to disk.
 * Needs `--expose-gc`.
 */
import { readFileSync } from 'node:fs';
import { TextReader } from '../../src/shapes/index.ts';
import { isChannelWanted } from '../../src/windows/index.ts';

const [path = '', gigabytes = '5'] = process.argv.slice(2);
const bytes = readFileSync(path);
const total = Number(gigabytes) * 1e9;
/** Gigabytes read, resident megabytes, live megabytes. */
const samples: (readonly [number, number, number])[] = [];
let kept = 0;
const sink = {
  onEvent: () => {
    kept++;
  },
};
const reader = new TextReader({ source: { file: path }, isWanted: isChannelWanted });
const block = 4 << 20;
let fed = 0;
let next = 0;
while (fed < total) {
  for (let at = 0; at < bytes.length && fed < total; at += block) {
    const piece = bytes.subarray(at, at + block);
    reader.push(piece, sink);
    fed += piece.length;
    if (fed < next) continue;
    next = fed + total / 40;
    const resident = process.memoryUsage().rss;
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    samples.push([fed / 1e9, resident / 1e6, (heapUsed + external) / 1e6]);
  }
}
const result = reader.end(sink);
// The first quarter is the heap finding its size.
const settled = samples.slice(samples.length >> 2);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Megabytes a gigabyte, by least squares. */
function slopeOf(megabytes: (sample: readonly [number, number, number]) => number): number {
  const x = mean(settled.map(([at]) => at));
  const y = mean(settled.map(megabytes));
  const rise = settled.reduce((sum, sample) => sum + (sample[0] - x) * (megabytes(sample) - y), 0);
  return Number((rise / settled.reduce((sum, [at]) => sum + (at - x) ** 2, 0)).toFixed(2));
}

process.stdout.write(
  `${JSON.stringify({
    gigabytes: fed / 1e9,
    events: kept,
    skipped: result.skippedByFilter,
    meanMb: Math.round(mean(settled.map(([, rss]) => rss))),
    peakMb: Math.round(Math.max(...samples.map(([, rss]) => rss))),
    residentMbPerGb: slopeOf(([, rss]) => rss),
    liveMbPerGb: slopeOf(([, , live]) => live),
  })}\n`,
);
