import { join } from 'node:path';
import { isSourceAllowed, LOOPBACK_SOURCES, localKey, makeKey } from '../accounts/index.ts';
import { isLoopback, type Settings } from '../config/index.ts';
import { decodeInline, type decodeInThreads, handRules, type RuleSet } from '../intake/index.ts';
import { type Journal, nodeDisk, openJournal } from '../journal/index.ts';
import { BODY_LIMITS, BodyBudget, BUDGET_LIMITS } from '../receive/index.ts';
import { openState, type State } from '../state/index.ts';
import { BatchTaker } from './batch-taker.ts';
import { ADDRESS, FIRST_KEY, LOCAL_TOKEN, prepareFolder, writePrivate } from './data-folder.ts';
import { Detector } from './detect/detector.ts';
import { knownIncidents } from './detect/known-incidents.ts';
import type { DetectRequest } from './detect/messages.ts';
import { Dispatcher } from './dispatch.ts';
import { makeFirstKey } from './first-key.ts';
import { Gate } from './gate.ts';
import { type BatchParts, elasticHandler, ingestHandler } from './handlers/batches.ts';
import { healthHandlers } from './handlers/health.ts';
import { incidentHandlers } from './handlers/incidents.ts';
import { keyHandlers } from './handlers/keys.ts';
import { recordHandlers } from './handlers/records.ts';
import { Judgements } from './judgements.ts';
import { LagWatch } from './lag-watch.ts';
import { type Listener, listen } from './listener.ts';
import { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { batchSource } from './read-batch.ts';
import { Reader } from './reader.ts';
import { ReloadableDecoders } from './reloadable-decoders.ts';
import { type RetryParts, retryDeadLetters } from './retry-letters.ts';
import { healthOf, measure, notReady, type RunningParts } from './server-health.ts';
import { positionSince, startOf } from './start-of.ts';

export interface ServeRequest {
  readonly folder: string;
  readonly settings: Settings;
  readonly version: string;
  /** PEM texts of `tls.certificate` and `tls.key`. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  readonly pid: number;
  /** Who runs the server, for the audit of what is done with the local token. */
  readonly osUser: string;
  readonly threads: number;
  /** Rules of the user's own, and our own pack. */
  readonly rules: RuleSet | undefined;
  readonly pack: RuleSet | undefined;
  nowMs(): number;
  steadyMs(): number;
  random(bytes: number): Uint8Array;
  writeLog(line: string): void;
  /** Shows a secret once; false where there is no terminal to show it on, and it goes to a file instead. */
  showSecret(what: string, secret: string): boolean;
}

/** What a running server takes anew without losing anything. */
export interface ReloadedRules {
  readonly rules: RuleSet | undefined;
  readonly pack: RuleSet | undefined;
}

export interface Reload extends ReloadedRules {
  /** PEM texts, where the server speaks TLS. */
  readonly tls: ServeRequest['tls'];
}

export type ServeStart =
  | { readonly kind: 'running'; readonly server: RunningServer }
  /** `code` for the message, what happened, and what to do. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly action: string };

/** How long requests that are being answered may take at the end (SERVE 6: 25 s in all). */
const DRAIN_MS = 15_000;
const HOUSEKEEPING_MS = 30_000;
/** Numbers of packers above those of the threads. */
const FIRST_LETTER_PACKER = 1_000_000;

function refuse(code: string, message: string, action: string): ServeStart {
  return { kind: 'refused', code, message, action };
}

/** Opens the folder, reads on where it stopped, and listens. */
export async function startServer(request: ServeRequest): Promise<ServeStart> {
  const { folder, settings, nowMs, random } = request;
  const log = new Log(request.writeLog, settings.log.level, nowMs);
  const unfit = await prepareFolder(folder);
  if (unfit !== undefined) return refuse('TRIAD-E-SERVE-FOLDER', unfit, 'Choose a folder of your own with --data.');
  const opened = await openState(folder, { nowMs: nowMs(), pid: request.pid, random });
  if (opened.kind === 'problem') {
    const isLocked = opened.code === 'locked';
    const action = isLocked
      ? 'Use the running server, or choose another folder with --data.'
      : 'Mend this, and start again.';
    return refuse(`TRIAD-E-SERVE-${opened.code.toUpperCase()}`, opened.message, action);
  }
  const { state } = opened;
  try {
    const started = await startOn(state, request, log);
    if (started.kind === 'refused') await state.close();
    return started;
  } catch (cause) {
    await state.close();
    throw cause;
  }
}

async function startOn(state: State, request: ServeRequest, log: Log): Promise<ServeStart> {
  const { folder, settings, nowMs } = request;
  const identity = await state.call('identity', null);
  const positions = await state.call('positions', null);
  if (identity.kind === 'refused') return refuse('TRIAD-E-SERVE-STATE', identity.message, 'Look at the disk.');
  if (positions.kind === 'refused') return refuse('TRIAD-E-SERVE-STATE', positions.message, 'Look at the disk.');
  const known = await knownIncidents(state);
  if (known.kind === 'refused') return refuse('TRIAD-E-SERVE-STATE', known.message, 'Look at the disk.');
  const { journal: limits } = settings;
  const journalOpened = await openJournal({
    folder: join(folder, 'journal'),
    disk: nodeDisk,
    nowMs,
    storeId: Buffer.from(identity.value.storeId, 'hex'),
    knownPosition: positions.value.judged,
    limits: {
      rollBytes: limits.segmentBytes,
      rollMs: limits.segmentTime,
      maxWaitingBytes: limits.waitingBytes,
      reserveBytes: limits.reserveBytes,
    },
  });
  if (journalOpened.kind === 'problem') {
    return refuse(
      'TRIAD-E-SERVE-JOURNAL',
      journalOpened.problem.text,
      'Nothing was changed. Restore the folder, or start with a new one.',
    );
  }
  const { journal } = journalOpened;
  const metrics = new Metrics();
  const decoders = new ReloadableDecoders(decoderOptions(request), request.threads);
  const taker = new BatchTaker(journal, state, { lagBytes: limits.lagBytes });
  const { heldTime, heldBytes, lateness } = settings.detection;
  const start = await startOf(journal, taker, positions.value.judged, nowMs() - heldTime);
  const judgements = new Judgements(metrics, log);
  const detector = new Detector(
    {
      latenessMs: lateness,
      heldMs: heldTime,
      heldBytes,
      ...(start.wholeFromMs === undefined ? {} : { wholeFromMs: start.wholeFromMs }),
      ...handed(request),
      known: known.value,
    },
    (step) => reader.took(step),
  );
  const reader: Reader = new Reader(
    {
      journal,
      state,
      taker,
      decoders,
      detector,
      heldUpBytes: heldBytes / 4,
      log,
      metrics,
      nowMs,
      onJudged: (step) => judgements.add(step),
    },
    { judged: positions.value.judged, from: start.from },
  );
  const server = new RunningServer({
    request,
    log,
    metrics,
    state,
    journal,
    decoders,
    detector,
    judgements,
    taker,
    reader,
    storeId: Buffer.from(identity.value.storeId, 'hex'),
  });
  const problem = await server.open();
  if (problem !== undefined) {
    await server.closeParts();
    const action =
      problem.code === 'EADDRINUSE'
        ? 'Choose another port with --listen, or end what uses it.'
        : 'Choose another address with --listen.';
    return refuse('TRIAD-E-SERVE-LISTEN', problem.message, action);
  }
  return { kind: 'running', server };
}

function handed({ rules, pack }: ReloadedRules): Pick<DetectRequest, 'rules' | 'pack'> {
  return {
    ...(rules === undefined ? {} : { rules: handRules(rules) }),
    ...(pack === undefined ? {} : { pack: handRules(pack) }),
  };
}

function decoderOptions({
  rules,
  pack,
  nowMs,
}: ReloadedRules & Pick<ServeRequest, 'nowMs'>): Parameters<typeof decodeInThreads>[0] {
  const runStartMs = nowMs();
  const sets = [pack, rules].filter((set) => set !== undefined);
  return {
    logs: { carve: false, collectTemplates: false, runStartMs, ...(sets.length === 0 ? {} : { rules: sets }) },
    texts: { runStartMs, tellUnread: true },
  };
}

interface ServerParts {
  readonly request: ServeRequest;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly state: State;
  readonly journal: Journal;
  readonly decoders: ReloadableDecoders;
  readonly detector: Detector;
  readonly judgements: Judgements;
  readonly taker: BatchTaker;
  readonly reader: Reader;
  readonly storeId: Uint8Array;
}

/** A server that takes events. */
export class RunningServer {
  /** Settles when the server cannot go on by itself, with why. */
  readonly failed: Promise<string>;
  readonly #parts: ServerParts;
  readonly #lag = new LagWatch();
  #fail: (why: string) => void = () => undefined;
  #listener: Listener | undefined;
  #housekeeping: NodeJS.Timeout | undefined;
  #isStopping = false;
  #letterReaders = 0;
  #rules: ReloadedRules;
  #ended: Promise<void> | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#rules = parts.request;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  get url(): string {
    return this.#listener?.url ?? '';
  }

  /** Listens; why it cannot, where it cannot. */
  async open(): Promise<{ readonly code: string; readonly message: string } | undefined> {
    const { request, log, metrics, state, reader } = this.#parts;
    const { folder, settings, random, nowMs } = request;
    const local = makeKey(random);
    const sources = isLoopback(settings.listen.host) ? LOOPBACK_SOURCES : [];
    const gate = new Gate(state, localKey(local, nowMs(), sources), `local:${request.osUser}`, log, nowMs);
    const dispatcher = this.#dispatcher(gate);
    const listening = await listen({
      address: settings.listen,
      tls: request.tls,
      limits: settings.limits,
      trustedProxies: (peer) => settings.trustedProxies.length > 0 && isSourceAllowed(settings.trustedProxies, peer),
      log,
      metrics,
      nowMs,
      answer: (raw) => dispatcher.answer(raw),
    });
    if (listening.kind === 'problem') return listening;
    this.#listener = listening.listener;
    await writePrivate(join(folder, LOCAL_TOKEN), `${local.text}\n`);
    await writePrivate(join(folder, ADDRESS), `${this.url}\n`);
    await makeFirstKey(state, {
      nowMs,
      random,
      lifetimeMs: settings.keys.lifetime,
      keep: (key) => this.#keepFirstKey(key),
    });
    this.#lag.start(request.steadyMs);
    reader.start((cause) => this.#fail(cause instanceof Error ? cause.message : String(cause)));
    void this.#parts.detector.died.then((why) => this.#fail(`the thread of detection ended: ${why}`));
    void state.ended.then((end) => {
      if (end.kind === 'died') this.#fail(`the thread of the state ended: ${end.message}`);
    });
    this.#housekeeping = setInterval(() => void this.#keepHouse(gate), HOUSEKEEPING_MS);
    this.#housekeeping.unref();
    log.info('listening', { url: this.url, folder, version: request.version });
    return undefined;
  }

  /** Takes other rules and certificates: batches go on, the window stays and is judged again. */
  reload({ rules, pack, tls }: Reload): void {
    const { decoders, detector, request, log } = this.#parts;
    this.#rules = { rules, pack };
    decoders.replace(decoderOptions({ rules, pack, nowMs: request.nowMs }));
    detector.useRules(handed({ rules, pack }));
    if (tls !== undefined) this.#listener?.useCertificate(tls);
    log.info('reloaded', { rules: rules !== undefined, pack: pack !== undefined, tls: tls !== undefined });
  }

  /** Says all that can be said of what was taken so far, whatever a watermark would wait for; settles when it is committed. */
  async finish(): Promise<void> {
    const { reader, journal, detector, judgements } = this.#parts;
    await reader.fedUpTo(journal.durable);
    detector.finish();
    for (;;) {
      const step = await judgements.next();
      if (step.isFinished) return;
    }
  }

  /** Ends cleanly: no new batches, those under way answered, what is durable kept for the next start (SERVE 6). */
  stop(): Promise<void> {
    this.#ended ??= this.#stopAll();
    return this.#ended;
  }

  /** Lets go of what was opened before listening. */
  async closeParts(): Promise<void> {
    const { journal, decoders, detector, reader } = this.#parts;
    await reader.stop();
    await detector.close();
    await decoders.close();
    await journal.close();
  }

  async #stopAll(): Promise<void> {
    const { log, state } = this.#parts;
    this.#isStopping = true;
    log.info('stopping');
    clearInterval(this.#housekeeping);
    this.#lag.stop();
    await this.#listener?.close(DRAIN_MS);
    await this.closeParts();
    await state.close();
    log.info('stopped');
  }

  /** Shows the first key on a terminal; without one it goes to a file for this user alone. */
  async #keepFirstKey(secret: string): Promise<void> {
    const { request, log } = this.#parts;
    if (request.showSecret('first key', secret)) return;
    const path = join(request.folder, FIRST_KEY);
    await writePrivate(path, `${secret}\n`);
    log.info('first key written', { path });
  }

  #dispatcher(gate: Gate): Dispatcher {
    const { request, log, metrics, state, taker, storeId } = this.#parts;
    const { settings, nowMs, random } = request;
    const { limits } = settings;
    const budget = new BodyBudget({ ...BUDGET_LIMITS, totalBytes: limits.bodiesBytes });
    const batches: BatchParts = {
      taker,
      budget,
      limits: {
        ...BODY_LIMITS,
        encodedBytes: limits.bodyBytes,
        decodedBytes: limits.decodedBytes,
        ratio: limits.ratio,
        idleMs: limits.idleTime,
        bytesPerSecond: limits.bytesPerSecond,
      },
      metrics,
      elastic: () => ({
        version: settings.elastic.version ?? ELASTIC_VERSION,
        clusterUuid: Buffer.from(storeId).toString('base64url').slice(0, 22),
        publishAddress: this.url.replace(/^https?:\/\//, ''),
      }),
      mayBring: (caller, protocol) => gate.covers(caller, `ingest:write:${protocol}`),
      nowMs,
    };
    const parts = (): RunningParts => ({
      ...this.#parts,
      connections: this.#listener?.connections ?? 0,
      heldBytes: budget.usedBytes,
      lagMs: this.#lag.worstMs,
    });
    let retrying = false;
    const retry = async (who: string): Promise<Awaited<ReturnType<typeof retryDeadLetters>> | undefined> => {
      if (retrying) return undefined;
      retrying = true;
      try {
        return await retryDeadLetters({ ...this.#parts, read: this.#letterReader() }, { who, atMs: nowMs() });
      } finally {
        retrying = false;
      }
    };
    return new Dispatcher({
      handlers: {
        ingest: ingestHandler(batches),
        elastic: elasticHandler(batches),
        ...keyHandlers({ state, gate, lifetimeMs: settings.keys.lifetime, nowMs, random }),
        ...recordHandlers({ state, retry }),
        ...incidentHandlers({ state, nowMs }),
        ...healthHandlers({
          version: request.version,
          metrics,
          measure: () => measure(parts()),
          health: () => healthOf(parts()),
          notReady: () => (this.#isStopping ? 'the server is ending' : notReady(parts())),
          lagMs: () => this.#lag.worstMs,
        }),
      },
      publicUrl: settings.publicUrl,
      log,
      metrics,
      authorize: (raw, route) => gate.authorize(raw, route),
      nowMs,
      isStopping: () => this.#isStopping,
    });
  }

  /** Readers of their own for dead letters: those of the journal take batches in its order. */
  #letterReader(): RetryParts['read'] {
    const decoders = decodeInline(decoderOptions({ ...this.#rules, nowMs: this.#parts.request.nowMs }));
    const packer = FIRST_LETTER_PACKER + this.#letterReaders++;
    return async ({ position }, bytes) => {
      const block = { source: batchSource(position), bytes: Uint8Array.from(bytes), isLast: true };
      const { answer } = await decoders.decodeText(block, position);
      return { answer, packer };
    };
  }

  /** What has to be done now and then: last uses of keys, old batches, read segments. */
  async #keepHouse(gate: Gate): Promise<void> {
    const { state, journal, reader, request, log } = this.#parts;
    try {
      await gate.writeUses();
      for (let more = true; more && !this.#isStopping; ) {
        const pruned = await state.call('pruneBatches', { nowMs: request.nowMs() });
        more = pruned.kind === 'done' && pruned.value.more;
      }
      const kept = await positionSince(journal, request.nowMs() - request.settings.journal.keepTime);
      await journal.release(Math.min(kept, reader.judged + 1));
    } catch (cause) {
      log.error('housekeeping failed', { message: cause instanceof Error ? cause.message : String(cause) });
    }
  }
}

/** What shippers are told where the configuration says nothing: accepted by the official clients of 8 and 9. */
const ELASTIC_VERSION = '8.15.0';
