import { posix } from 'node:path';
import type { Room } from './plan.ts';

/** Source texts by path from the root, with `/`. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

/** What a file imports: statements, re-exports and `import('…')`. */
export function importsOf(text: string): readonly Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm)) {
    found.push({ specifier: match[2] ?? '', isTypeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g)) {
    found.push({ specifier: match[1] ?? '', isTypeOnly: false });
  }
  return found;
}

/** Builtins that rooms may use besides pure ones; what is not listed is refused. */
const BUILTINS: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['*'],
  'node:zlib': ['*'],
  'node:util': ['*'],
  'node:buffer': ['*'],
  'node:events': ['intake', 'hunt', 'serve', 'cli'],
  'node:stream': ['intake', 'receive', 'api', 'hunt', 'serve', 'cli'],
  'node:stream/consumers': ['cli'],
  'node:stream/promises': ['hunt', 'cli'],
  'node:timers/promises': ['disk', 'hunt', 'serve', 'cli'],
  'node:child_process': ['serve'],
  'node:worker_threads': ['archive', 'intake', 'state', 'serve'],
  'node:dns/promises': ['serve'],
  'node:http': ['sinks', 'serve', 'cli'],
  'node:https': ['sinks', 'serve', 'cli'],
  'node:net': ['sinks', 'serve'],
  'node:tls': ['sinks', 'serve', 'cli'],
  'node:sqlite': ['disk', 'state', 'archive'],
  'node:fs': ['archive', 'disk', 'hunt', 'journal', 'state', 'serve', 'cli', 'upkeep', 'pins'],
  'node:fs/promises': ['hunt', 'serve', 'cli', 'upkeep', 'pins'],
  'node:path': ['archive', 'hunt', 'journal', 'state', 'serve', 'cli', 'upkeep', 'pins'],
  'node:os': ['hunt', 'serve', 'cli'],
  'node:url': ['hunt', 'state', 'serve', 'cli'],
  'node:process': ['cli'],
  // Of the whole process the command line alone speaks; the server writes down what its window holds.
  'node:v8': ['cli', 'serve'],
};

/** Packages by the only files that may use each (DEPENDENCIES 11.5). */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  yaml: [
    'src/cli/map-file.ts',
    'src/config/read-settings.ts',
    'src/pins/edit-pins.ts',
    'src/pins/read-pins.ts',
    'src/sigma/parse/yaml-tree.ts',
    'src/taxonomy/pipeline-nodes.ts',
    'src/taxonomy/pipeline.ts',
    'src/taxonomy/placeholders.ts',
  ],
  '@bufbuild/protobuf/wire': ['src/receive/otlp-answer.ts', 'src/receive/wire-walk.ts'],
  yauzl: ['src/intake/zip-directory.ts'],
  zod: [
    'src/api/desk-schemas.ts',
    'src/api/event-schemas.ts',
    'src/api/found-schemas.ts',
    'src/api/health-schemas.ts',
    'src/api/hunt-parts.ts',
    'src/api/incident-document-schemas.ts',
    'src/api/incident-history-schemas.ts',
    'src/api/incident-schemas.ts',
    'src/api/outbox-schemas.ts',
    'src/api/people-schemas.ts',
    'src/api/rule-schemas.ts',
    'src/api/schemas.ts',
    'src/api/scope-schemas.ts',
    'src/api/tuning-schemas.ts',
  ],
  re2js: ['src/sigma/values/regex.ts'],
  'libarchive.js/src/webworker/wasm-gen/libarchive.js': ['src/intake/seven-zip-worker.ts'],
};

