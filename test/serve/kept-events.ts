import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { nodeDisk, openJournal } from '../../src/journal/index.ts';
import { readEnvelope, textOf } from '../../src/receive/index.ts';
import { openState, type State } from '../../src/state/index.ts';
import { archivedEvents } from './archived-events.ts';
import { type MadeBatch, recordIdOf } from './load-sender.ts';

/** What lies in the folder of a server that has ended. */
export interface KeptEvents {
  /** Texts of all events of all frames, in their order. */
  readonly events: readonly string[];
  readonly positions: number;
  readonly judged: number;
  /** `position/item` of every dead letter. */
  readonly letters: ReadonlySet<string>;
  /** The same of every event that no reader knows. */
  readonly unreadable: ReadonlySet<string>;
  /** Texts of the events that can be read, by `position/item`. */
  readonly readable: ReadonlyMap<string, string>;
  /** The same of the archive. */
  readonly archived: ReadonlyMap<string, string>;
}

/** Reads journal and state of a folder; asserts that positions have no holes and every frame is a batch. */
export async function keptEvents(folder: string): Promise<KeptEvents> {
  const opened = await openState(folder, { nowMs: Date.now(), pid: process.pid, random: randomBytes });
  if (opened.kind === 'problem') assert.fail(opened.message);
  const { state } = opened;
  const identity = await state.call('identity', null);
  const positions = await state.call('positions', null);
  assert.ok(identity.kind === 'done' && positions.kind === 'done');
  const letters = await lettersOf(state);
  await state.close();
  const storeId = Buffer.from(identity.value.storeId, 'hex');
  const frames = await framesOf(join(folder, 'journal'), storeId);
  const archived = await archivedEvents(folder, storeId);
  return { ...frames, judged: positions.value.judged, letters, archived };
}

async function lettersOf(state: State): Promise<ReadonlySet<string>> {
  const letters = new Set<string>();
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await state.call('listDeadLetters', { limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind === 'refused') assert.fail(page.message);
    for (const { position, item } of page.value.rows) letters.add(`${position}/${item}`);
    cursor = page.value.next ?? undefined;
  }
  return letters;
}

async function framesOf(
  folder: string,
  storeId: Uint8Array,
): Promise<Pick<KeptEvents, 'events' | 'positions' | 'unreadable' | 'readable'>> {
  const limits = { reserveBytes: 0 };
  const opened = await openJournal({ folder, disk: nodeDisk, nowMs: Date.now, storeId, limits });
  if (opened.kind === 'problem') assert.fail(opened.problem.text);
  const { journal } = opened;
  const { setAside, gaps } = journal.health();
  assert.deepEqual({ setAside, gaps }, { setAside: [], gaps: [] });
  await journal.close();
  const events: string[] = [];
  const unreadable = new Set<string>();
  const readable = new Map<string, string>();
  let positions = 0;
  for await (const { position, payload } of journal.read(1)) {
    assert.equal(position, ++positions, 'positions have no holes');
    const envelope = readEnvelope(payload);
    if (envelope.kind === 'problem') assert.fail(envelope.reason);
    const batch = textOf(envelope.protocol, envelope.body);
    if (batch.kind === 'refused') assert.fail(batch.reason);
    for (const [item, { start, end }] of batch.framing.items.entries()) {
      const event = Buffer.from(envelope.body.subarray(start, end)).toString();
      if (event.includes('"unreadable"')) unreadable.add(`${position}/${item}`);
      else readable.set(`${position}/${item}`, event);
      events.push(event);
    }
  }
  return { events, positions, unreadable, readable };
}

/** The archive holds what the journal holds and can be read: each event once, in the bytes that came (L24). */
export function assertArchived({ readable, archived }: KeptEvents): void {
  assert.equal(archived.size, readable.size, 'as many events are archived as can be read');
  for (const [place, event] of readable) assert.equal(archived.get(place), event, `${place} is archived as it came`);
}

/** Each event of these batches is kept, and no event of any batch is kept twice. */
export function assertOnce({ events }: KeptEvents, acknowledged: readonly MadeBatch[]): void {
  const kept = new Map<number, string>();
  for (const event of events) {
    const id = recordIdOf(event);
    assert.ok(!kept.has(id), `${id} is kept twice`);
    kept.set(id, event);
  }
  for (const batch of acknowledged) {
    for (const event of batch.events) {
      assert.equal(kept.get(recordIdOf(event)), event, `${recordIdOf(event)} was acknowledged`);
    }
  }
}
