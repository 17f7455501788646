import { isAudit } from '../audits/index.ts';
import { HostTable } from '../entities/index.ts';
import { copyFolder } from '../evidence/index.ts';
import {
  type FilePort,
  type FoundInputs,
  findInputs,
  matcherOf,
  mergeNotRead,
  type PathProblem,
  type RuleSet,
} from '../intake/index.ts';
import { type Examined, examine } from '../judgement/index.ts';
import type { Pin } from '../pins/index.ts';
import type { HuntOptions, HuntResult, RulePack } from '../report/index.ts';
import type { ShapeMap } from '../shapes/index.ts';
import type { EventMatcher } from '../taxonomy/index.ts';
import type { CoverageCount, Instant, Zone } from '../windows/index.ts';
import { type AtRest, readAtRest } from './at-rest.ts';
import { buildResult, isNameOf } from './build-result.ts';
import { type LogCount, type ReadEvidence, readEvidence } from './read-evidence.ts';
import type { ReadState } from './read-request.ts';
import { ruleSummary } from './rule-summary.ts';

/** Rules that come with the program, and what the header says of them. */
export interface BundledRules {
  readonly rules: RuleSet;
  readonly stated: RulePack;
}

/** What a person asked for, with everything that the machine adds passed in (no clock, no environment below). */
export interface HuntRequest {
  readonly paths: readonly string[];
  readonly port: FilePort;
  readonly options: HuntOptions;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
  /** `--map`: mappings of the user's own. */
  readonly maps?: readonly ShapeMap[];
  /** `--assume-zone`: the zone of local times. */
  readonly assumedZone?: Zone;
  /** `--password-file`: tried in order on encrypted members. */
  readonly passwords?: readonly string[];
  /** `--rules`: the user's own. */
  readonly rules?: RuleSet;
  /** `--pins`: what the organisation accepts. */
  readonly pins?: readonly Pin[];
  /** Our own pack of rules; none where the user wants none. */
  readonly pack?: BundledRules;
  readonly jobs: number;
  readonly hash: boolean;
  readonly runStartMs: number;
  /** Bytes of kept events in memory before sorted runs go to `temporaryFolder` (SETTLED A21: 128 MB). */
  readonly memoryBytes: number;
  readonly temporaryFolder: string;
  /** Stops reading; what was read so far is joined and told, marked partial. */
  readonly signal: AbortSignal;
  readonly onProgress?: (state: ReadState) => void;
  /** Told of the private folder of sorted runs, so that an interrupted program can remove it. */
  readonly onTemporaryFolder?: (folder: string) => void;
  /** Milliseconds of a clock that never runs back: bounds the joins after an interrupt. */
  readonly nowMs: () => number;
  readonly tool: { readonly name: string; readonly version: string };
}

export type HuntOutcome =
  | { readonly kind: 'problems'; readonly problems: readonly PathProblem[] }
  /** Paths exist, and nothing in them is an event log: exit 3 (SETTLED A29). */
  | { readonly kind: 'nothing'; readonly found: FoundInputs }
  /** No record is of a host that was asked for: an empty report would pass for a clean one. */
  | { readonly kind: 'noHost'; readonly names: readonly string[]; readonly hosts: readonly string[] }
  | { readonly kind: 'done'; readonly result: HuntResult };

/** Joining after an interrupt may take this long (SETTLED A28). */
const JOIN_AFTER_INTERRUPT_MS = 10_000;

