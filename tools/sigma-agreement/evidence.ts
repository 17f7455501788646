import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inflateMember, zipMembers } from '../../bench/zip-members.ts';
import { eventOfCase } from '../../src/rules/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { casesOf, packFiles } from '../rules/pack-files.ts';
import { readLog, readRecords } from '../rules/read-records.ts';

/** Takes an event, valid during the call, and says where it stands. */
export type OnEvent = (event: Event, where: string) => void;

/** Kinds of evidence with the count of their events. */
export interface EvidenceCounts {
  readonly regressions: number;
  readonly cases: number;
  readonly captures: number;
}

/**
 * Every event that both sides may be asked about: SigmaHQ's regression cases, the cases of the pack, and every record of the real
 * captures. Those that stand in a small set come first, so that a bound on later ones leaves them in.
 */
export async function eachEvidence(corpus: string, each: OnEvent): Promise<EvidenceCounts> {
  let regressions = 0;
  for (const member of zipMembers(readFileSync(join(corpus, 'sigmahq', 'all_regression_cases.zip')))) {
    if (!member.name.endsWith('.evtx')) continue;
    const name = member.name.split('/').at(-1) ?? member.name;
    readLog(name, inflateMember(member), (event) => {
      regressions++;
      each(event, `${name} record ${event.recordId}`);
    });
  }
  let cases = 0;
  for (const file of packFiles()) {
    for (const one of await casesOf(file)) {
      for (const [at, event] of one.events.entries()) {
        cases++;
        each(eventOfCase(event, at + 1), `${file.name}.cases.yml "${one.name}"`);
      }
    }
  }
  const dev = join(corpus, 'dev');
  let captures = 0;
  for (const path of capturePaths(dev)) {
    await readRecords(dev, path, (event) => {
      captures++;
      const { line } = event.place;
      each(event, `${path} ${line === undefined ? `record ${event.recordId}` : `line ${line}`}`);
    });
  }
  return { regressions, cases, captures };
}

/** Logs and texts of the captures, sorted; slices of others and repositories are left out. */
function capturePaths(dev: string): readonly string[] {
  return readdirSync(dev, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:evtx|zip|log|jsonl)$/.test(entry.name))
    .map((entry) => relative(dev, join(entry.parentPath, entry.name)))
    .filter((path) => path.includes('/') && !/_wbem\.zip$|\/slices\//.test(path))
    .sort();
}
