import { isUtf8 } from 'node:buffer';
import { EndOfText, MofCursor, type MofProblem, type MofValue, type ReadMofInstance } from './mof-cursor.ts';
import { type MofInstance, mofText } from './mof-reader.ts';
import { type NamespacePath, parseNamespace, referenceTo } from './reference.ts';

/** An instance that a MOF file makes. Aliases in its properties are references. */
export interface MofDocumentInstance extends MofInstance {
  /** Canonical, of the `#pragma namespace` before it; without one mofcomp is told it, or takes root\default. */
  readonly namespace: string | undefined;
  /** The machine that the pragma names, where it is another than the one that compiles. */
  readonly host?: string;
  /** `$Name`. */
  readonly alias?: string;
  /** UTF-16 units of its text, from `instance` to its end. */
  readonly length: number;
}

/** A class that a MOF file defines; what stands in it is not read. */
export interface MofClass {
  readonly name: string;
  readonly superclass: string | undefined;
  readonly namespace: string | undefined;
  readonly host?: string;
  readonly offset: number;
  readonly length: number;
}

/** A file or object that a directive names. */
export interface MofDirective {
  readonly kind: 'include' | 'deleteclass' | 'deleteinstance';
  /** As written, escapes resolved. */
  readonly target: string;
  readonly namespace: string | undefined;
  readonly offset: number;
}

/** What a MOF file does when it is compiled. */
export interface MofDocument {
  /** Canonical namespaces that its pragmas name, in order, each once. */
  readonly namespaces: readonly string[];
  readonly instances: readonly MofDocumentInstance[];
  readonly classes: readonly MofClass[];
  /** Files that it includes, which are not read, and what it deletes. */
  readonly directives: readonly MofDirective[];
  /** True when Windows compiles it again after each rebuild of the repository (CIM 7.4). */
  readonly autorecover: boolean;
  /** True when the text ended inside of something. */
  readonly isCut: boolean;
  readonly problems: readonly MofProblem[];
}

const MAX_ITEMS = 65_536;
const MAX_ARGUMENTS = 16;
const MAX_ARGUMENT = 4096;

/**
 * Reads the text of a MOF file: the instances that it makes, in which namespace, with aliases as references, the classes that it
 * defines, and what its directives do. Comments, qualifiers and bodies of classes are passed over. Never throws; linear.
 *
 *     const { instances, autorecover } = readMofDocument(decodeMof(bytes));
 */
export function readMofDocument(text: string): MofDocument {
  return new DocumentReader(text).read();
}

interface Pending {
  readonly read: ReadMofInstance;
  readonly place: NamespacePath | undefined;
  readonly length: number;
}

class DocumentReader {
  readonly #cursor: MofCursor;
  readonly #pending: Pending[] = [];
  readonly #classes: MofClass[] = [];
  readonly #directives: MofDirective[] = [];
  readonly #namespaces = new Set<string>();
  #place: NamespacePath | undefined;
  #autorecover = false;
  #isFull = false;
  /** Set by the first quote that nothing closes: from there on quotes outside of everything mean nothing. */
  #hasOpenQuote = false;

  constructor(text: string) {
    this.#cursor = new MofCursor(text);
  }

