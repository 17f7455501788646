import type { Act, Entities, Join, ProcessNode } from '../entities/index.ts';
import { type Evidence, fileNameOf, imageTail, isForgeable, scriptLoadOf } from '../windows/index.ts';
import type { ProcessCase } from './process-case.ts';
import type { Bench } from './watch.ts';
import { inSentence } from './wording.ts';

/** What a process did, as headlines say it and as findings cite it. */

/** Acts that one headline names. */
const MAX_NAMED = 2;
/** Records of acts that one finding cites. */
const MAX_CITED = 32;

/** The process of a case in the tree; undefined where it has neither ProcessGuid nor process id. */
export function nodeOfCase(entities: Entities, process: ProcessCase): ProcessNode | undefined {
  const { host, guid, pid, image, startMs } = process;
  return entities.processTree.at(host, { guid, pid, image }, startMs);
}

/** True for a connection that the process opened itself, or the look-up of a name. */
export function isNetwork(act: Act): boolean {
  return act.kind === 'lookup' || (act.kind === 'connection' && act.isOutbound);
}

/** True where the .NET runtime was loaded. */
export function isClrLoad(act: Act): boolean {
  return act.kind === 'load' && scriptLoadOf(act.path) === 'clr';
}

/** "connected to 203.0.113.5:443", "loaded the .NET runtime (clr.dll)". */
function wordOf(act: Act): string {
  switch (act.kind) {
    case 'connection':
      return act.isOutbound ? `connected to ${endpoint(act)}` : `was called from ${act.address}`;
    case 'lookup':
      return `looked up ${inSentence(act.name)}`;
    case 'load':
      return isClrLoad(act) ? 'loaded the .NET runtime' : `loaded ${inSentence(imageTail(act.path))}`;
    case 'file':
      return `wrote ${inSentence(fileNameOf(act.path))}`;
    case 'pipe':
      return `${act.isCreated ? 'made' : 'opened'} the pipe ${inSentence(act.path)}`;
    case 'access':
      return `opened ${inSentence(fileNameOf(act.target))} to read its memory`;
  }
}

export function endpoint({ address, port }: Extract<Act, { kind: 'connection' }>): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function rankOf(act: Act): number {
  if (act.kind === 'access') return 0;
  if (act.kind === 'connection') return act.isOutbound ? 1 : 3;
  if (isClrLoad(act)) return 2;
  return act.kind === 'lookup' ? 4 : 5;
}

/** "; it connected to 203.0.113.5:80 and loaded the .NET runtime": what says most first; '' for nothing. */
export function actsWords(acts: readonly Act[]): string {
  const ordered = acts.toSorted((a, b) => rankOf(a) - rankOf(b));
  const words = [...new Set(ordered.map(wordOf))];
  const named = words.slice(0, MAX_NAMED).join(' and ');
  return named === '' ? '' : `; it ${named}`;
}

/** The records of acts, what says most first. */
export function actsEvidence(acts: readonly Act[], { entities }: Bench): readonly Evidence[] {
  return acts
    .toSorted((a, b) => rankOf(a) - rankOf(b))
    .flatMap(({ events }) => events)
    .slice(0, MAX_CITED)
    .flatMap((event) => entities.cite(event));
}

/** J22: the records of these acts are about this process. */
export function sameProcessJoin(node: ProcessNode, acts: readonly Act[], evidence: readonly Evidence[]): Join {
  const who = inSentence(imageTail(node.image));
  const by = node.guid === undefined ? `process id ${node.pid} within the life of ${who}` : `ProcessGuid of ${who}`;
  // What only text tells that anybody can write is at most strong (SETTLED B16).
  const isForged = [...node.events, ...acts.flatMap(({ events }) => events)].some(isForgeable);
  return {
    join: 'J22',
    strength: isForged ? 'strong' : 'exact',
    text: `what it did is told by records with the ${by}`,
    rivals: 0,
    evidence,
  };
}
