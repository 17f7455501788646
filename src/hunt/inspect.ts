import { Engine } from '../analytics/index.ts';
import { HostTable } from '../entities/index.ts';
import { type FilePort, type FoundInputs, findInputs, type PathProblem } from '../intake/index.ts';
import type { InspectedChannel, InspectedInput, InspectedLog, Inspection } from '../report/index.ts';
import type { ShapeMap } from '../shapes/index.ts';
import { type CoverageCount, compareInstants, formatTime, type Instant, type Zone } from '../windows/index.ts';
import { type LogCount, type ReadEvidence, type ReadState, readEvidence } from './read-evidence.ts';

export interface InspectRequest {
  readonly paths: readonly string[];
  readonly port: FilePort;
  readonly carve: boolean;
  /** `--map`: mappings of the user's own. */
  readonly maps?: readonly ShapeMap[];
  /** `--assume-zone`: the zone of local times. */
  readonly assumedZone?: Zone;
  readonly jobs: number;
  readonly runStartMs: number;
  readonly memoryBytes: number;
  readonly temporaryFolder: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (state: ReadState) => void;
  readonly onTemporaryFolder?: (folder: string) => void;
}

export type InspectOutcome =
  | { readonly kind: 'problems'; readonly problems: readonly PathProblem[] }
  | { readonly kind: 'nothing'; readonly found: FoundInputs }
  | { readonly kind: 'done'; readonly inspection: Inspection };

/** Says what each input is and what it leaves blind, without judging what it holds. */
export async function inspect(request: InspectRequest): Promise<InspectOutcome> {
  const found = await findInputs(request.paths, request.port);
  if (found.problems.length > 0) return { kind: 'problems', problems: found.problems };
  if (found.inputs.length === 0) return { kind: 'nothing', found };
  const evidence = await readEvidence({ ...request, found, hash: false });
  try {
    const engine = new Engine({ coverage: evidence.coverage });
    for (const event of evidence.store.sorted()) {
      engine.accept(event);
      if (request.signal.aborted) break;
    }
    const { gaps, notEvaluated } = engine.finish();
    const hosts = HostTable.from(evidence.coverage);
    return {
      kind: 'done',
      inspection: {
        schemaVersion: 1,
        inputs: inspectedInputs(evidence, hosts),
        notRead: evidence.notRead.map(({ kind, count, examples, advice }) => ({
          kind,
          count,
          examples: examples.map((source) => [source.file, ...(source.container ?? [])].join(' › ')).slice(0, 5),
          close: advice,
        })),
        anomalies: evidence.anomalies,
        gaps,
        notEvaluated,
      },
    };
  } finally {
    evidence.store.close();
  }
}

function inspectedInputs(evidence: ReadEvidence, hosts: HostTable): readonly InspectedInput[] {
  return evidence.inputs.map((input, number) => ({
    name: input.source.file,
    kind: input.kind,
    bytes: input.bytes,
    logs: evidence.logs.filter((log) => log.input === number).map((log) => inspectedLog(log, evidence.coverage, hosts)),
  }));
}

function inspectedLog(log: LogCount, coverage: readonly CoverageCount[], hosts: HostTable): InspectedLog {
  const rows = coverage.filter((count) => count.source === log.source);
  const channels = new Map<string, CoverageCount[]>();
  for (const row of rows) {
    const key = `${hosts.keyOf(row.computer)}\u0000${row.channel.toLowerCase()}`;
    const list = channels.get(key);
    if (list === undefined) channels.set(key, [row]);
    else list.push(row);
  }
  return {
    ...(log.source.container === undefined ? {} : { member: log.source.container }),
    shape: 'evtx',
    bytes: log.bytes,
    records: log.counts,
    rejected: log.rejected,
    channels: [...channels.values()].map((list) => inspectedChannel(list, hosts)),
  };
}

function inspectedChannel(rows: readonly CoverageCount[], hosts: HostTable): InspectedChannel {
  const ids = new Map<number, number>();
  let first: Instant | undefined;
  let last: Instant | undefined;
  let misdated = 0;
  for (const row of rows) {
    ids.set(row.eventId, (ids.get(row.eventId) ?? 0) + row.count);
    misdated += row.misdated;
    if (row.first !== undefined && (first === undefined || compareInstants(row.first, first) < 0)) first = row.first;
    if (row.last !== undefined && (last === undefined || compareInstants(row.last, last) > 0)) last = row.last;
  }
  const [row] = rows;
  return {
    host: hosts.keyOf(row?.computer ?? ''),
    channel: row?.channel ?? '',
    ids: Object.fromEntries([...ids].sort(([a], [b]) => a - b)),
    ...(first === undefined ? {} : { from: formatTime(first.ms, first.ticks) }),
    ...(last === undefined ? {} : { to: formatTime(last.ms, last.ticks) }),
    misdated,
  };
}
