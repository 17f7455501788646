import type { Anomaly, Instant, Source } from '../windows/index.ts';
import { AnomalyList, describeIoError } from './anomalies.ts';
import { expandPattern } from './expand-pattern.ts';
import type { FilePort, FileStat } from './file-port.ts';
import type { IsAudit } from './kept-role.ts';
import { type NotRead, NotReadTally } from './not-read.ts';
import { hasGlob, joinPath, nearestNames, rootOf, segmentsOf, spellings } from './path-text.ts';
import { type InputKind, isNamedLog, isReadable, RECOGNISED_BYTES, recognise } from './recognise.ts';

/** One file of evidence on disk. */
export interface Input {
  /** `file` is the path as given or found; never a member of an archive. */
  readonly source: Source;
  readonly kind: InputKind;
  readonly bytes: number;
  readonly modified: Instant;
}

/** Something wrong with what was asked for; nothing is read then (exit 2, PRODUCT 5). */
export interface PathProblem {
  readonly code: 'TRIAD-E-ARG-NOTHING-FOUND';
  readonly path: string;
  /** What is wrong, and what is there instead. */
  readonly message: string;
  /** Paths that exist and look like the missing one, best first. */
  readonly nearest: readonly string[];
}

export interface FoundInputs {
  /** Every recognised file in code unit order of its path; `isReadable(kind)` tells which can be read. */
  readonly inputs: readonly Input[];
  /** Sum of the sizes of the readable ones: the whole of the progress. */
  readonly readableBytes: number;
  readonly problems: readonly PathProblem[];
  readonly anomalies: readonly Anomaly[];
  readonly notRead: readonly NotRead[];
}

export interface FindOptions {
  readonly maxFiles?: number;
  readonly maxDepth?: number;
  /** Tells an audit of live subscriptions by its start and name. Default: nothing is one. */
  readonly isAudit?: IsAudit;
}

/** Files looked at in one run. */
export const MAX_FILES = 1_000_000;
/** Folders inside folders. */
export const MAX_DEPTH = 256;
/** Files opened at the same time for recognition: hides the latency of slow disks. */
const OPEN_AT_ONCE = 16;
/** `.evtx` files without a known start are searched so far (EVTX 1.1). */
export const SCANNED_BYTES = 1_048_576;

interface Found {
  readonly path: string;
  readonly stat: FileStat;
}

/**
 * Finds and recognises the files that paths name: files, folders (all that is below, links not followed) and patterns.
 * The result does not depend on the order of the paths (L7): one real file is listed once, under its shortest path.
 */
export async function findInputs(
  paths: readonly string[],
  port: FilePort,
  options: FindOptions = {},
): Promise<FoundInputs> {
  const search = new Search(port, options);
  for (const path of [...paths].sort(byCodeUnits)) await search.addArgument(path);
  const files = search.files();
  const inputs: Input[] = [];
  const notRead = new NotReadTally();
  for (let i = 0; i < files.length; i += OPEN_AT_ONCE) {
    const batch = await Promise.all(
      files.slice(i, i + OPEN_AT_ONCE).map((file) => recogniseFile(file, port, options.isAudit)),
    );
    for (const [j, result] of batch.entries()) {
      const file = files[i + j];
      if (file === undefined) continue;
      const source = { file: file.path };
      if ('error' in result) {
        const { which, message } = describeIoError(result.error, 'looking at its first bytes', file.path);
        search.anomalies.add(which, source, message);
        continue;
      }
      const kind = result.kind;
      if (kind === 'unknown' && isNamedLog(file.path)) {
        search.anomalies.add('notALog', source, notALogMessage(file.stat.bytes));
      } else if (kind === 'empty') {
      } else if (kind === 'unknown') {
        notRead.add(kind, source, file.stat.bytes);
      } else {
        inputs.push({ source, kind, bytes: file.stat.bytes, modified: file.stat.modified });
        if (!isReadable(kind)) notRead.add(kind, source, file.stat.bytes);
      }
    }
  }
  return {
    inputs,
    readableBytes: inputs.reduce((sum, input) => sum + (isReadable(input.kind) ? input.bytes : 0), 0),
    problems: search.problems,
    anomalies: search.anomalies.list(),
    notRead: notRead.list(),
  };
}

