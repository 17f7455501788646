import { join } from 'node:path';
import { type InspectedArchiveSegment, inspectArchive } from '../archive/index.ts';
import { inspectJournal, lostOf, nodeDisk } from '../journal/index.ts';
import { inspectState, STATE_FORMAT, type StateReader } from '../state/index.ts';
import { checkPeople } from './check-people.ts';
import { ARCHIVE, JOURNAL } from './data-parts.ts';
import { type Check, fail, ok, warn } from './finding.ts';
import { filesIn } from './private-copies.ts';

export interface StoreRequest {
  readonly folder: string;
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** Leaves out what reads every byte. */
  readonly isQuick: boolean;
}

/** State, journal, archive, keys, senders and dead letters of a folder; nothing is changed, whether a server runs or not. */
export async function checkStore(request: StoreRequest): Promise<readonly Check[]> {
  const opened = inspectState(request.folder);
  if (opened.kind === 'problem') {
    if (opened.code === 'missing') return [ok('state', 'There is no store yet; the first start makes it.')];
    const action = opened.code === 'newer' ? 'Use that version, or one after it.' : 'Restore a backup: triad restore.';
    return [fail('state', opened.message, action)];
  }
  const { reader } = opened;
  try {
    const checks = [checkState(reader, request.isQuick)];
    const identity = reader.call('identity', null);
    if (identity.kind === 'refused') return checks;
    const storeId = Buffer.from(identity.value.storeId, 'hex');
    if (!request.isQuick) {
      checks.push(await checkJournal(join(request.folder, JOURNAL), storeId, reader));
      checks.push(...(await checkArchive(join(request.folder, ARCHIVE), storeId)));
    }
    return reader.isCurrent ? [...checks, ...checkPeople(reader, request.nowMs)] : checks;
  } finally {
    reader.close();
  }
}

function checkState(reader: StateReader, isQuick: boolean): Check {
  const which = reader.isCurrent
    ? `format ${reader.format}`
    : `format ${reader.format}, brought to ${STATE_FORMAT} by the next start`;
  if (isQuick) return ok('state', `The state opens (${which}).`);
  const found = reader.call('integrity', null);
  const restore = 'Stop the server and restore a backup: triad restore.';
  if (found.kind === 'refused') return fail('state', found.message, restore);
  const [problem] = found.value.problems;
  if (problem !== undefined) return fail('state', `The state is damaged: ${problem}.`, restore);
  return ok('state', `The state is whole (${which}).`);
}

async function checkJournal(folder: string, storeId: Uint8Array, reader: StateReader): Promise<Check> {
  if ((await filesIn(folder)).length === 0) return ok('journal', 'The journal is empty.');
  const journal = await inspectJournal({ folder, disk: nodeDisk, storeId });
  if (journal.kind === 'problem') return fail('journal', journal.text, 'Give each store a folder of its own.');
  // Asked for behind it: what was judged while the segments were read, and let go of, is not lost.
  const positions = reader.call('positions', null);
  if (positions.kind === 'refused') return fail('journal', positions.message, 'Look at the state first.');
  const { judged } = positions.value;
  const { segments, first, last } = journal;
  const broken = segments.filter(({ state }) => state === 'damaged' || state === 'aside').map(({ name }) => name);
  const lost = first > judged + 1 ? [{ from: judged + 1, to: first - 1 }] : lostOf(journal, judged);
  if (lost.length > 0) {
    const spans = lost.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');
    return fail('journal', `Batches ${spans} are lost.`, 'Look at the disk; a backup may hold them.');
  }
  if (broken.length > 0) {
    const action = 'What verifies is read; look at the disk. A backup may hold the rest.';
    return fail('journal', `${broken.join(', ')} does not verify throughout.`, action);
  }
  const behind = last > judged ? `, ${last - judged} not judged yet` : '';
  return ok('journal', `${segments.length} segments verify: batches ${first} to ${last}${behind}.`);
}

async function checkArchive(folder: string, storeId: Uint8Array): Promise<readonly Check[]> {
  if ((await filesIn(folder)).length === 0) return [];
  const archive = inspectArchive(folder, storeId);
  if (archive.kind === 'problem') return [fail('archive', archive.text, 'Give each store a folder of its own.')];
  const { segments } = archive;
  const damaged = segments.filter(({ damagedBytes }) => damagedBytes > 0);
  const sum = (of: (one: InspectedArchiveSegment) => number): number =>
    segments.reduce((total, one) => total + of(one), 0);
  if (damaged.length > 0) {
    const bytes = sum(({ damagedBytes }) => damagedBytes);
    const text = `${damaged[0]?.name}: ${bytes} bytes do not verify, in ${damaged.length} segments.`;
    return [warn('archive', text, 'The events in them are lost for searches; look at the disk.')];
  }
  return [ok('archive', `${segments.length} segments verify: ${sum(({ entries }) => entries)} events.`)];
}