/** Words that a room may not say: code made from text, and the world outside (STYLE 2, L22, L23). */
const WORDS: readonly { readonly pattern: RegExp; readonly what: string; readonly allowed: readonly string[] }[] = [
  { pattern: /\beval\s*\(/, what: 'eval', allowed: [] },
  { pattern: /\bnew\s+Function\s*\(/, what: 'new Function', allowed: [] },
  { pattern: /\bfetch\s*\(/, what: 'fetch', allowed: [] },
  { pattern: /\bprocess\.env\b/, what: 'the environment', allowed: ['cli'] },
  { pattern: /\bprocess\.(?:argv|cwd|exit)\b/, what: 'the process', allowed: ['cli'] },
  { pattern: /\bDate\.now\s*\(|\bnew\s+Date\s*\(\s*\)/, what: 'the clock', allowed: ['cli', 'hunt', 'serve'] },
  { pattern: /\bperformance\.now\s*\(/, what: 'the clock', allowed: ['cli', 'hunt', 'serve'] },
  { pattern: /\bMath\.random\s*\(/, what: 'chance', allowed: [] },
];

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** The rooms that each room really imports, sorted. */
export function actualImports(sources: Sources): ReadonlyMap<string, readonly string[]> {
  const rooms = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (room === undefined || isTest(path)) continue;
    const used = rooms.get(room) ?? new Set<string>();
    rooms.set(room, used);
    for (const { specifier } of importsOf(text)) {
      const other = specifier.startsWith('.') ? roomOf(posix.join(posix.dirname(path), specifier)) : undefined;
      if (other !== undefined && other !== room) used.add(other);
    }
  }
  return new Map([...rooms].map(([room, used]) => [room, [...used].sort()]));
}

/** Every breach of floors and doors, one sentence each; `test/boundaries.test.ts` holds that there is none. */
export function breaches(sources: Sources, plan: readonly Room[]): readonly string[] {
  const floors = new Map(plan.map((room) => [room.name, room.floor]));
  const found: string[] = [];
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (room === undefined) {
      if (path.startsWith('src/')) found.push(`${path} stands in no room`);
      continue;
    }
    const floor = floors.get(room);
    if (floor === undefined) {
      found.push(`${path}: the plan has no room ${room}`);
      continue;
    }
    if (isTest(path)) continue;
    for (const { specifier } of importsOf(text)) {
      const breach = specifier.startsWith('.')
        ? relativeBreach(path, room, floor, specifier, floors)
        : outsideBreach(path, room, specifier);
      if (breach !== undefined) found.push(`${path}: ${breach}`);
    }
    const code = withoutComments(text);
    for (const { pattern, what, allowed } of WORDS) {
      if (pattern.test(code) && !allowed.includes(room)) found.push(`${path}: ${room} reaches for ${what}`);
    }
  }
  return found;
}

function relativeBreach(
  path: string,
  room: string,
  floor: number,
  specifier: string,
  floors: ReadonlyMap<string, number>,
): string | undefined {
  const target = posix.join(posix.dirname(path), specifier);
  const other = roomOf(target);
  if (other === undefined) return `${specifier} lies outside of src`;
  if (!/\.ts$/.test(specifier)) return `${specifier} carries no extension`;
  if (other === room) return undefined;
  const otherFloor = floors.get(other);
  if (otherFloor === undefined || otherFloor >= floor) return `${room} (floor ${floor}) reaches up to ${other}`;
  return target === `src/${other}/index.ts` ? undefined : `${target} is reached past its door`;
}

function outsideBreach(path: string, room: string, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) {
    const rooms = BUILTINS[specifier] ?? [];
    return rooms.includes('*') || rooms.includes(room) ? undefined : `${room} may not use ${specifier}`;
  }
  return PACKAGES[specifier]?.includes(path) === true ? undefined : `the package ${specifier} is not used here`;
}

/** Comments may speak of what code may not do. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;])\/\/.*$/gm, '$1');
}

/** Files that an entry reaches by imports of values, tests and types left out. */
export function reachedFrom(entry: string, sources: Sources): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const { specifier, isTypeOnly } of importsOf(sources.get(path) ?? '')) {
      if (!isTypeOnly && specifier.startsWith('.')) waiting.push(posix.join(posix.dirname(path), specifier));
    }
  }
  return reached;
}
