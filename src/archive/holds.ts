import { done, isMissing } from '../disk/index.ts';
import type { ArchiveFiles } from './files.ts';
import { type Outcome, refused } from './trouble.ts';

/** Who holds it since when, and why. */
export interface HoldNote {
  readonly by: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  readonly note: string;
}

/** What keeps whole segments beyond their time (SERVE 0.1, point 20). */
export type Hold = { readonly id: string } & Partial<HoldNote> &
  (
    | { readonly kind: 'incident'; readonly incident: string; readonly segments: readonly number[] }
    /** With the other names of the host that are known, in any case. */
    | { readonly kind: 'host'; readonly host: string; readonly names?: readonly string[] }
    /** Unix milliseconds, both ends counted. */
    | { readonly kind: 'span'; readonly from: number; readonly to: number }
  );

const NAME = 'holds.json';
const VERSION = 1;
export const MOST_HOLDS = 10_000;
export const MOST_HELD_SEGMENTS = 10_000;
export const MOST_HELD_NAMES = 1000;

/** What a hold keeps from now on as well: of an incident segments, of a host names. */
export interface HeldMore {
  readonly segments?: readonly number[];
  readonly names?: readonly string[];
}

/** Holds are kept beside the segments and not in the index: what is held must not depend on what can be lost. */
export function readHolds(files: ArchiveFiles): Outcome<readonly Hold[]> {
  let text: string;
  try {
    const file = files.open(NAME, 'read');
    try {
      text = file.read(0, file.size()).toString();
    } finally {
      file.close();
    }
  } catch (error) {
    if (isMissing(error)) return done([]);
    throw error;
  }
  const holds = parsed(text);
  return holds === undefined
    ? refused('damaged', `${NAME} cannot be read; until it is mended or removed nothing is let go of.`)
    : done(holds);
}

function parsed(text: string): readonly Hold[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('version' in value) || !('holds' in value)) return undefined;
    if (value.version !== VERSION || !Array.isArray(value.holds)) return undefined;
    const holds = value.holds.filter(isHold);
    return holds.length === value.holds.length ? holds : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isHold(value: unknown): value is Hold {
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return false;
  const hold = value as Readonly<Record<string, unknown>>;
  if (!isNoted(hold)) return false;
  if (hold['kind'] === 'host') return typeof hold['host'] === 'string' && isNames(hold['names']);
  if (hold['kind'] === 'span') return typeof hold['from'] === 'number' && typeof hold['to'] === 'number';
  const { incident, segments } = hold;
  return (
    hold['kind'] === 'incident' &&
    typeof incident === 'string' &&
    Array.isArray(segments) &&
    segments.every((segment) => Number.isSafeInteger(segment))
  );
}

function isNames(names: unknown): boolean {
  return names === undefined || (Array.isArray(names) && names.every((name) => typeof name === 'string'));
}

function isNoted({ by, atMs, note }: Readonly<Record<string, unknown>>): boolean {
  const isText = (text: unknown): boolean => text === undefined || typeof text === 'string';
  return isText(by) && isText(note) && (atMs === undefined || typeof atMs === 'number');
}

/** Why a hold cannot be taken; nothing if it can. */
export function holdTrouble(hold: Hold): string | undefined {
  if (hold.id === '' || hold.id.length > 200) return 'The id of a hold has 1 to 200 characters.';
  if (hold.kind === 'host' && (hold.host === '' || hold.host.length > 1024)) return 'A hold names a host.';
  if (hold.kind === 'host' && (hold.names ?? []).length > MOST_HELD_NAMES)
    return `A hold names a host by at most ${MOST_HELD_NAMES} names.`;
  if (hold.kind === 'span' && !(Number.isFinite(hold.from) && Number.isFinite(hold.to) && hold.from <= hold.to))
    return 'A span begins before it ends.';
  if (hold.kind === 'incident' && hold.segments.length > MOST_HELD_SEGMENTS)
    return `A hold names at most ${MOST_HELD_SEGMENTS} segments, not ${hold.segments.length}.`;
  return isHold(hold) ? undefined : 'A hold is of an incident, a host or a span.';
}

/** A hold that keeps more: the newest segments, and the names that it had first, where they are too many. */
export function withMore(hold: Hold, { segments: more = [], names = [] }: HeldMore): Hold {
  if (hold.kind === 'host') return { ...hold, names: otherNames(hold.host, [...(hold.names ?? []), ...names]) };
  if (hold.kind !== 'incident') return hold;
  const segments = [...new Set([...hold.segments, ...more])].sort((a, b) => a - b);
  return { ...hold, segments: segments.slice(-MOST_HELD_SEGMENTS) };
}

/** Names of a host in lower case, each once and without the one that it is held by, as many as a hold has. */
export function otherNames(host: string, names: readonly string[]): readonly string[] {
  const others = new Set(names.map((name) => name.toLowerCase()));
  others.delete(host.toLowerCase());
  return [...others].slice(0, MOST_HELD_NAMES);
}

/** The names under which events of a held host are looked for: of a qualified one also its first label, for a record may write that alone. */
export function heldNames({ host, names = [] }: Extract<Hold, { kind: 'host' }>): readonly string[] {
  const isAddress = host.includes(':') || /^[\d.]+$/.test(host);
  const label = host.split('.', 1)[0] ?? '';
  return [...new Set([host, ...names, ...(isAddress || label === '' ? [] : [label])])];
}

/** Writes all holds anew; either the old or the new ones are there after a crash. */
export function writeHolds(files: ArchiveFiles, holds: readonly Hold[]): void {
  const temporary = `${NAME}.tmp`;
  if (files.sizeOf(temporary) !== undefined) files.unlink(temporary);
  const file = files.open(temporary, 'create');
  try {
    file.write(Buffer.from(`${JSON.stringify({ version: VERSION, holds })}\n`), 0);
    file.datasync();
  } finally {
    file.close();
  }
  files.rename(temporary, NAME);
  files.syncFolder();
}
