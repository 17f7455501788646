import { configDigest, findingsDigest } from './json.ts';
import { compareText } from './record-line.ts';
import type { ClassCounts, EvidenceMember, HuntOptions, HuntResult, RulePack, ToolVersion } from './result.ts';

export const MANIFEST_SCHEMA = 'triad.manifest/1';

/** A file that the hunt wrote. */
export interface ManifestOutput {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ManifestEvidence {
  readonly name: string;
  readonly pathAsGiven: string;
  readonly bytes: number;
  readonly sha256?: string;
  readonly mtime?: string;
  /** Always true: Triad opens evidence for reading only (L3). */
  readonly readOnly: true;
  /** What it was recognised as. */
  readonly kind: string;
  readonly container: 'zip' | 'gzip' | 'file';
  readonly members: readonly EvidenceMember[];
  readonly hosts: readonly string[];
  readonly firstRecord?: string;
  readonly lastRecord?: string;
  readonly records: ClassCounts;
  readonly lostRecords: number;
}

/** What was judged, with what, and what came out (PRODUCT 15, L3), as far as this version has content. */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA;
  readonly schemaVersion: 1;
  readonly tool: ToolVersion & { readonly runtime?: string; readonly os?: string; readonly arch?: string };
  readonly run: {
    readonly argv: readonly string[];
    readonly status: 'ok' | 'partial' | 'failed';
    readonly started: string;
    readonly ended: string;
    /** Minutes east of UTC; the times above are UTC by the machine's own clock, which nothing checked. */
    readonly machineUtcOffsetMinutes: number;
    readonly machineClockSource: 'system clock';
    readonly exit: number;
    readonly configSha256: string;
    readonly config: HuntOptions;
  };
  readonly content: { readonly rules?: RulePack };
  readonly evidence: readonly ManifestEvidence[];
  readonly result: {
    readonly findingsDigest: string;
    readonly outputs: readonly ManifestOutput[];
    readonly errors: number;
    /** Bounds that were hit, in words. */
    readonly limits: readonly string[];
  };
  readonly corrections: readonly never[];
  readonly transfers: readonly never[];
}

/** The manifest of a finished hunt; `outputs` are the files that it wrote, hashed by the caller. */
export function buildManifest(result: HuntResult, outputs: readonly ManifestOutput[] = []): Manifest {
  const { header, run, summary, anomalies } = result;
  return {
    schema: MANIFEST_SCHEMA,
    schemaVersion: 1,
    tool: {
      ...header.tool,
      ...(run.runtime === undefined ? {} : { runtime: run.runtime }),
      ...(run.os === undefined ? {} : { os: run.os }),
      ...(run.arch === undefined ? {} : { arch: run.arch }),
    },
    run: {
      argv: run.argv ?? [],
      status: run.status,
      started: run.start,
      ended: run.end,
      machineUtcOffsetMinutes: run.utcOffsetMinutes,
      machineClockSource: 'system clock',
      exit: run.exit,
      configSha256: configDigest(result),
      config: header.options,
    },
    content: header.rules === undefined ? {} : { rules: header.rules },
    evidence: header.evidence.map((input) => ({
      name: lastPart(input.name),
      pathAsGiven: input.name,
      bytes: input.bytes,
      ...(input.sha256 === undefined ? {} : { sha256: input.sha256 }),
      ...(input.mtime === undefined ? {} : { mtime: input.mtime }),
      readOnly: true,
      kind: input.kind,
      container: input.kind === 'zip' || input.kind === 'gzip' ? input.kind : 'file',
      members: input.members ?? [],
      hosts: input.hosts,
      ...(input.firstRecord === undefined ? {} : { firstRecord: input.firstRecord }),
      ...(input.lastRecord === undefined ? {} : { lastRecord: input.lastRecord }),
      records: input.records,
      lostRecords: input.rejected,
    })),
    result: {
      findingsDigest: findingsDigest(result),
      outputs: [...outputs].sort((a, b) => compareText(a.path, b.path)),
      errors: anomalies.filter(({ level }) => level === 'error').reduce((sum, anomaly) => sum + anomaly.count, 0),
      limits: Object.entries(summary.evicted)
        .filter(([, n]) => n > 0)
        .map(([table, n]) => `${n} left out of ${table}`),
    },
    corrections: [],
    transfers: [],
  };
}

function lastPart(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** The manifest as a file: indented JSON with a line break at its end. */
export function renderManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
