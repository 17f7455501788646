import { createHash } from 'node:crypto';
import {
  baseName,
  COMPILED_LIMITS,
  type CompiledRules,
  expandPattern,
  type FilePort,
  hasGlob,
  isCompiledRules,
  joinPath,
  readCompiledRules,
  readZipFiles,
  spellings,
} from '../intake/index.ts';
import type { RuleSource } from '../sigma/index.ts';
import {
  decodeText,
  isDetectionRuleLicence,
  isLicenceName,
  isYamlName,
  kindOfRuleFile,
  RULE_LIMITS,
  type RuleFileProblem,
  type RuleLimits,
} from './rule-text.ts';

/** A file of `triad rules compile`. */
export interface CompiledFile extends CompiledRules {
  readonly file: string;
  /** SHA-256 of the file as it lies. */
  readonly fileSha256: string;
}

/** What lies at paths of rules. All lists are in code unit order of their files, whatever the order of the paths (L7). */
export interface RuleSources {
  readonly sources: readonly RuleSource[];
  /** `NAME.cases.yml` beside rules (SETTLED E9). */
  readonly cases: readonly RuleSource[];
  /** `info.yml` of SigmaHQ's regression_data. */
  readonly regressions: readonly RuleSource[];
  /** Files of compiled rules that were named. */
  readonly compiled: readonly CompiledFile[];
  readonly problems: readonly RuleFileProblem[];
  /** By file of `sources`: the licence that a LICENSE at or above its folder gives it. A rule's own goes before (E11). */
  readonly licenses: ReadonlyMap<string, string>;
}

const DRL = 'DRL-1.1';
const LICENCE_BYTES = 256 * 1024;
/** Folders above a path that are looked into for a licence. */
const FOLDERS_ABOVE = 8;
const ZIP_MAGIC = Buffer.from('PK\x03\x04', 'latin1');

/**
 * Reads rules from files, folders (all `*.yml` and `*.yaml` below, links not followed, hidden names left out) and zips. Everything
 * is opened read-only; what cannot be read is a problem and costs itself.
 *
 * ```ts
 * const { sources, problems, licenses } = await loadRuleSources(['sigma/rules', 'own.yml'], port);
 * const { rules } = compileRules(sources, { taxonomy: LOG_SOURCES });
 * ```
 */
export async function loadRuleSources(
  paths: readonly string[],
  port: FilePort,
  limits: Partial<RuleLimits> = {},
): Promise<RuleSources> {
  const loading = new Loading(port, { ...RULE_LIMITS, ...limits });
  for (const path of paths) await loading.add(path);
  return loading.result();
}

class Loading {
  readonly #port: FilePort;
  readonly #limits: RuleLimits;
  readonly #found: Record<'rules' | 'cases' | 'regression', RuleSource[]> = { rules: [], cases: [], regression: [] };
  readonly #compiled: CompiledFile[] = [];
  readonly #problems: RuleFileProblem[] = [];
  readonly #licenses = new Map<string, string>();
  /** Real files that were read: two paths may lead to one. */
  readonly #seen = new Set<string>();
  #bytes = 0;
  #files = 0;
  #isFull = false;

  constructor(port: FilePort, limits: RuleLimits) {
    this.#port = port;
    this.#limits = limits;
  }