  read(): MofDocument {
    const cursor = this.#cursor;
    let isJunk = false;
    try {
      for (;;) {
        cursor.skipBlanks();
        if (cursor.at >= cursor.text.length) break;
        const start = cursor.at;
        isJunk = !this.#readStatement(cursor.text.charAt(start), isJunk);
        // Whatever stands here, the next look is behind it.
        if (cursor.at === start) cursor.at++;
      }
    } catch (thrown) {
      if (!(thrown instanceof EndOfText)) throw thrown;
      cursor.isCut = true;
    }
    return {
      namespaces: [...this.#namespaces],
      instances: this.#resolved(),
      classes: this.#classes,
      directives: this.#directives,
      autorecover: this.#autorecover,
      isCut: cursor.isCut,
      problems: cursor.problems,
    };
  }

  /** Reads what begins here; false for what begins nothing. Junk in a row is one problem. */
  #readStatement(first: string, isJunk: boolean): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (first === '#') return this.#readDirective();
    if (first === '[' || first === '{') {
      cursor.skipBalanced();
      return true;
    }
    if (first === ';' || first === '}') {
      cursor.at++;
      return true;
    }
    if (first === '"' && !this.#hasOpenQuote) return this.#passString();
    const word = cursor.word();
    switch (word.toLowerCase()) {
      case 'instance':
        if (this.#readInstance(start)) return true;
        break;
      case 'class':
        if (this.#readClass(start)) return true;
        break;
      case 'qualifier':
        cursor.skipStatement();
        return true;
    }
    if (!isJunk) cursor.problem(start, 'expected "instance of", "class" or a directive');
    return false;
  }

  #passString(): boolean {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.readString();
    if (!cursor.isCut) return true;
    cursor.isCut = false;
    this.#hasOpenQuote = true;
    cursor.problem(start, 'expected a quote that closes this one');
    cursor.at = start + 1;
    return false;
  }

  #readInstance(start: number): boolean {
    const cursor = this.#cursor;
    if (cursor.peekWord().toLowerCase() !== 'of') return false;
    const read = cursor.readInstance(start);
    if (read === undefined) return false;
    this.#passSemicolon();
    if (this.#hasRoom(this.#pending.length, start)) {
      this.#pending.push({ read, place: this.#place, length: cursor.at - start });
    }
    return true;
  }

  #readClass(start: number): boolean {
    const cursor = this.#cursor;
    const name = cursor.word();
    if (name === '') return false;
    let superclass: string | undefined;
    if (cursor.peekWord().toLowerCase() === 'as') {
      cursor.word();
      if (cursor.next() === '$') cursor.at++;
      cursor.word();
    }
    if (cursor.next() === ':') {
      cursor.at++;
      superclass = cursor.word();
    }
    const next = cursor.next();
    if (next !== '{' && next !== ';') return false;
    const one = { name, superclass: superclass === '' ? undefined : superclass, ...this.#placed(), offset: start };
    try {
      if (next === '{') cursor.skipBalanced();
      this.#passSemicolon();
    } finally {
      if (this.#hasRoom(this.#classes.length, start)) this.#classes.push({ ...one, length: cursor.at - start });
    }
    return true;
  }

  #placed(): { namespace: string | undefined; host?: string } {
    const { namespace = '', host } = this.#place ?? {};
    return { namespace: namespace === '' ? undefined : namespace, ...(host === undefined ? {} : { host }) };
  }

  #passSemicolon(): void {
    const cursor = this.#cursor;
    cursor.skipBlanks();
    if (cursor.text.charAt(cursor.at) === ';') cursor.at++;
  }

  #hasRoom(count: number, offset: number): boolean {
    if (count < MAX_ITEMS) return true;
    if (!this.#isFull) this.#cursor.problem(offset, `more than ${MAX_ITEMS} of one kind; the rest was not taken`);
    this.#isFull = true;
    return false;
  }

  /** `#pragma name(arguments)`, `#pragma autorecover`, `#include "file"`; false for others. */
  #readDirective(): boolean {
    const cursor = this.#cursor;
    const offset = cursor.at++;
    const kind = cursor.word().toLowerCase();
    const name = kind === 'pragma' ? cursor.word().toLowerCase() : kind;
    // Read before the end of the text is known: this one has no arguments.
    if (name === 'autorecover') {
      this.#autorecover = true;
      return true;
    }
    const [target] = this.#readArguments();
    if (target === undefined) {
      cursor.problem(offset, `the directive ${name.slice(0, 64)} has no text`);
      return false;
    }
    if (name === 'namespace') {
      this.#place = parseNamespace(target);
      if (this.#place.namespace !== '') this.#namespaces.add(this.#place.namespace);
    } else if (name === 'include' || name === 'deleteclass' || name === 'deleteinstance') {
      const { namespace } = this.#placed();
      if (this.#hasRoom(this.#directives.length, offset)) {
        this.#directives.push({ kind: name, target: target.slice(0, MAX_ARGUMENT), namespace, offset });
      }
    }
    return true;
  }

