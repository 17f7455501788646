/** `decode-task.ts json|evtx read|match ROUNDS`: real captures from their bytes, alone and with all rules tried on each event. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TextReader } from '../../src/shapes/index.ts';
import { EventMatcher } from '../../src/taxonomy/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { CORPUS, hostArchives, logsInZip } from '../../test/evtx/corpus.ts';
import { eachRecord } from '../../test/sigma/corpus-events.ts';
import { membersOf } from '../../test/sigma/sigmahq.ts';
import { compiledWindowsRules } from './rule-sets.ts';

export interface DecodeReport {
  readonly events: number;
  readonly bytes: number;
  readonly hits: number;
  /** CPU seconds. */
  readonly rounds: readonly number[];
}

const [shape, way, rounds = '3'] = process.argv.slice(2);
const inputs: readonly (readonly [string, Uint8Array])[] =
  shape === 'json'
    ? jsonMembers()
    : hostArchives()
        .slice(0, 1)
        .flatMap((path) => [...logsInZip(path)]);

/** The smallest archive of lines of JSON. */
function jsonMembers(): readonly (readonly [string, Uint8Array])[] {
  const folder = join(CORPUS, 'json');
  const archives = readdirSync(folder).filter((name) => name.endsWith('.zip'));
  const size = (name: string): number => statSync(join(folder, name)).size;
  const [least] = archives.toSorted((a, b) => size(a) - size(b));
  return least === undefined ? [] : [...membersOf(join(folder, least))];
}

const matcher = way === 'match' ? new EventMatcher(compiledWindowsRules()) : undefined;
let events = 0;
let hits = 0;
const each = (event: Event): void => {
  events++;
  hits += matcher?.match(event).length ?? 0;
};
const times: number[] = [];
for (let round = 0; round < Number(rounds); round++) {
  events = 0;
  hits = 0;
  const start = process.cpuUsage();
  for (const [name, bytes] of inputs) {
    if (shape === 'json') {
      const reader = new TextReader({ source: { file: name } });
      reader.push(bytes, { onEvent: each });
      reader.end({ onEvent: each });
    } else eachRecord(bytes, name, each);
  }
  const { user, system } = process.cpuUsage(start);
  times.push((user + system) / 1e6);
}
const bytes = inputs.reduce((sum, [, one]) => sum + one.length, 0);
process.stdout.write(`${JSON.stringify({ events, bytes, hits, rounds: times } satisfies DecodeReport)}\n`);
