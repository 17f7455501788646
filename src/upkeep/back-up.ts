import { readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { inspectJournal, nodeDisk } from '../journal/index.ts';
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
 * archive, which holds nothing that is not in the journal. The journal last: it holds all behind P, and whatever the archive has.
 * What is unfinished at the end of its newest segment is cut at a start, as after a crash. A server that judges and archives what is behind P, and lets go of it before
 * it is copied, has overtaken the copy: it is begun anew, with a later P. Secrets of the machine (its token, a
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

/** Batches that the server has judged, archived and let go of since the state was copied. */
interface Overtaken {
  readonly kind: 'overtaken';
  readonly from: number;
  readonly to: number;
}

function overtakenText({ from, to }: Overtaken): string {
  const what = `The server let go of batches ${from} to ${to} while the store was copied, ${MOST_TRIES} times in a row`;
  return `${what}: it has archived them, but the copied state does not know that. Free space on its disk or lengthen journal.keepTime, or stop the server, and begin again.`;
}

async function makeEmpty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
}

type Copied = Extract<BackupOutcome, { kind: 'done' }> | Overtaken;

async function copyAll(request: BackupRequest, reader: StateReader): Promise<Copied> {
  const { folder, target, version, created } = request;
  await makePrivately(target);
  const copier = new Copier(folder, target);
  const { storeId, judged } = await copier.state(reader);
  await copier.archive();
  await copier.folder(JOURNAL, [JOURNAL_NAME]);
  await copier.written();
  const warnings = [...copier.warnings];
  const judgedByNow = (): number => needed(reader.call('positions', null)).judged;
  const journal = await lookAtJournal(join(target, JOURNAL), { storeId, judged, judgedByNow, warnings });
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
    for (const name of ARCHIVE_NAMES) await this.folder(ARCHIVE, [name]);
  }

  /** The files of a folder with such names, in the order of their names. */
  async folder(part: string, names: readonly RegExp[]): Promise<void> {
    const found = (await filesIn(join(this.#folder, part))).filter((name) => names.some((form) => form.test(name)));
    if (found.length > 0) await makePrivately(join(this.#target, part));
    for (const name of found) await this.#copy(`${part}/${name}`);
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
    for (const name of names) await this.#copy(part === '' ? name : `${part}/${name}`);
  }

  /** A file that goes meanwhile was let go of by retention, or set aside and has another name by now. */
  async #copy(path: string): Promise<void> {
    const aside = path.replace(/\.log$/, '.aside');
    for (const name of aside === path ? [path] : [path, aside]) {
      try {
        this.files.push({ path: name, ...(await copyPrivately(below(this.#folder, name), below(this.#target, name))) });
        return;
      } catch (cause) {
        if (!isMissing(cause)) throw cause;
      }
    }
    this.warnings.push(`${path} went while it was to be copied.`);
  }
}

interface CopiedJournal {
  readonly storeId: Uint8Array;
  /** Position up to which the copied state has judged. */
  readonly judged: number;
  /** The same of the state that was copied, as it is now. */
  readonly judgedByNow: () => number;
  readonly warnings: string[];
}

/** The last position of the copied journal. What it lacks of what is not judged yet makes the copy worthless. */
async function lookAtJournal(folder: string, copied: CopiedJournal): Promise<number | Overtaken> {
  const { storeId, judged, judgedByNow, warnings } = copied;
  if ((await filesIn(folder)).length === 0) return 0;
  const journal = await inspectJournal({ folder, disk: nodeDisk, storeId });
  if (journal.kind === 'problem') throw new BackupError('source', journal.text);
  const lacking = { from: judged + 1, to: journal.first - 1 };
  const isHeadLacking = lacking.to >= lacking.from;
  const gaps = journal.gaps.filter(({ to }) => to > judged);
  // A store that nobody changes has judged no more than its copy.
  const last = Math.max(0, ...(isHeadLacking ? [lacking.to] : []), ...gaps.map(({ to }) => to));
  if (last > judged && judgedByNow() >= last) {
    return {
      kind: 'overtaken',
      from: isHeadLacking ? lacking.from : Math.max(judged + 1, gaps[0]?.from ?? 0),
      to: last,
    };
  }
  if (isHeadLacking) {
    const message = `The journal lacks batches ${lacking.from} to ${lacking.to}, which are not judged yet.`;
    throw new BackupError('source', message);
  }
  for (const { from, to } of journal.gaps) warnings.push(`The journal has lost batches ${from} to ${to}.`);
  for (const { name, state } of journal.segments) {
    if (state === 'damaged' || state === 'aside')
      warnings.push(`${JOURNAL}/${name} is damaged; it is copied as it is.`);
  }
  return journal.last;
}

function needed<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'done') return outcome.value;
  throw new BackupError('source', outcome.message);
}