  /** Texts and words in parentheses, or one text without. */
  #readArguments(): readonly string[] {
    const cursor = this.#cursor;
    cursor.skipBlanks();
    const first = cursor.text.charAt(cursor.at);
    if (first === '"') return [cursor.readStrings()];
    if (first !== '(') return [];
    cursor.at++;
    const found: string[] = [];
    for (;;) {
      const next = cursor.next();
      if (next === '"') {
        const text = cursor.readStrings();
        if (found.length < MAX_ARGUMENTS) found.push(text);
        continue;
      }
      if (next === ')') {
        cursor.at++;
        return found;
      }
      const start = cursor.at;
      const word = cursor.word();
      if (cursor.at === start) {
        if (next !== ',') return found;
        cursor.at++;
      } else if (found.length < MAX_ARGUMENTS) found.push(word);
    }
  }

  #resolved(): readonly MofDocumentInstance[] {
    const byAlias = new Map<string, Pending>();
    for (const one of this.#pending) {
      const alias = one.read.alias?.toLowerCase();
      if (alias === undefined) continue;
      if (byAlias.has(alias)) this.#cursor.problem(one.read.offset, `the alias ${alias.slice(0, 64)} is given twice`);
      else byAlias.set(alias, one);
    }
    return this.#pending.map((one) => this.#instance(one, byAlias));
  }

  #instance({ read, place, length }: Pending, byAlias: ReadonlyMap<string, Pending>): MofDocumentInstance {
    const { className, isCut, offset, alias, aliasUses } = read;
    const properties = new Map<string, MofValue>(read.properties);
    for (const [name, used] of aliasUses) {
      const target = byAlias.get(used.toLowerCase());
      const reference = target === undefined ? undefined : referenceOf(target, place);
      if (reference === undefined)
        this.#cursor.problem(offset, `${used.slice(0, 64)} leads to no instance with a name`);
      else properties.set(name, reference);
    }
    const namespace = place?.namespace === '' ? undefined : place?.namespace;
    return {
      className,
      properties,
      isCut,
      offset,
      namespace,
      ...(place?.host === undefined ? {} : { host: place.host }),
      ...(alias === undefined ? {} : { alias }),
      length,
    };
  }
}

/** Keys of the classes that a subscription is made of (CIM 7.2). */
const KEYS = ['Name', 'TimerId'] as const;

/** The reference to an instance as one of the namespace `from` writes it; undefined while it has no key that is known. */
function referenceOf({ read, place }: Pending, from: NamespacePath | undefined): string | undefined {
  for (const key of KEYS) {
    const value = mofText(read, key);
    if (value === undefined) continue;
    const relative = referenceTo(read.className, value, key);
    const isNear = place?.namespace === from?.namespace && place?.host === from?.host;
    return isNear || place === undefined ? relative : `\\\\${place.host ?? '.'}\\${place.namespace}:${relative}`;
  }
  return undefined;
}

/** True for the beginning of a compiled MOF, which is not read (SETTLED D10). */
export function isCompiledMof(bytes: Uint8Array): boolean {
  return bytes[0] === 0x46 && bytes[1] === 0x4f && bytes[2] === 0x4d && bytes[3] === 0x42;
}

const SNIFFED_BYTES = 512;

/** The text of a MOF file: by its byte order mark, else UTF-16 where every second byte is zero, UTF-8, or windows-1252. */
export function decodeMof(bytes: Uint8Array): string {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (a === 0xfe && b === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const zeros = [0, 0];
  const sniffed = Math.min(bytes.length, SNIFFED_BYTES) & ~1;
  for (let i = 0; i < sniffed; i++) if (bytes[i] === 0) zeros[i & 1] = (zeros[i & 1] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (sniffed >= 8 && odd > 0.4 * sniffed && even === 0) return new TextDecoder('utf-16le').decode(bytes);
  if (sniffed >= 8 && even > 0.4 * sniffed && odd === 0) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder(isUtf8(bytes) ? 'utf-8' : 'windows-1252').decode(bytes);
}
