/**
 * Entry of a measured process: the least that reading event logs from archives can cost. Inflates every log and walks its
 * records (magic, size, id), nothing else. Prints one line of JSON.
 */
import { corpusPaths, eventLogs } from '../corpus.ts';
import { walkLog } from '../evtx/tasks.ts';

export interface BareReport {
  readonly inflateMs: number;
  readonly walkMs: number;
  readonly logs: number;
  readonly bytes: number;
  readonly records: number;
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

let inflateMs = 0;
let walkMs = 0;
let logs = 0;
let bytes = 0;
let records = 0;
let before = cpuMs();
for (const log of eventLogs(corpusPaths() ?? [])) {
  const inflated = cpuMs();
  inflateMs += inflated - before;
  records += walkLog(log);
  before = cpuMs();
  walkMs += before - inflated;
  logs++;
  bytes += log.length;
}
const report: BareReport = { inflateMs, walkMs, logs, bytes, records };
process.stdout.write(`${JSON.stringify(report)}\n`);
