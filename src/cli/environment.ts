import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { Writable } from 'node:stream';

/** What the commands take from the machine: passed in, so that nothing below reads it by itself. */
export interface Environment {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly argv: readonly string[];
  readonly version: string;
  /** Unix milliseconds. */
  wallMs(): number;
  /** Milliseconds of a clock that never runs back. */
  steadyMs(): number;
  /** Bytes of memory that a program may take here. */
  memoryBytes(): number;
}

/** Bytes that this process may take: all of the machine, or less where it is confined. */
export function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** Version of this package, from its manifest beside `bin`. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest = JSON.parse(text) as { readonly version: string };
  return manifest.version;
}

/** Colour as asked for: `auto` means a terminal, no NO_COLOR, and a TERM that is not dumb. */
export function wantsColor(environment: Environment, when: string | undefined): boolean {
  if (when === 'always') return true;
  if (when === 'never') return false;
  const { NO_COLOR, TERM } = environment.variables;
  return environment.stdout.isTTY === true && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

/** Old Windows consoles may not show line drawing; Windows Terminal does (PRODUCT 3). */
export function wantsAscii(environment: Environment): boolean {
  const isConsole = environment.platform === 'win32' && environment.stdout.isTTY === true;
  return isConsole && environment.variables['WT_SESSION'] === undefined;
}

/**
 * Paths as the person meant them: `npm run triad` starts the program in the package's folder and tells where it was called
 * (SETTLED A23).
 */
export function workingFolder(environment: Environment): string | undefined {
  const { npm_lifecycle_event: event, INIT_CWD: called } = environment.variables;
  return event === 'triad' && called !== undefined && called !== '' ? called : undefined;
}