/** The sentence for a file that is named as a log and holds none. */
export function notALogMessage(bytes: number): string {
  return `Named as an event log, but no mark of one stands in its first ${Math.min(bytes, SCANNED_BYTES)} bytes; it was left out.`;
}

function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

async function recogniseFile(
  file: Found,
  port: FilePort,
  isAudit: IsAudit | undefined,
): Promise<{ kind: InputKind } | { error: unknown }> {
  try {
    const opened = await port.open(file.path);
    try {
      const head = new Uint8Array(Math.min(RECOGNISED_BYTES, Math.max(file.stat.bytes, 0)));
      const length = await opened.read(head, 0);
      const kind = recognise(head.subarray(0, length), file.path, isAudit);
      // A log of a few bytes is an empty log: its reader says so.
      if (length < 8 && isNamedLog(file.path)) return { kind: 'evtx' };
      // Only the reader can say whether a log stands further in: it looks at every 512 bytes of the start.
      if (kind === 'unknown' && isNamedLog(file.path)) {
        const more = Buffer.alloc(Math.min(SCANNED_BYTES, file.stat.bytes));
        const read = await opened.read(more, 0);
        for (let at = more.indexOf('ElfChnk\0'); at >= 0 && at < read; at = more.indexOf('ElfChnk\0', at + 1)) {
          if (at % 512 === 0) return { kind: 'evtx' };
        }
      }
      return { kind };
    } finally {
      await opened.close();
    }
  } catch (error) {
    return { error };
  }
}

/** The walk over arguments and folders. */
class Search {
  readonly problems: PathProblem[] = [];
  readonly anomalies = new AnomalyList();
  readonly #port: FilePort;
  readonly #maxFiles: number;
  readonly #maxDepth: number;
  readonly #files = new Map<string, Found>();
  #isFull = false;
  #isQuoteNoted = false;

  constructor(port: FilePort, options: FindOptions) {
    this.#port = port;
    this.#maxFiles = options.maxFiles ?? MAX_FILES;
    this.#maxDepth = options.maxDepth ?? MAX_DEPTH;
  }

