import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateMember, isEventLog, zipMembers } from './zip-members.ts';

export const ROOT: string = join(import.meta.dirname, '..');
/** Generated and unpacked files; nothing in it is kept under version control. */
export const OUT: string = join(import.meta.dirname, 'out');
/** Real captures, beside the checkout; absent on most machines. */
const CORPUS = join(ROOT, '..', 'shared', 'corpus', 'dev');
/** Has its own expected counts and is no part of any measure. */
const LEFT_OUT = 'evtx_edge_cases.zip';

/** The files that hold event logs of the corpus, or undefined when the corpus is not there. */
export function corpusPaths(): readonly string[] | undefined {
  if (!existsSync(CORPUS)) return undefined;
  return readdirSync(CORPUS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:evtx|zip)$/i.test(entry.name) && entry.name !== LEFT_OUT)
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isZip(path) || zipMembers(readFileSync(path)).some((member) => isLogName(member.name)))
    .sort();
}

function isZip(path: string): boolean {
  return /\.zip$/i.test(path);
}

function isLogName(name: string): boolean {
  return /\.evtx$/i.test(name);
}

/** Every event log in some loose files and archives, whole, one after another. */
export function* eventLogs(paths: readonly string[]): Generator<Buffer, void> {
  for (const path of paths) {
    const bytes = readFileSync(path);
    if (isZip(path)) {
      for (const member of zipMembers(bytes)) {
        if (!isLogName(member.name)) continue;
        const log = inflateMember(member);
        if (isEventLog(log)) yield log;
      }
    } else if (isEventLog(bytes)) {
      yield bytes;
    }
  }
}
