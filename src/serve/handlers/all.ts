import type { Handler, OperationId } from '../../api/index.ts';
import { BodyBudget, BUDGET_LIMITS, HecChannels, scopeOf } from '../../receive/index.ts';
import type { By } from '../../state/index.ts';
import type { Seen } from '../blind/sight.ts';
import { bodyLimitsOf } from '../body-limits.ts';
import { dueTargetsOf } from '../due-targets.ts';
import type { Gate } from '../gate.ts';
import type { PeopleDesk } from '../people/people-parts.ts';
import type { Retried } from '../retry-letters.ts';
import type { ServedRules } from '../serve-request.ts';
import { healthOf, look, measure, notReady, type RunningParts } from '../server-health.ts';
import type { ServerParts } from '../server-parts.ts';
import { expectedSyslog } from '../syslog/senders.ts';
import { elasticHandler, ingestHandler } from './batches.ts';
import { blindHandlers } from './blind.ts';
import { eventHandlers } from './events.ts';
import { foundHandlers } from './found.ts';
import { healthHandlers } from './health.ts';
import { hecHandlers } from './hec.ts';
import { confirmedHold, type HoldParts, holdHandlers } from './holds.ts';
import { hostHandlers } from './hosts.ts';
import { scopeHandlers } from './incident-scopes.ts';
import { incidentHandlers } from './incidents.ts';
import { keyHandlers } from './keys.ts';
import { otlpHandler } from './otlp.ts';
import { outboxHandlers } from './outbox.ts';
import { peopleHandlers } from './people.ts';
import { pinHandlers } from './pins.ts';
import { proposalHandlers } from './proposals.ts';
import { recordHandlers } from './records.ts';
import { ruleTestHandlers } from './rule-test.ts';
import { ruleHandlers } from './rules.ts';
import { sessionHandlers } from './session.ts';
import { shipperHandlers } from './shippers.ts';
import { streamHandlers } from './stream.ts';
import { suppressionHandlers } from './suppressions.ts';
import { surveyHandlers } from './survey.ts';
import type { BatchParts } from './take-batch.ts';

/** What the handlers ask of the server that they are part of. */
export interface ServerView {
  readonly gate: Gate;
  readonly people: PeopleDesk;
  /** Empty until it listens. */
  url(): string;
  connections(): number;
  /** What comes by other ways than HTTP. */
  inlets(): RunningParts['inlets'];
  lagMs(): number;
  /** Whether Triad sees anything at all, and who has gone quiet. */
  seen(): Promise<Seen>;
  /** True when what a person needs to use it lies in its folder. */
  isOpen(): boolean;
  isStopping(): boolean;
  retry(by: By): Promise<Retried>;
  /** The rules that are in use now. */
  rules(): ServedRules;
}

/** What shippers are told where the configuration says nothing: accepted by the official clients of 8 and 9. */
const ELASTIC_VERSION = '8.15.0';