  result(): RuleSources {
    const byFile = <T extends { readonly file: string }>(list: readonly T[]): readonly T[] =>
      list.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
    return {
      sources: byFile(this.#found.rules),
      cases: byFile(this.#found.cases),
      regressions: byFile(this.#found.regression),
      compiled: byFile(this.#compiled),
      problems: this.#problems,
      licenses: this.#licenses,
    };
  }

  /** A path under any spelling that exists, else what it matches as a pattern (PRODUCT 3). */
  async add(path: string): Promise<void> {
    const texts = spellings(path, this.#port.separator);
    for (const text of texts) {
      const stat = await this.#tried(text, () => this.#port.stat(text));
      if (stat === 'failed') return;
      if (stat === undefined || stat.kind === 'other') continue;
      await this.#addFound(text, stat.kind === 'folder');
      return;
    }
    const patterns = texts.filter((text) => hasGlob(text, this.#port.separator));
    let found = 0;
    for (const pattern of patterns) {
      for (const match of await expandPattern(pattern, this.#port, this.#limits.files)) {
        const stat = await this.#tried(match, () => this.#port.stat(match));
        if (stat === 'failed' || stat === undefined || stat.kind === 'other') continue;
        // A pattern takes what looks like rules; a path that is named takes any file.
        if (stat.kind === 'file' && !isYamlName(match) && !/\.zip$/i.test(match)) continue;
        found++;
        await this.#addFound(match, stat.kind === 'folder');
      }
      if (found > 0) return;
    }
    this.#tell('TRIAD-E-ARG-NOTHING-FOUND', path, 'There is no file or folder of rules at this path.', {
      action: 'Name a rule file, a folder of rules, or a zip of them.',
    });
  }

  async #addFound(path: string, isFolder: boolean): Promise<void> {
    const licence = await this.#licenceAbove(isFolder ? path : folderOf(path));
    if (isFolder) await this.#folder(path, licence, 0);
    else await this.#file(path, licence, true);
  }

  /** The licence that the folders above one give, nearest first; undefined where there is none. */
  async #licenceAbove(folder: string): Promise<boolean | undefined> {
    let at = folder;
    for (let level = 0; level < FOLDERS_ABOVE; level++) {
      at = joinPath(at, '..', this.#port.separator);
      const found = await this.#licenceIn(at);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #licenceIn(folder: string): Promise<boolean | undefined> {
    let names: readonly string[];
    try {
      const entries = await this.#port.readFolder(folder);
      names = entries.filter(({ kind, name }) => kind === 'file' && isLicenceName(name)).map(({ name }) => name);
    } catch (cause) {
      // A folder above may be closed to this user: then it tells nothing.
      if (!hasCode(cause)) throw cause;
      return undefined;
    }
    return await this.#licenceOf(folder, names);
  }

  /** Whether any of these licence files of a folder is the Detection Rule License; undefined where there is none. */
  async #licenceOf(folder: string, names: readonly string[]): Promise<boolean | undefined> {
    if (names.length === 0) return undefined;
    for (const name of names) {
      const path = joinPath(folder, name, this.#port.separator);
      const bytes = await this.#tried(path, () => this.#read(path, LICENCE_BYTES));
      if (bytes !== 'failed' && bytes !== 'too-large' && isDetectionRuleLicence(decodeText(bytes) ?? '')) return true;
    }
    return false;
  }

  async #folder(path: string, above: boolean | undefined, depth: number): Promise<void> {
    if (depth > this.#limits.depth) {
      const message = `This folder lies deeper than ${this.#limits.depth} folders and was not read.`;
      this.#tell('TRIAD-E-RULE-TOO-MANY', path, message, { action: 'Name it as a path of its own.' });
      return;
    }
    const entries = await this.#tried(path, () => this.#port.readFolder(path));
    if (entries === 'failed') return;
    const licences = entries.filter(({ kind, name }) => kind === 'file' && isLicenceName(name)).map(({ name }) => name);
    const licence = (await this.#licenceOf(path, licences)) ?? above;
    const ordered = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, kind } of ordered) {
      if (this.#isFull || name.startsWith('.')) continue;
      const inner = joinPath(path, name, this.#port.separator);
      if (kind === 'folder') await this.#folder(inner, licence, depth + 1);
      else if (kind === 'file' && isYamlName(name)) await this.#file(inner, licence, false);
    }
  }

  /** A file; one that was named itself may be a zip, whatever its name is. */
  async #file(path: string, above: boolean | undefined, isNamed: boolean): Promise<void> {
    const stat = await this.#tried(path, () => this.#port.stat(path));
    if (stat === 'failed' || stat === undefined || this.#seen.has(stat.identity)) return;
    this.#seen.add(stat.identity);
    const head = isNamed ? await this.#head(path) : undefined;
    if (head !== undefined && ZIP_MAGIC.equals(head)) {
      await this.#zip(path, stat.bytes);
      return;
    }
    if (head !== undefined && isCompiledRules(head)) {
      await this.#readCompiled(path);
      return;
    }
    const licence = isNamed ? ((await this.#licenceIn(folderOf(path))) ?? above) : above;
    const bytes = await this.#tried(path, () => this.#read(path, this.#limits.fileBytes));
    if (bytes === 'failed') return;
    if (bytes === 'too-large') this.#tooLarge(path);
    else this.#keep(path, bytes, licence === true);
  }

  /** The first bytes of a file; undefined where it cannot be read. */
  async #head(path: string): Promise<Buffer | undefined> {
    const head = await this.#tried(path, async () => {
      const file = await this.#port.open(path);
      try {
        const bytes = Buffer.alloc(ZIP_MAGIC.length);
        return bytes.subarray(0, await file.read(bytes, 0));
      } finally {
        await file.close();
      }
    });
    return head === 'failed' ? undefined : head;
  }

  async #readCompiled(path: string): Promise<void> {
    const bytes = await this.#tried(path, () => this.#read(path, COMPILED_LIMITS.fileBytes));
    if (bytes === 'failed') return;
    const message = bytes === 'too-large' ? 'It is too large.' : this.#takeCompiled(path, bytes);
    if (message === undefined) return;
    this.#tell('TRIAD-E-RULE-COMPILED', path, message, {
      action: 'Make it again with triad rules compile, or name the rules themselves.',
    });
  }

  /** Keeps the rules of a compiled file; what is wrong with it, if anything is. */
  #takeCompiled(file: string, bytes: Uint8Array): string | undefined {
    const reading = readCompiledRules(bytes);
    if (reading.kind === 'trouble') return reading.message;
    this.#compiled.push({ ...reading.rules, file, fileSha256: createHash('sha256').update(bytes).digest('hex') });
    return undefined;
  }

  async #zip(path: string, size: number): Promise<void> {
    const licences = new Map<string, boolean>();
    const rules: (readonly [name: string, bytes: Uint8Array])[] = [];
    const read = await this.#tried(path, async () => {
      const file = await this.#port.open(path);
      try {
        const wants = (name: string): boolean => isLicenceName(baseName(name)) || isRuleMember(name);
        const { fileBytes: maxBytes, members: maxMembers, totalBytes, files } = this.#limits;
        let bytes = 0;
        for await (const step of readZipFiles(file, size, { wants, maxBytes, maxMembers })) {
          const place = step.name === '' ? path : `${path}!/${step.name}`;
          if (step.kind === 'trouble') {
            this.#tell('TRIAD-E-RULE-NOT-READ', place, step.message, { action: 'The other files were read.' });
          } else if (isLicenceName(baseName(step.name))) {
            const folder = folderOfMember(step.name);
            const isDrl = isDetectionRuleLicence(decodeText(step.bytes) ?? '');
            licences.set(folder, isDrl || licences.get(folder) === true);
          } else rules.push([step.name, step.bytes]);
          bytes += step.kind === 'file' ? step.bytes.length : 0;
          // What is beyond the bounds is told when files are kept, one by one.
          if (bytes > totalBytes || rules.length > files) break;
        }
        return true;
      } finally {
        await file.close();
      }
    });
    if (read === 'failed') return;
    rules.sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, bytes] of rules) this.#keep(`${path}!/${name}`, bytes, licenceOfMember(name, licences));
  }

  #keep(file: string, bytes: Uint8Array, isDrl: boolean): void {
    if (this.#isFull) return;
    const { files, totalBytes } = this.#limits;
    this.#files++;
    this.#bytes += bytes.length;
    if (this.#files > files || this.#bytes > totalBytes) {
      this.#isFull = true;
      const message = `Rules have more than ${files} files or ${totalBytes} bytes; this one and what follows was not read.`;
      this.#tell('TRIAD-E-RULE-TOO-MANY', file, message, { action: 'Name fewer paths.' });
      return;
    }
    const text = decodeText(bytes);
    if (text === undefined) {
      this.#tell('TRIAD-E-RULE-ENCODING', file, 'The file is not UTF-8.', { action: 'Save it as UTF-8.' });
      return;
    }
    const kind = kindOfRuleFile(file, text);
    this.#found[kind].push({ file, text });
    if (isDrl && kind === 'rules') this.#licenses.set(file, DRL);
  }

  async #read(path: string, most: number): Promise<Uint8Array | 'too-large'> {
    const file = await this.#port.open(path);
    try {
      const { bytes } = await file.stat();
      if (bytes > most) return 'too-large';
      // One byte more than it has: a file that grows is told apart from one that does not.
      const whole = Buffer.alloc(Math.min(bytes, most) + 1);
      const read = await file.read(whole, 0);
      return read > most ? 'too-large' : whole.subarray(0, read);
    } finally {
      await file.close();
    }
  }

  #tooLarge(path: string): void {
    const message = `The file has more than ${this.#limits.fileBytes} bytes and was not read.`;
    this.#tell('TRIAD-E-RULE-TOO-LARGE', path, message, { action: 'Split it; one rule needs a few thousand.' });
  }

  /** What the file system refuses is a problem; any other error is a bug. */
  async #tried<T>(path: string, doing: () => Promise<T>): Promise<T | 'failed'> {
    try {
      return await doing();
    } catch (cause) {
      if (!hasCode(cause)) throw cause;
      const message = `It cannot be read (${cause.code}).`;
      this.#tell('TRIAD-E-RULE-NOT-READ', path, message, { action: 'See that it may be read, or leave it out.' });
      return 'failed';
    }
  }

  #tell(code: RuleFileProblem['code'], place: string, message: string, { action }: { readonly action: string }): void {
    this.#problems.push({ code, place, message, action });
  }
}

function hasCode(cause: unknown): cause is Error & { readonly code: string } {
  return cause instanceof Error && 'code' in cause && /^E[A-Z]/.test(String(cause.code));
}

function folderOf(path: string): string {
  const name = baseName(path);
  const folder = path.slice(0, path.length - name.length);
  return folder === '' ? '.' : folder;
}

function folderOfMember(name: string): string {
  return name.slice(0, name.length - baseName(name).length).replace(/[\\/]$/, '');
}

/** A rule file of a zip: no hidden folder or file on the way. */
function isRuleMember(name: string): boolean {
  return isYamlName(name) && !name.split(/[\\/]/).some((part) => part.startsWith('.'));
}

/** Whether the nearest licence at or above a member's folder is the Detection Rule License. */
function licenceOfMember(name: string, licences: ReadonlyMap<string, boolean>): boolean {
  for (let folder = folderOfMember(name); ; folder = folderOfMember(folder)) {
    const found = licences.get(folder);
    if (found !== undefined) return found;
    if (folder === '') return false;
  }
}
