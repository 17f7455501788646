import { Engine } from '../analytics/index.ts';
import { isAudit } from '../audits/index.ts';
import { HostTable } from '../entities/index.ts';
import { type FilePort, type FoundInputs, findInputs, mergeNotRead, type PathProblem } from '../intake/index.ts';
import {
  type InspectedChannel,
  type InspectedInput,
  type InspectedLog,
  type InspectedText,
  type Inspection,
  placeName,
} from '../report/index.ts';
import { mapShape, SHAPES, type ShapeMap } from '../shapes/index.ts';
import {
  type CoverageCount,
  compareInstants,
  formatTime,
  type Instant,
  type Source,
  type Zone,
} from '../windows/index.ts';
import { readAtRest } from './at-rest.ts';
import { inspectedText } from './inspect-text.ts';
import { type LogCount, type ReadEvidence, readEvidence } from './read-evidence.ts';
import type { ReadState } from './read-request.ts';
import { type SampledText, sampleInput } from './sample-units.ts';
import { openHolding } from './spool-file.ts';

export interface InspectRequest {
  readonly paths: readonly string[];
  readonly port: FilePort;
  readonly carve: boolean;
  /** `--map`: mappings of the user's own. */
  readonly maps?: readonly ShapeMap[];
  /** `--assume-zone`: the zone of local times. */
  readonly assumedZone?: Zone;
  /** `--password-file`: tried in order on encrypted members. */
  readonly passwords?: readonly string[];
  readonly jobs: number;
  readonly runStartMs: number;
  readonly memoryBytes: number;
  readonly temporaryFolder: string;
  /** `--sample`: units of each shape that are shown field by field. */
  readonly sample?: number;
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
  const found = await findInputs(request.paths, request.port, { isAudit });
  if (found.problems.length > 0) return { kind: 'problems', problems: found.problems };
  if (found.inputs.length === 0) return { kind: 'nothing', found };
  const evidence = await readEvidence({ ...request, found, hash: false, isAudit });
  try {
    const atRest = readAtRest(evidence.kept, evidence.inputs, evidence.coverage, { carve: false });
    const coverage = [...evidence.coverage, ...atRest.coverage];
    const engine = new Engine({ coverage });
    for (const event of evidence.store.sorted()) {
      engine.accept(event);
      if (request.signal.aborted) break;
    }
    const { gaps, notEvaluated } = engine.finish();
    const hosts = HostTable.from(evidence.coverage);
    const sampled = await samples(request, evidence);
    return {
      kind: 'done',
      inspection: {
        schemaVersion: 1,
        inputs: inspectedInputs(evidence, hosts, request.maps ?? [], sampled),
        repositories: atRest.repositories,
        audits: atRest.audits,
        notRead: mergeNotRead([evidence.notRead, atRest.notRead]).map(({ kind, count, examples, advice }) => ({
          kind,
          count,
          examples: examples.map((source) => placeName(source)).slice(0, 5),
          close: advice,
        })),
        anomalies: [...evidence.anomalies, ...atRest.anomalies],
        gaps,
        notEvaluated,
      },
    };
  } finally {
    evidence.close();
  }
}

/** The first units of each shape, by source; empty unless asked for. */
async function samples(request: InspectRequest, evidence: ReadEvidence): Promise<ReadonlyMap<string, SampledText>> {
  const sampled = new Map<string, SampledText>();
  const { sample: units = 0, maps = [], assumedZone, port, signal } = request;
  const holding = openHolding(request);
  const { passwords } = request;
  const options = {
    maps,
    units,
    holding,
    ...(passwords === undefined ? {} : { passwords }),
    ...(assumedZone === undefined ? {} : { assumedZone }),
  };
  for (const [number, input] of evidence.inputs.entries()) {
    if (units === 0 || signal.aborted) break;
    if (!evidence.logs.some((log) => log.input === number && log.text !== undefined)) continue;
    for (const text of await sampleInput(input, port, options)) sampled.set(keyOf(text.source), text);
  }
  holding.close();
  return sampled;
}

function keyOf(source: Source): string {
  return [source.file, ...(source.container ?? [])].join('\u0000');
}

function inspectedInputs(
  evidence: ReadEvidence,
  hosts: HostTable,
  maps: readonly ShapeMap[],
  sampled: ReadonlyMap<string, SampledText>,
): readonly InspectedInput[] {
  const shapes = [...maps.map(mapShape), ...SHAPES];
  return evidence.inputs.map((input, number) => ({
    name: input.source.file,
    kind: input.kind,
    bytes: input.bytes,
    logs: evidence.logs
      .filter((log) => log.input === number)
      .map((log) => ({
        ...inspectedLog(log, evidence.coverage, hosts),
        ...(log.text === undefined
          ? {}
          : { text: { ...inspectedText(log.text, shapes), ...sampleOf(sampled, log.source) } }),
      })),
  }));
}

function sampleOf(
  sampled: ReadonlyMap<string, SampledText>,
  source: Source,
): Pick<InspectedText, 'samples' | 'proposedMap'> {
  const text = sampled.get(keyOf(source));
  if (text === undefined) return {};
  const { samples: units, proposedMap } = text;
  return { samples: units, ...(proposedMap === undefined ? {} : { proposedMap }) };
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
    shape: log.text === undefined ? 'evtx' : 'text',
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
