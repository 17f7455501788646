import { readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { archivedPosition } from '../archive/index.ts';
import { inspectJournal, lostOf, nodeDisk } from '../journal/index.ts';
import { inspectState, type Outcome, STATE_FILE, type StateReader } from '../state/index.ts';
import {
  ARCHIVE,
  ARCHIVE_NAMES,
  FORMATS,
  JOURNAL,
  JOURNAL_NAME,
  WRITTEN_FILES,
  WRITTEN_FOLDERS,
} from './data-parts.ts';
import { BACKUP_SCHEMA, type BackedUpFile, type BackupManifest, MANIFEST } from './manifest.ts';
import {
  below,
  copyPrivately,
  digestOf,
  filesIn,
  isEmptyPlace,
  isMissing,
  makePrivately,
  syncFolder,
  systemTrouble,
  writePrivately,
} from './private-copies.ts';
import { readNames, writtenFiles } from './written-files.ts';

export interface BackupRequest {
  /** The folder of the server, which may be running. */
  readonly folder: string;
  /** An empty or new folder outside of it. */
  readonly target: string;
  readonly version: string;
  /** RFC 3339, seven digits. */
  readonly created: string;
}

export type BackupOutcome =
  | { readonly kind: 'done'; readonly manifest: BackupManifest; readonly warnings: readonly string[] }
  /** `target`: the place is not fit; `source`: what is to be copied cannot be; `disk`: the copy failed. Nothing is left of it. */
  | { readonly kind: 'problem'; readonly code: 'target' | 'source' | 'disk'; readonly message: string };

/** Trouble that ends a backup, told to its caller as a value. */
class BackupError extends Error {
  readonly code: 'source' | 'disk';

  constructor(code: 'source' | 'disk', message: string) {
    super(message);
    this.code = code;
  }
}

/** Looks at a store whose server lets go of what was not copied yet. */
const MOST_TRIES = 3;

/**
 * Copies a store so that the copy starts as if the server had been killed at that moment: nothing acknowledged before is missing.
 * That holds by the order alone, whether a server runs or not. First the state, in one reading: its judged position is P. Then the
 * archive, which holds nothing that is not in the journal. The journal last: it holds all behind P, and whatever the archive has. Its newest
 * segment is copied first, for a server lets go of the oldest ones: what goes meanwhile leaves no hole.
 * What is unfinished at the end of its newest segment is cut at a start, as after a crash. A server that lets go of what the copied state has not judged, or the
 * copied archive does not hold, has overtaken the copy: it is begun anew, with a later P. Secrets of the machine (its token, a
 * first key, a first password) are not copied.
 */
export async function backUp(request: BackupRequest): Promise<BackupOutcome> {
  const { folder, target } = request;
  const unfit = await unfitTarget(folder, target);
  if (unfit !== undefined) return { kind: 'problem', code: 'target', message: unfit };
  const opened = inspectState(folder);
  if (opened.kind === 'problem') {
    const isNone = opened.code === 'missing';
    const message = isNone ? `There is no store in ${folder}.` : opened.message;
    return { kind: 'problem', code: 'source', message };
  }
  try {
    for (let left = MOST_TRIES - 1; ; left--) {
      const copied = await copyAll(request, opened.reader);
      if (copied.kind === 'done') return copied;
      if (left === 0) throw new BackupError('source', overtakenText(copied));
      await makeEmpty(target);
    }
  } catch (cause) {
    await rm(target, { recursive: true, force: true });
    if (cause instanceof BackupError) return { kind: 'problem', code: cause.code, message: cause.message };
    return { kind: 'problem', code: 'disk', message: systemTrouble(cause) };
  } finally {
    opened.reader.close();
  }
}

async function unfitTarget(folder: string, target: string): Promise<string | undefined> {
  const way = relative(resolve(folder), resolve(target));
  if (way === '' || !(way.startsWith('..') || resolve(way) === way)) {
    return `${target} lies in the folder that is to be copied.`;
  }
  try {
    return (await isEmptyPlace(target)) ? undefined : `${target} is not empty.`;
  } catch (cause) {
    return systemTrouble(cause);
  }
}

/** Batches that the server has judged, archived and let go of since state and archive were copied. */
interface Overtaken {
  readonly kind: 'overtaken';
  readonly from: number;
  readonly to: number;
}

function overtakenText({ from, to }: Overtaken): string {
  const what = `The server let go of batches ${from} to ${to} while the store was copied, ${MOST_TRIES} times in a row`;
  return `${what}: it has judged and archived them, but state and archive were copied before that. Free space on its disk or lengthen journal.keepTime, or stop the server, and begin again.`;
}

async function makeEmpty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

type Copied = Extract<BackupOutcome, { kind: 'done' }> | Overtaken;

async function copyAll(request: BackupRequest, reader: StateReader): Promise<Copied> {
  const { folder, target, version, created } = request;
  await makePrivately(target);
  const copier = new Copier(folder, target);
  const oldest = (await journalNames(folder)).find((name) => name.endsWith('.log'));
  const { storeId, judged } = await copier.state(reader);
  await copier.archive();
  await copier.journal();
  await copier.written();
  const warnings = [...copier.warnings];
  const judgedByNow = (): number => needed(reader.call('positions', null)).judged;
  const journal = await lookAtJournal(request, { storeId, judged, judgedByNow, oldest, warnings });
  if (typeof journal !== 'number') return journal;
  const manifest: BackupManifest = {
    schema: BACKUP_SCHEMA,
    version,
    created,
    formats: { state: reader.format, ...FORMATS },
    positions: { judged, durable: Math.max(judged, journal) },
    files: copier.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  for (const name of ['', JOURNAL, ARCHIVE, ...WRITTEN_FOLDERS]) {
    if (name === '' || copier.files.some(({ path }) => path.startsWith(`${name}/`)))
      await syncFolder(join(target, name));
  }
  await writePrivately(join(target, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  await syncFolder(target);
  return { kind: 'done', manifest, warnings };
}

class Copier {
  readonly files: BackedUpFile[] = [];
  readonly warnings: string[] = [];
  readonly #folder: string;
  readonly #target: string;

  constructor(folder: string, target: string) {
    this.#folder = folder;
    this.#target = target;
  }

  /** The state, in one reading; and whether the copy is whole. */
  async state(reader: StateReader): Promise<{ readonly storeId: Uint8Array; readonly judged: number }> {
    const path = join(this.#target, STATE_FILE);
    needed(await reader.copyTo(path));
    const opened = inspectState(this.#target, true);
    if (opened.kind === 'problem') throw new BackupError('source', opened.message);
    const { reader: copy } = opened;
    try {
      const { problems } = needed(copy.call('integrity', null));
      if (problems[0] !== undefined) throw new BackupError('source', `The state is damaged: ${problems[0]}.`);
      const { storeId } = needed(copy.call('identity', null));
      const { judged } = needed(copy.call('positions', null));
      this.files.push({ path: STATE_FILE, ...(await digestOf(path)) });
      return { storeId: Buffer.from(storeId, 'hex'), judged };
    } finally {
      copy.close();
    }
  }

  /** Kind by kind, so that filters are those of blocks that are copied after them. */
  async archive(): Promise<void> {
    for (const form of ARCHIVE_NAMES) {
      const names = (await filesIn(join(this.#folder, ARCHIVE))).filter((name) => form.test(name));
      if (names.length > 0) await makePrivately(join(this.#target, ARCHIVE));
      for (const name of names) await this.#copyOrTell(`${ARCHIVE}/${name}`);
    }
  }

  /** The newest segment first: of what is let go of meanwhile all that is older is missing too. */
  async journal(): Promise<void> {
    const names = await journalNames(this.#folder);
    if (names.length > 0) await makePrivately(join(this.#target, JOURNAL));
    for (const name of names.toReversed()) await this.#copy(`${JOURNAL}/${name}`);
  }

  /** What a person wrote: settings and pins, all that a server reads of them. Links are followed: the backup holds what they lead to. */
  async written(): Promise<void> {
    await this.#writtenIn('', WRITTEN_FILES);
    for (const part of WRITTEN_FOLDERS) await this.#writtenIn(part, await readNames(join(this.#folder, part)));
  }

  async #writtenIn(part: string, read: readonly string[]): Promise<void> {
    const { names, left } = await writtenFiles(join(this.#folder, part), read);
    this.warnings.push(...left);
    if (part !== '' && names.length > 0) await makePrivately(join(this.#target, part));
    for (const name of names) await this.#copyOrTell(part === '' ? name : `${part}/${name}`);
  }

  async #copyOrTell(path: string): Promise<void> {
    if (!(await this.#copy(path))) this.warnings.push(`${path} went while it was to be copied.`);
  }

  /** False for a file that went meanwhile: it was let go of. One that was set aside has another name by now. */
  async #copy(path: string): Promise<boolean> {
    const aside = path.replace(/\.log$/, '.aside');
    for (const name of aside === path ? [path] : [path, aside]) {
      try {
        this.files.push({ path: name, ...(await copyPrivately(below(this.#folder, name), below(this.#target, name))) });
        return true;
      } catch (cause) {
        if (!isMissing(cause)) throw cause;
      }
    }
    return false;
  }
}

/** Names of the segments of a store, the oldest first. */
async function journalNames(folder: string): Promise<readonly string[]> {
  return (await filesIn(join(folder, JOURNAL))).filter((name) => JOURNAL_NAME.test(name));
}

interface CopiedParts {
  readonly storeId: Uint8Array;
  /** Position up to which the copied state has judged. */
  readonly judged: number;
  /** The same of the state that was copied, as it is now. */
  readonly judgedByNow: () => number;
  /** Name of the oldest segment that may be let go of, before anything was copied. */
  readonly oldest: string | undefined;
  readonly warnings: string[];
}

/** The last position of the copied journal. What it lacks of what is not judged yet makes the copy worthless. */
async function lookAtJournal({ folder, target }: BackupRequest, copied: CopiedParts): Promise<number | Overtaken> {
  const { storeId, judged, judgedByNow, oldest, warnings } = copied;
  const place = join(target, JOURNAL);
  if ((await filesIn(place)).length === 0) return 0;
  const journal = await inspectJournal({ folder: place, disk: nodeDisk, storeId });
  if (journal.kind === 'problem') throw new BackupError('source', journal.text);
  const first = journal.first === 0 ? (journal.segments.at(-1)?.first ?? 0) : journal.first;
  // A segment that is set aside stays at the head when newer ones are let go of: what goes is a gap then.
  const holes = [{ from: 1, to: first - 1 }, ...journal.gaps].filter(({ from, to }) => to >= from);
  const ahead = holes.filter(({ to }) => to > judged);
  const last = ahead.at(-1)?.to ?? 0;
  // A store that nobody changes has judged no more than its copy.
  if (last > judged && judgedByNow() >= last) {
    return { kind: 'overtaken', from: Math.max(judged + 1, ahead[0]?.from ?? 0), to: last };
  }
  if (first - 1 > judged) {
    throw new BackupError(
      'source',
      `The journal lacks batches ${judged + 1} to ${first - 1}, which are not judged yet.`,
    );
  }
  const from = oldest === undefined ? first : Number(/\d{16}/.exec(oldest)?.[0]);
  const left = journal.segments.find(({ state }) => state !== 'aside' && state !== 'gone')?.first ?? first;
  const to = Math.max(0, ...holes.map((hole) => hole.to).filter((hole) => hole < left));
  if (from <= to) {
    // Let go of since the copy began: then the archive has them, where the server keeps one. Batches without events move no block of it.
    const archived = await archivedIn(target, storeId);
    const isLacking = archived < to && (await archivedIn(folder, storeId)) > archived;
    if (isLacking) return { kind: 'overtaken', from: Math.max(from, archived + 1), to };
  }
  for (const gap of lostOf(journal, judged)) warnings.push(`The journal has lost batches ${gap.from} to ${gap.to}.`);
  for (const { name, state } of journal.segments) {
    if (state === 'damaged' || state === 'aside')
      warnings.push(`${JOURNAL}/${name} is damaged; it is copied as it is.`);
  }
  return journal.last;
}

async function archivedIn(store: string, storeId: Uint8Array): Promise<number> {
  const folder = join(store, ARCHIVE);
  return (await filesIn(folder)).length === 0 ? 0 : archivedPosition(folder, storeId);
}

function needed<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'done') return outcome.value;
  throw new BackupError('source', outcome.message);
}
