import { isHeldName } from './written-files.ts';

/** What a backup says of itself, in `manifest.json`; written last, so a folder without it is no whole backup. */
export interface BackupManifest {
  readonly schema: 'triad.backup/1';
  /** Version of Triad that made it. */
  readonly version: string;
  /** RFC 3339, seven digits. */
  readonly created: string;
  /** Formats of what is in it: a version that knows less refuses it (L25). */
  readonly formats: { readonly state: number; readonly journal: number; readonly archive: number };
  /** Last batch whose events are judged in the state, and the last one that the journal holds; 0 where there is none. */
  readonly positions: { readonly judged: number; readonly durable: number };
  /** In the order of their paths. */
  readonly files: readonly BackedUpFile[];
}

export interface BackedUpFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export const MANIFEST = 'manifest.json';
export const BACKUP_SCHEMA = 'triad.backup/1';
const SCHEMA = /^triad\.backup\/(\d+)$/;
const SHA256 = /^[0-9a-f]{64}$/;
export type ManifestReading =
  | { readonly kind: 'manifest'; readonly manifest: BackupManifest }
  /** `newer`: a later version made it. */
  | { readonly kind: 'problem'; readonly code: 'newer' | 'unreadable'; readonly message: string };

/** Reads a manifest and checks every part of it: what it names is opened. */
export function readManifest(text: string): ManifestReading {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return unreadable('it is no JSON');
  }
  if (!isRecord(json)) return unreadable('it is no object');
  const [, format] = SCHEMA.exec(String(json['schema'])) ?? [];
  if (format === undefined) return unreadable('it is no manifest of a backup');
  if (format !== '1') {
    return { kind: 'problem', code: 'newer', message: `The backup has format ${format}, which a later version made.` };
  }
  const { version, created, formats, positions, files } = json;
  if (typeof version !== 'string' || typeof created !== 'string') return unreadable('version or created is missing');
  if (!areNumbers(formats, ['state', 'journal', 'archive'])) return unreadable('formats is broken');
  if (!areNumbers(positions, ['judged', 'durable'])) return unreadable('positions is broken');
  if (!Array.isArray(files) || !files.every(isFile)) return unreadable('files is broken');
  if (new Set(files.map(({ path }) => path)).size !== files.length) return unreadable('a file stands in it twice');
  const known = { schema: BACKUP_SCHEMA, version, created } as const;
  return {
    kind: 'manifest',
    manifest: {
      ...known,
      formats: formats as BackupManifest['formats'],
      positions: positions as BackupManifest['positions'],
      files,
    },
  };
}

function unreadable(why: string): ManifestReading {
  return { kind: 'problem', code: 'unreadable', message: `${MANIFEST} cannot be read: ${why}.` };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function areNumbers(value: unknown, names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => Number.isSafeInteger(value[name]) && Number(value[name]) >= 0);
}

function isFile(value: unknown): value is BackedUpFile {
  if (!isRecord(value)) return false;
  const { path, bytes, sha256 } = value;
  const isSized = Number.isSafeInteger(bytes) && Number(bytes) >= 0;
  return isHeldPath(path) && isSized && typeof sha256 === 'string' && SHA256.test(sha256);
}

/** Paths that a backup may hold: nothing leads out of it (L20). */
function isHeldPath(path: unknown): path is string {
  return typeof path === 'string' && path.split('/').every(isHeldName);
}