/** One handler for each operation of the table of routes. */
export function allHandlers(parts: ServerParts, view: ServerView): Readonly<Record<OperationId, Handler>> {
  const { request, metrics, state, archiver } = parts;
  const { settings, nowMs, random } = request;
  const budget = new BodyBudget({ ...BUDGET_LIMITS, totalBytes: settings.limits.bodiesBytes });
  const batches = batchParts(parts, view, budget);
  const channels = new HecChannels();
  const onRequest: HoldParts['onRequest'] = (asked) => parts.stream.requested(asked);
  const holds = { archiver, state, nowMs, random, onRequest };
  const running = (): RunningParts => ({
    ...parts,
    connections: view.connections(),
    inlets: view.inlets(),
    heldBytes: budget.usedBytes,
    lagMs: view.lagMs(),
  });
  return {
    ingest: ingestHandler(batches),
    elastic: elasticHandler(batches),
    otlpLogs: otlpHandler(batches),
    ...hecHandlers({
      batches,
      channels,
      acks: settings.hec.acks,
      notReady: () => notReady(running()),
      isStopping: () => view.isStopping(),
    }),
    ...keyHandlers({
      state,
      gate: view.gate,
      lifetimeMs: settings.keys.lifetime,
      nowMs,
      random,
      onRevoked: (key) => parts.stream.endOf(key),
      onSender: (id) => parts.bindings.forget(id),
      told: {
        expected: expectedSyslog(settings.syslog),
        behind: () => parts.reader.estimates.all(nowMs()),
        traffic: parts.traffic,
        waitingOf: (sender) => parts.taker.waitingOf(sender),
      },
    }),
    ...sessionHandlers({ state, metrics, nowMs, random, place: () => parts.stream.place, ...view.people }),
    ...peopleHandlers({
      state,
      nowMs,
      random,
      ...view.people,
      confirmed: (asked, decided) => confirmedHold(holds, asked, decided),
      onRequest,
    }),
    ...recordHandlers({ state, nowMs, retry: oneAtATime((by) => view.retry(by)) }),
    ...suppressionHandlers({
      state,
      nowMs,
      onChange: (number, change) => parts.stream.suppressed(number, change),
    }),
    ...incidentHandlers({
      state,
      targets: dueTargetsOf(settings.targets),
      nowMs,
      place: () => parts.stream.place,
      archiver,
      version: request.version,
      storeId: parts.storeId,
      steadyMs: request.steadyMs,
      onActed: (id) => parts.stream.acted(id),
    }),
    ...scopeHandlers(state),
    ...foundHandlers(state),
    ...hostHandlers({ state, clocks: parts.clocks, nowMs }),
    ...ruleHandlers({ state, nowMs, rules: () => view.rules() }),
    ...ruleTestHandlers({ archiver, tester: parts.tester }),
    ...streamHandlers(parts.stream),
    ...outboxHandlers({ state, outbox: parts.outbox, nowMs }),
    ...pinHandlers({ state, pins: parts.pins, nowMs }),
    ...proposalHandlers({ state, pins: parts.pins, nowMs, onActed: (id) => parts.stream.acted(id) }),
    ...surveyHandlers({ archiver, state }),
    ...eventHandlers({ archiver, viewer: parts.viewer, metrics }),
    ...holdHandlers(holds),
    ...shipperHandlers(),
    ...blindHandlers({ seen: () => view.seen() }),
    ...healthHandlers({
      version: request.version,
      metrics,
      measure: async () => {
        await look(parts);
        await measureIncidents(parts);
        measureSilence(parts, await view.seen());
        // Behind all that waits: gauges and counters of one text are of one moment.
        measure(running());
        measureChannels(parts, channels);
        measureAttempts(parts, view.people);
        measureTraffic(parts);
        parts.stream.measure();
      },
      health: async () => {
        await look(parts);
        return healthOf(running());
      },
      notReady: () => {
        if (view.isStopping()) return 'the server is ending';
        return view.isOpen() ? notReady(running()) : 'the server is starting';
      },
      lagMs: () => view.lagMs(),
    }),
  };
}

function batchParts(
  { request, taker, traffic, metrics, storeId }: ServerParts,
  { gate, url }: ServerView,
  budget: BodyBudget,
): BatchParts {
  const { limits, elastic } = request.settings;
  return {
    taker,
    budget,
    limits: bodyLimitsOf(limits),
    metrics,
    traffic,
    elastic: () => ({
      version: elastic.version ?? ELASTIC_VERSION,
      clusterUuid: Buffer.from(storeId).toString('base64url').slice(0, 22),
      publishAddress: url().replace(/^https?:\/\//, ''),
    }),
    mayBring: (caller, protocol) => gate.covers(caller, scopeOf(protocol)),
    nowMs: request.nowMs,
  };
}

/** Undefined for whoever asks while it is being done. */
function oneAtATime<Done>(run: (by: By) => Promise<Done>): (by: By) => Promise<Done | undefined> {
  let isRunning = false;
  return async (by) => {
    if (isRunning) return undefined;
    isRunning = true;
    try {
      return await run(by);
    } finally {
      isRunning = false;
    }
  };
}

function measureChannels({ metrics }: ServerParts, { count, evicted }: HecChannels): void {
  metrics.set('triad_state_entries', count, ['hecChannels']);
  metrics.set('triad_state_evictions_total', evicted.channels, ['hecChannels', 'capacity']);
  metrics.set('triad_state_evictions_total', evicted.acks, ['hecAcks', 'capacity']);
}

function measureAttempts({ metrics }: ServerParts, { attempts }: PeopleDesk): void {
  metrics.set('triad_state_entries', attempts.held, ['signInAttempts']);
  metrics.set('triad_state_evictions_total', attempts.evicted, ['signInAttempts', 'capacity']);
}

function measureTraffic({ metrics, traffic }: ServerParts): void {
  metrics.set('triad_state_entries', traffic.held, ['senderTraffic']);
  metrics.set('triad_state_evictions_total', traffic.evicted, ['senderTraffic', 'capacity']);
}

async function measureIncidents({ state, metrics }: ServerParts): Promise<void> {
  const counted = await state.call('countIncidents', null);
  if (counted.kind === 'refused') return;
  metrics.set('triad_state_entries', counted.value.held, ['incidents']);
  metrics.clear('triad_incidents_open');
  for (const { level, state: word, count } of counted.value.counts) {
    if (word !== 'closed' && word !== 'merged') metrics.set('triad_incidents_open', count, [level, word]);
  }
}

/** One number for all senders: names have no place among labels (SERVE 6). */
function measureSilence({ metrics }: ServerParts, { atMs, quietestMs }: Seen): void {
  metrics.clear('triad_sender_last_record_age_seconds');
  if (quietestMs !== undefined) {
    metrics.set('triad_sender_last_record_age_seconds', Math.max(0, atMs - quietestMs) / 1000);
  }
}
