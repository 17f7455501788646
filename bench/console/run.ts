/**
 * `npm run bench:console`: the page in headless Chromium over a stand-in of `/v1`, its queue over `triad serve` too: keys, scrolling, first paint, an incident after a click, its bytes, what 10,000 hosts send, and a search with a million
 * hits, over an archive of a million events too, each beside its bar (SETTLED G25). Exits 1 when a bar is missed, 2 where there is no Chromium. `bench/README.md` says the rest.
 */
import { parseArgs } from 'node:util';
import { NO_BROWSER, openPage } from '../../test/console/page-in-browser.ts';
import { loadText, machineLines } from '../machine.ts';
import { archiveFigures, archiveOf } from './archive.ts';
import { fillQueue, givePayloads, INCIDENTS, realServer, standIn, VIEW } from './ground.ts';
import { fillHosts, hostsFigures } from './hosts.ts';
import { queueFigures } from './queue.ts';
import { searchFigures } from './search.ts';
import { type Figure, figureLines, isMet } from './verdicts.ts';

/** Hits of the stand-in, and events of the archive where no flag says. */
const HITS = 1_000_000;
/** Kilobytes of the page, gzipped, in all. */
const BAR_KB = 120;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    read: { type: 'string', default: '100000' },
    events: { type: 'string', default: String(HITS) },
  },
});
if (NO_BROWSER !== false) {
  process.stderr.write(`${NO_BROWSER}\n`);
  process.exit(2);
}

for (const line of machineLines()) print(line);
const opened = await openPage(INCIDENTS);
print(`browser   Chromium ${opened.browser.version()}, headless, ${VIEW.width} × ${VIEW.height}`);
const stand = standIn(opened);
const parts: readonly (readonly [string, () => Promise<readonly Figure[]>])[] = [
  ['bytes', async () => bytesFigures()],
  ['queue', overQueue],
  ['server', overServer],
  ['search', overStandIn],
  ['hosts', overHosts],
  ['archive', overArchive],
];
let hasMissed = false;
for (const [name, measure] of parts) {
  if (flags.only !== undefined && flags.only !== name) continue;
  const figures = await measure();
  print(`\n${name}, load ${loadText()}`);
  for (const line of figureLines(figures)) print(line);
  if (!figures.every(isMet)) hasMissed = true;
}
await opened.close();
print('');
print(hasMissed ? 'A bar was missed.' : 'All bars are met.');
process.exitCode = hasMissed ? 1 : 0;

async function overQueue(): Promise<readonly Figure[]> {
  givePayloads(opened.stub);
  return await queueFigures(stand);
}

async function overServer(): Promise<readonly Figure[]> {
  const ground = await realServer(opened.browser, { fill: fillQueue });
  try {
    return await queueFigures(ground);
  } finally {
    await ground.close();
  }
}

async function overStandIn(): Promise<readonly Figure[]> {
  opened.stub.search = { events: HITS };
  return await searchFigures(stand, 'Field3', Number(flags.read));
}

async function overHosts(): Promise<readonly Figure[]> {
  fillHosts(opened.stub);
  return await hostsFigures(stand);
}

async function overArchive(): Promise<readonly Figure[]> {
  const events = Number(flags.events);
  const ground = await realServer(opened.browser, archiveOf(events));
  try {
    return await archiveFigures(ground, Math.min(events, Number(flags.read)));
  } finally {
    await ground.close();
  }
}

function bytesFigures(): readonly Figure[] {
  const all = opened.files.reduce((sum, { gzipped }) => sum + gzipped, 0);
  return [
    ...opened.files.map(({ path, bytes, gzipped }) => {
      const beside = `${(bytes / 1000).toFixed(1)} KB plain`;
      return { what: path.replace(/-[0-9a-f]{16}/, ''), value: gzipped / 1000, unit: 'KB' as const, beside };
    }),
    { what: 'all, gzipped', value: all / 1000, unit: 'KB', bar: BAR_KB },
  ];
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