  files(): readonly Found[] {
    return [...this.#files.values()].sort((a, b) => byCodeUnits(a.path, b.path));
  }

  async addArgument(given: string): Promise<void> {
    const texts = spellings(given, this.#port.separator);
    for (const path of texts) {
      const stat = await this.#stat(path);
      if (stat === undefined) continue;
      this.#noteQuote(given, path);
      if (stat !== 'failed') await this.#add(path, stat);
      return;
    }
    for (const pattern of texts.filter((text) => hasGlob(text, this.#port.separator))) {
      const matches = await expandPattern(pattern, this.#port, this.#maxFiles);
      for (const path of matches) {
        const stat = await this.#stat(path);
        if (stat !== undefined && stat !== 'failed') await this.#add(path, stat);
      }
      if (matches.length === 0) continue;
      this.#noteQuote(given, pattern);
      return;
    }
    this.problems.push(await this.#missing(given));
  }

  #noteQuote(given: string, used: string): void {
    if (!given.endsWith('"') || used.endsWith('"') || this.#isQuoteNoted) return;
    this.#isQuoteNoted = true;
    this.anomalies.add(
      'pathQuote',
      { file: used },
      'A closing quote was stripped from the path: a backslash before it had escaped it. Leave the last backslash out.',
    );
  }

  async #stat(path: string): Promise<FileStat | 'failed' | undefined> {
    if (path.includes('\0')) return undefined;
    try {
      return await this.#port.stat(path);
    } catch (error) {
      const { which, message } = describeIoError(error, 'looking at it');
      this.anomalies.add(which, { file: path }, message);
      return 'failed';
    }
  }

  async #add(path: string, stat: FileStat): Promise<void> {
    if (stat.kind === 'folder') await this.#addFolder(path);
    else if (stat.kind === 'file') this.#addFile(path, stat);
    else this.anomalies.add('unreadable', { file: path }, 'It is neither a file nor a folder; it was left out.');
  }

  #addFile(path: string, stat: FileStat): void {
    const before = this.#files.get(stat.identity);
    if (before === undefined && this.#files.size >= this.#maxFiles) {
      if (!this.#isFull) {
        this.#isFull = true;
        this.anomalies.add('tooMany', { file: path }, `More than ${this.#maxFiles} files; the rest was not looked at.`);
      }
      return;
    }
    const isBetter =
      before === undefined ||
      path.length < before.path.length ||
      (path.length === before.path.length && path < before.path);
    if (isBetter) this.#files.set(stat.identity, { path, stat });
  }

  async #addFolder(top: string): Promise<void> {
    const waiting: { readonly path: string; readonly depth: number }[] = [{ path: top, depth: 0 }];
    for (let folder = waiting.pop(); folder !== undefined && !this.#isFull; folder = waiting.pop()) {
      if (folder.depth > this.#maxDepth) {
        this.anomalies.add('tooDeep', { file: folder.path }, `Deeper than ${this.#maxDepth} folders; it was left out.`);
        continue;
      }
      let entries: Awaited<ReturnType<FilePort['readFolder']>>;
      try {
        entries = await this.#port.readFolder(folder.path);
      } catch (error) {
        const { which, message } = describeIoError(error, 'listing the folder');
        this.anomalies.add(which, { file: folder.path }, message);
        continue;
      }
      const below: { readonly path: string; readonly depth: number }[] = [];
      const files: string[] = [];
      for (const entry of [...entries].sort((a, b) => byCodeUnits(a.name, b.name))) {
        const path = joinPath(folder.path, entry.name, this.#port.separator);
        if (entry.kind === 'folder') below.push({ path, depth: folder.depth + 1 });
        if (entry.kind === 'file') files.push(path);
      }
      for (let i = 0; i < files.length; i += OPEN_AT_ONCE) {
        const batch = files.slice(i, i + OPEN_AT_ONCE);
        const stats = await Promise.all(batch.map((path) => this.#stat(path)));
        for (const [j, path] of batch.entries()) {
          const stat = stats[j];
          if (stat !== undefined && stat !== 'failed' && stat.kind === 'file') this.#addFile(path, stat);
        }
      }
      for (const next of below.reverse()) waiting.push(next);
    }
  }

  /** The usage problem of a path that is not there, with what is there instead. */
  async #missing(given: string): Promise<PathProblem> {
    const separator = this.#port.separator;
    const segments = segmentsOf(given, separator);
    let folder = rootOf(given, separator);
    let missing = segments[0] ?? given;
    for (const segment of segments) {
      missing = segment;
      const below = joinPath(folder, segment, separator);
      const stat = hasGlob(segment, separator) ? undefined : await this.#quietStat(below);
      if (stat?.kind !== 'folder') break;
      folder = below;
    }
    const place = folder === '' ? '.' : folder;
    let names: readonly string[] = [];
    try {
      names = (await this.#port.readFolder(place)).map((entry) => entry.name);
    } catch {
      names = [];
    }
    const nearest = nearestNames(missing, names).map((name) => joinPath(folder, name, separator));
    const what = hasGlob(given, separator) ? 'Nothing matches it' : 'There is no such file or folder';
    const instead =
      nearest.length > 0
        ? ` Near it: ${nearest.join(', ')}.`
        : ` It holds ${names.length} ${names.length === 1 ? 'entry' : 'entries'}, none with a similar name.`;
    return {
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      path: given,
      message: `${what}: "${missing}" was looked for in ${folder === '' ? 'the current folder' : folder}.${instead}`,
      nearest,
    };
  }

  async #quietStat(path: string): Promise<FileStat | undefined> {
    try {
      return await this.#port.stat(path);
    } catch {
      return undefined;
    }
  }
}
