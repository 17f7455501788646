import { done } from '../disk/index.ts';
import { addBatches, type Batch, type BatchVerdict, batchProblem } from './batches.ts';
import { applyFound } from './found/apply-found.ts';
import { type FoundVerdict, type FoundWrite, foundProblem } from './found/writes.ts';
import { applyHosts } from './hosts/apply-hosts.ts';
import type { HostVerdict, HostWrite } from './hosts/writes.ts';
import { applyIncidents } from './incidents/apply.ts';
import { type IncidentVerdict, type IncidentWrite, incidentProblem } from './incidents/writes.ts';
import { addDeadLetters, type NewDeadLetter } from './letter-room.ts';
import { type Desk, type Operation, reads, writes } from './operation.ts';
import { beforeStep, tellSinks } from './outbox/tell.ts';
import { type Outcome, refused } from './outcome.ts';
import { addWatchedPieces, type WatchedPiece } from './watched-files.ts';

/** One thing that the reader behind the answer learnt, or that a judgement changed. */
export type StepWrite =
  | ({ readonly kind: 'batch' } & Batch)
  | ({ readonly kind: 'deadLetter' } & NewDeadLetter)
  | ({ readonly kind: 'watchedPiece' } & WatchedPiece)
  | IncidentWrite
  | FoundWrite
  | HostWrite;

/** What belongs together: the position moves with all that it stands for, in one transaction (ADR 0017). */
export interface Step {
  /** Every frame up to this one has been judged. */
  readonly judged: number;
  /** Where a replay would start; left out when it has not moved. */
  readonly snapshot?: number;
  /** When it is handed over, Unix milliseconds: what it tells for the first time can be seen from then on. Where left out, from when it was found. */
  readonly atMs?: number;
  readonly writes: readonly StepWrite[];
}

export interface StepResult {
  readonly batches: readonly BatchVerdict[];
  /** Dead letters that were new, and letters that went to keep the bounds. */
  readonly deadLetters: number;
  readonly dropped: number;
  /** What became of each incident; the ids of those that went to keep the bounds, and how many of them were open. */
  readonly incidents: readonly IncidentVerdict[];
  readonly droppedIncidents: readonly string[];
  readonly droppedOpenIncidents: number;
  /** The same of findings and subscriptions; those that went are counted. */
  readonly found: readonly FoundVerdict[];
  readonly droppedFound: number;
  /** Hosts that came or went, or of which something else could not be seen; and how many computers went to keep the bounds. */
  readonly hosts: readonly HostVerdict[];
  readonly droppedComputers: number;
}

export interface Positions {
  /** Both are 0 when nothing has been judged. */
  readonly judged: number;
  readonly snapshot: number;
}

/**
 * Commits a step. The same step again changes nothing and says so (`known`): after a failure of the disk its outcome is not known, and the caller
 * repeats it. A position or a version of an incident that would move backwards is refused, with everything that came with it.
 */
export const commit: Operation<Step, StepResult> = writes((desk, step) => {
  const problem = stepProblem(step);
  if (problem !== undefined) return refused('invalid', `The step is wrong: ${problem}.`);
  const judgedBefore = positionsOf(desk).judged;
  const moved = movePosition(desk, step);
  if (moved.kind === 'refused') return moved;
  const batches = addBatches(desk, ofKind(step, 'batch'));
  const { added, dropped } = addDeadLetters(desk, ofKind(step, 'deadLetter'));
  // A step that is repeated moved its position before: what it adds up is not added again.
  if (moved.value.isNew) addWatchedPieces(desk, ofKind(step, 'watchedPiece'));
  const ofIncidents = step.writes.filter(isOfIncident);
  const before = beforeStep(desk, ofIncidents);
  const applied = applyIncidents(desk, ofIncidents, step.atMs);
  if (applied.kind === 'refused') return applied;
  tellSinks(desk, before);
  const { incidents, dropped: gone } = applied.value;
  const { found, dropped: droppedFound } = applyFound(desk, step.writes.filter(isFound));
  const { hosts, dropped: droppedComputers } = applyHosts(desk, step.writes.filter(isOfHosts), judgedBefore);
  return done({
    batches,
    deadLetters: added,
    dropped,
    incidents,
    droppedIncidents: gone.ids,
    droppedOpenIncidents: gone.open,
    found,
    droppedFound,
    hosts,
    droppedComputers,
  });
});

export const positions: Operation<null, Positions> = reads((desk) => done(positionsOf(desk)));

function movePosition(desk: Desk, { judged, snapshot }: Step): Outcome<{ readonly isNew: boolean }> {
  const before = positionsOf(desk);
  const to = snapshot ?? before.snapshot;
  if (judged < before.judged || to < before.snapshot) {
    const words = `judged ${judged} after ${before.judged}, snapshot ${to} after ${before.snapshot}`;
    return refused('backwards', `A position does not move backwards: ${words}.`);
  }
  desk.database.run('UPDATE position SET judged = ?, snapshot = ?', judged, to);
  return done({ isNew: judged > before.judged });
}

function positionsOf({ database }: Desk): Positions {
  return { judged: 0, snapshot: 0, ...database.get<Positions>('SELECT judged, snapshot FROM position') };
}

function stepProblem(step: Step): string | undefined {
  const { judged, snapshot = 0 } = step;
  const isWhole = Number.isSafeInteger(judged) && Number.isSafeInteger(snapshot) && judged >= 0 && snapshot >= 0;
  if (!isWhole) return 'a position is a whole number from 0';
  if (snapshot > judged) return `the snapshot ${snapshot} lies behind the judged position ${judged}`;
  for (const write of step.writes) {
    const told = isOfIncident(write) ? incidentProblem(write) : isFound(write) ? foundProblem(write) : undefined;
    if (told !== undefined) return told;
    if (!('position' in write)) continue;
    if (!Number.isSafeInteger(write.position) || write.position < 1) return `there is no position ${write.position}`;
    if (write.position > judged) return `position ${write.position} lies behind the judged position ${judged}`;
    const problem = write.kind === 'batch' ? batchProblem(write) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function ofKind<Kind extends StepWrite['kind']>(step: Step, kind: Kind): readonly Extract<StepWrite, { kind: Kind }>[] {
  return step.writes.filter((write): write is Extract<StepWrite, { kind: Kind }> => write.kind === kind);
}

const OF_INCIDENTS: ReadonlySet<StepWrite['kind']> = new Set<IncidentWrite['kind']>([
  'incident',
  'incidentMerged',
  'incidentWithdrawn',
  'incidentFinal',
]);
const OF_FOUND: ReadonlySet<StepWrite['kind']> = new Set<FoundWrite['kind']>(['found', 'foundWithdrawn', 'foundFinal']);
const OF_HOSTS: ReadonlySet<StepWrite['kind']> = new Set<HostWrite['kind']>(['coverage', 'hostName', 'hostGaps']);

function isOfIncident(write: StepWrite): write is IncidentWrite {
  return OF_INCIDENTS.has(write.kind);
}

function isFound(write: StepWrite): write is FoundWrite {
  return OF_FOUND.has(write.kind);
}

function isOfHosts(write: StepWrite): write is HostWrite {
  return OF_HOSTS.has(write.kind);
}
