import { createHash } from 'node:crypto';
import type { ShapeMap } from '../shapes/index.ts';
import { type Zone, zoneOf } from '../windows/index.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import { firstBytes } from './first-bytes.ts';
import { MAX_MAP_BYTES, readMapText } from './map-file.ts';
import { passwordFlag } from './password-file.ts';

/** What `--map`, `--assume-zone` and `--password-file` say of reading, with everything that is wrong with them. */
export interface TextFlags {
  readonly maps: readonly ShapeMap[];
  /** Name and SHA-256 of each mapping, in the order given: part of the options (L3). */
  readonly mapDigests: readonly string[];
  readonly assumedZone: Zone | undefined;
  readonly passwords: readonly string[];
  readonly problems: readonly UsageProblem[];
}

export async function textFlags(invocation: Invocation): Promise<TextFlags> {
  const { maps, mapDigests, problems } = await mapsAt(invocation.flags.get('map') ?? [], '--map');
  const zoneText = flagValue(invocation, 'assume-zone');
  const assumedZone = zoneText === undefined ? undefined : zoneOf(zoneText);
  if (zoneText !== undefined && assumedZone === undefined) {
    const action = 'Write a name such as Europe/Paris, +05:30, -08:00 or UTC.';
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: '--assume-zone',
      message: `"${zoneText}" is no time zone.`,
      action,
    });
  }
  const { passwords, problems: wrongPasswords } = await passwordFlag(invocation);
  problems.push(...wrongPasswords);
  return { maps, mapDigests, assumedZone, passwords, problems };
}

/** The mappings of files; `by` is the flag or setting that names them. */
export async function mapsAt(
  paths: readonly string[],
  by: string,
): Promise<Pick<TextFlags, 'maps' | 'mapDigests'> & { readonly problems: UsageProblem[] }> {
  const problems: UsageProblem[] = [];
  const maps: ShapeMap[] = [];
  const mapDigests: string[] = [];
  for (const path of paths) {
    const read = await readMapFile(path, by);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    if (maps.some(({ name }) => name === read.map.name)) {
      problems.push(wrong(`${by} ${path}`, `Two mappings are called "${read.map.name}".`, 'Give each its own name.'));
    }
    maps.push(read.map);
    mapDigests.push(`${read.map.name} ${read.sha256}`);
  }
  return { maps, mapDigests, problems };
}

async function readMapFile(
  path: string,
  by: string,
): Promise<{ readonly map: ShapeMap; readonly sha256: string } | { readonly problems: readonly UsageProblem[] }> {
  let bytes: Buffer;
  try {
    bytes = await firstBytes(path, MAX_MAP_BYTES);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    return {
      problems: [wrong(`${by} ${path}`, `It cannot be read (${String(cause.code)}).`, 'Name a file that exists.')],
    };
  }
  const reading = await readMapText(bytes.toString('utf8').replace(/^\ufeff/, ''));
  if (reading.kind === 'map') return { map: reading.map, sha256: createHash('sha256').update(bytes).digest('hex') };
  return {
    problems: reading.problems.map(({ line, column, message }) =>
      wrong(`${by} ${path}:${line}:${column}`, message, 'See docs/mapping.md; nothing was read.'),
    ),
  };
}

function wrong(place: string, message: string, action: string): UsageProblem {
  return { code: 'TRIAD-E-ARG-MAP', place, message, action };
}