/** Finds, reads, joins and judges. Everything that it returns but `run` is the same for the same evidence (L7). */
export async function hunt(request: HuntRequest): Promise<HuntOutcome> {
  const found = await findInputs(request.paths, request.port, { isAudit });
  if (found.problems.length > 0) return { kind: 'problems', problems: found.problems };
  if (found.readableBytes === 0) return { kind: 'nothing', found };
  const evidence = await readEvidence({
    found,
    port: request.port,
    carve: request.options.carve,
    jobs: request.jobs,
    hash: request.hash,
    runStartMs: request.runStartMs,
    memoryBytes: request.memoryBytes,
    temporaryFolder: request.temporaryFolder,
    signal: request.signal,
    ...(request.maps === undefined ? {} : { maps: request.maps }),
    ...(request.assumedZone === undefined ? {} : { assumedZone: request.assumedZone }),
    ...(request.passwords === undefined ? {} : { passwords: request.passwords }),
    rules: [request.pack?.rules, request.rules].filter((set) => set !== undefined),
    isAudit,
    ...(request.onProgress === undefined ? {} : { onProgress: request.onProgress }),
    ...(request.onTemporaryFolder === undefined ? {} : { onTemporaryFolder: request.onTemporaryFolder }),
  });
  try {
    const atRest = readAtRest(evidence.kept, evidence.inputs, evidence.coverage, { carve: request.options.carve });
    if (!evidence.isPartial && (!evidence.logs.some(holdsEvidence) || isLost(evidence)) && isEmpty(atRest)) {
      const { anomalies, notRead } = evidence;
      return {
        kind: 'nothing',
        found: {
          ...found,
          anomalies: [...anomalies, ...atRest.anomalies],
          notRead: mergeNotRead([notRead, atRest.notRead]),
        },
      };
    }
    const coverage = [...evidence.coverage, ...atRest.coverage];
    const unknown = unknownHosts(coverage, request.options.hosts);
    if (unknown !== undefined && !evidence.isPartial) return unknown;
    const ruled = request.rules === undefined ? undefined : matcherOf(request.rules);
    const pack = request.pack === undefined ? undefined : matcherOf(request.pack.rules);
    const matchers = { rules: ruled?.matcher, pack: pack?.matcher };
    const examined = await examineEvidence(evidence, atRest, coverage, request, matchers);
    const isPartial = evidence.isPartial || examined.isCutShort || request.signal.aborted;
    const rules =
      ruled === undefined ? undefined : ruleSummary(ruled.matcher.rules, ruled.problems, examined.engine.ruleHits);
    const judged = { ...evidence, coverage, atRest, ...(rules === undefined ? {} : { rules }) };
    return { kind: 'done', result: buildResult(request, judged, examined, isPartial) };
  } finally {
    evidence.close();
  }
}

/** True of a log, and of a text in which something is of a known shape: ordinary JSON is no evidence (SETTLED A29). */
function holdsEvidence({ text }: LogCount): boolean {
  return (
    text === undefined ||
    text.events + text.skippedByFilter + text.thirdParty.length + (text.units['incomplete'] ?? 0) > 0
  );
}

/**
 * True when nothing at rest told anything: a repository without a subscription has told that there is none, but for one that
 * could not be read; and so has an audit that lists nothing, but for one of which rows could not be read.
 */
function isEmpty({ events, repositories, audits, anomalies }: AtRest): boolean {
  const isRead =
    repositories.some(({ generations }) => generations.some((one) => one.classes + one.instances > 0)) &&
    !anomalies.some(({ level }) => level === 'error');
  const isListed = audits.some(({ objects, rejected }) => objects > 0 || rejected === 0);
  return !isListed && !isRead && events.every(({ sight }) => sight === undefined);
}

/** True when not one record came out of evidence that is damaged: an empty report would pass for a clean one. */
function isLost({ logs, anomalies }: ReadEvidence): boolean {
  const records = logs.reduce((sum, { counts, text }) => {
    const skipped = (text?.skippedByFilter ?? 0) + (text?.thirdParty.length ?? 0);
    return sum + counts.live + counts.afterDamage + counts.swallowed + counts.carved + skipped;
  }, 0);
  return records === 0 && anomalies.some(({ level }) => level !== 'note');
}

/** The names that were asked for and that no record bears, with the hosts that there are; undefined when all are known. */
function unknownHosts(
  coverage: readonly CoverageCount[],
  names: readonly string[],
): Extract<HuntOutcome, { kind: 'noHost' }> | undefined {
  if (names.length === 0) return undefined;
  const table = HostTable.from(coverage);
  const hosts = [...new Set(coverage.map((count) => table.keyOf(count.computer)))].sort();
  const unknown = names.filter((name) => !hosts.some((host) => isNameOf(name, host, table)));
  return unknown.length === 0 ? undefined : { kind: 'noHost', names: unknown, hosts };
}

/** Has the engine take the kept events, with a breath now and then that lets a signal arrive, and a bound after one. */
async function examineEvidence(
  evidence: ReadEvidence,
  atRest: AtRest,
  coverage: readonly CoverageCount[],
  request: HuntRequest,
  { rules, pack }: Readonly<Record<'rules' | 'pack', EventMatcher | undefined>>,
): Promise<Examined> {
  const { signal, nowMs } = request;
  const steps = examine({
    context: {
      coverage,
      ...(rules === undefined ? {} : { rules }),
      ...(pack === undefined ? {} : { pack }),
    },
    records: evidence.store.sorted(),
    folder: copyFolder(evidence.coverage),
    objects: atRest.events,
  });
  let deadlineMs = signal.aborted ? nowMs() + JOIN_AFTER_INTERRUPT_MS : Number.POSITIVE_INFINITY;
  let step = steps.next();
  while (step.done !== true) {
    await new Promise<void>((resume) => setImmediate(resume));
    if (signal.aborted && deadlineMs === Number.POSITIVE_INFINITY) deadlineMs = nowMs() + JOIN_AFTER_INTERRUPT_MS;
    step = steps.next({ stop: nowMs() > deadlineMs });
  }
  return step.value;
}
