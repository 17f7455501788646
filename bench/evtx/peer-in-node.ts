/** Entry of a process that runs a JavaScript peer over a file: `node peer-in-node.ts NAME FOLDER FILE`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Winevtx {
  parseEvtxFile(bytes: Buffer): Iterable<{ readonly event: unknown }>;
}

interface TsEvtx {
  readonly EvtxFile: { openSync(path: string): { records(): Iterable<{ renderXml(): string }> } };
}

const [name, folder, path] = process.argv.slice(2);
if (name === undefined || folder === undefined || path === undefined) throw new Error('usage: NAME FOLDER FILE');
const peer: unknown = await import(pathToFileURL(join(folder, 'dist', 'index.js')).href);
const before = process.cpuUsage();
let records = 0;
if (name === 'winevtx') {
  for (const record of (peer as Winevtx).parseEvtxFile(readFileSync(path))) if (record.event !== undefined) records++;
} else {
  for (const record of (peer as TsEvtx).EvtxFile.openSync(path).records()) if (record.renderXml() !== '') records++;
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(`\n${JSON.stringify({ cpuS: (user + system) / 1e6, records })}\n`);
