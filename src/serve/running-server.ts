import { isSourceAllowed, LOOPBACK_SOURCES, localKey, makeKey } from '../accounts/index.ts';
import { isLoopback } from '../config/index.ts';
import type { EntryFacts } from '../entries/index.ts';
import type { By } from '../state/index.ts';
import { HoldFollower } from './archiving/follow-holds.ts';
import { retainArchive } from './archiving/retain-archive.ts';
import { type Seen, Sight } from './blind/sight.ts';
import { bodyLimitsOf } from './body-limits.ts';
import { Dispatcher } from './dispatch.ts';
import { Doors } from './doors.ts';
import { keepSecrets } from './first-secrets.ts';
import { Gate } from './gate.ts';
import { allHandlers } from './handlers/all.ts';
import { healthStatus, type PartHealth } from './handlers/health.ts';
import { inTurn } from './in-turn.ts';
import { Inlets } from './inlets.ts';
import { LagWatch } from './lag-watch.ts';
import { LetterReader } from './letter-reader.ts';
import { openPeopleDesk, type PeopleDesk } from './people/people-parts.ts';
import { releaseJournal } from './release-journal.ts';
import { type Retried, retryDeadLetters } from './retry-letters.ts';
import { decoderOptions, handed, type Reading, type Reload, readyRules, type ServedRules } from './serve-request.ts';
import { healthOf, look, notReady } from './server-health.ts';
import type { ServerParts } from './server-parts.ts';
import { expectedSyslog } from './syslog/senders.ts';
import { pause } from './take-batch.ts';
import { keptBatchOf, takeKept } from './take-kept.ts';

/** How long requests that are being answered may take at the end (SERVE 6: 25 s in all). */
const DRAIN_MS = 15_000;
const HOUSEKEEPING_MS = 30_000;
/** How long mended dead letters wait for their judgement. */
const JUDGED_MS = 60_000;
const LOOK_MS = 50;

/** Why a server cannot begin: an address is not to be had, or what a start keeps is not taken. `action`: what to do, where that is known here. */
export type OpenProblem =
  | { readonly kind: 'address'; readonly code: string; readonly message: string; readonly action?: string }
  | { readonly kind: 'secrets'; readonly message: string };

/** A server that takes events. */
export class RunningServer {
  /** Settles when the server cannot go on by itself, with why. */
  readonly failed: Promise<string>;
  readonly #parts: ServerParts;
  readonly #lag = new LagWatch();
  #fail: (why: string) => void = () => undefined;
  readonly #inlets: Inlets;
  readonly #sight: Sight;
  readonly #holds = new HoldFollower();
  readonly #letters: LetterReader;
  #doors: Doors | undefined;
  #housekeeping: NodeJS.Timeout | undefined;
  #gate: Gate | undefined;
  #people: PeopleDesk | undefined;
  #isOpen = false;
  readonly #ending = new AbortController();
  #rules: ServedRules;
  readonly #reloading = inTurn();
  #reading: Reading | undefined;
  #ended: Promise<void> | undefined;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#rules = parts.rules;
    this.#reading = parts.request.reading;
    this.#inlets = new Inlets(parts);
    const { nowMs, settings } = parts.request;
    this.#sight = new Sight({ ...parts, nowMs, expected: expectedSyslog(settings.syslog) });
    this.#letters = new LetterReader({ ...parts, options: () => this.decoderOptions });
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  /** How batches are read now. */
  get decoderOptions(): ReturnType<typeof decoderOptions> {
    return decoderOptions({ ...this.#parts.request, ...this.#rules, reading: this.#reading });
  }

  get #isStopping(): boolean {
    return this.#ending.signal.aborted;
  }

  get url(): string {
    return this.#doors?.url ?? '';
  }

  /** Addresses of protocols that have one of their own. */
  get ownUrls(): Readonly<Record<string, string>> {
    return this.#doors?.ownUrls ?? {};
  }

  /** Where syslog is taken. */
  get syslogAddresses(): readonly string[] {
    return this.#inlets.syslogAddresses;
  }

  /** Listens; why it cannot, where it cannot. What is open by then, or when it throws, `abandon` closes. */
  async open(): Promise<OpenProblem | undefined> {
    const { request, log, metrics, state, reader, stream, outbox } = this.#parts;
    const { folder, settings, random, nowMs } = request;
    const local = makeKey(random);
    const sources = isLoopback(settings.listen.host) ? LOOPBACK_SOURCES : [...LOOPBACK_SOURCES, ...request.addresses];
    const people = openPeopleDesk({
      state,
      log,
      publicUrl: settings.publicUrl,
      scheme: request.tls === undefined ? 'http' : 'https',
      port: () => portOf(this.url),
      nowMs,
      random,
      passwordCost: request.passwordCost,
      onEnded: (key) => stream.endOf(key),
    });
    this.#people = people;
    const gate = new Gate({
      state,
      local: localKey(local, nowMs(), sources),
      localName: `local:${request.osUser}`,
      ...people,
      log,
      nowMs,
    });
    const dispatcher = this.#dispatcher(gate, people);
    const trustedProxies = (peer: string): boolean =>
      settings.trustedProxies.length > 0 && isSourceAllowed(settings.trustedProxies, peer);
    const common = { tls: request.tls, limits: settings.limits, trustedProxies, log, metrics, nowMs, random };
    const opening = await Doors.open(settings, common, (raw, door) => dispatcher.answer(raw, door));
    if (opening.kind === 'problem') return { ...opening, kind: 'address' };
    this.#doors = opening.doors;
    const closed = await this.#inlets.open((cause) =>
      this.#fail(cause instanceof Error ? cause.message : String(cause)),
    );
    if (closed !== undefined) return { ...closed, kind: 'address' };
    const secrets = { state, log, request, hasher: people.hasher, token: local.text, url: this.url };
    const unkept = await keepSecrets(secrets);
    if (unkept !== undefined) return { kind: 'secrets', message: unkept };
    this.#lag.start(request.steadyMs);
    reader.start((cause) => this.#fail(cause instanceof Error ? cause.message : String(cause)));
    this.#parts.archiver?.start((cause) => this.#fail(`archiving ended: ${String(cause)}`));
    void this.#parts.detector.died.then((why) => this.#fail(`the thread of detection ended: ${why}`));
    void state.ended.then((end) => {
      if (end.kind === 'died') this.#fail(`the thread of the state ended: ${end.message}`);
    });
    this.#gate = gate;
    stream.start(
      () => this.#health(),
      () => outbox.shown(),
    );
    await outbox.start((cause) => this.#fail(`the outbox ended: ${String(cause)}`));
    this.#housekeeping = setInterval(() => void this.keepHouse(), HOUSEKEEPING_MS);
    this.#housekeeping.unref();
    this.#parts.images.start(settings.detection.imageEvery);
    this.#isOpen = true;
    log.info('listening', { url: this.url, ...this.ownUrls, folder, version: request.version });
    if (settings.publicUrl === undefined && !isLoopback(settings.listen.host)) {
      log.warn(
        'requests of other machines are refused (421): set publicUrl, or --public-url, to the address that they use',
      );
    }
    return undefined;
  }

  /** Takes other rules and certificates: batches go on, the window stays and is judged again. One reload at a time: each has a number of its own, and the last one stays. */
  reload(to: Reload): Promise<void> {
    return this.#reloading(() => this.#reload(to));
  }

  async #reload({ rules, pack, tls, pins, pinsPath, reading, sinks }: Reload): Promise<void> {
    const { decoders, detector, viewer, tester, log } = this.#parts;
    const ready = await readyRules({ rules, pack }, this.#rules.rulesNumber + 1);
    await this.#parts.judgedBy.changed(ready, reading ?? this.#reading);
    if (this.#isStopping) return;
    this.#rules = ready;
    this.#reading = reading ?? this.#reading;
    decoders.replace(this.decoderOptions);
    viewer.use(this.#reading);
    tester.use(this.#reading, ready);
    this.#parts.archiver?.readBy(this.decoderOptions);
    detector.useRules(handed(ready));
    if (pinsPath !== undefined) {
      const problem = await this.#parts.pins.reload(pinsPath);
      if (problem !== undefined) log.error('pins stay as they were', { problem });
    } else if (pins !== undefined) this.#parts.pins.use(pins);
    if (sinks !== undefined) await this.#parts.outbox.use(sinks);
    if (tls !== undefined) this.#doors?.useCertificate(tls);
    if (tls !== undefined) this.#inlets.useCertificate(tls);
    log.info('reloaded', {
      rules: rules !== undefined,
      pack: pack !== undefined,
      tls: tls !== undefined,
      pins: this.#parts.pins.pins.length,
    });
  }

  /** Waits until all that rests in watched folders is in the journal. */
  async looked(): Promise<void> {
    await this.#inlets.looked();
  }

  /** Takes what an archive holds of a batch, as it came then: its bytes, its sender and its trust; it arrives now. */
  async takeKept(entries: readonly EntryFacts[]): Promise<void> {
    const { taker, request } = this.#parts;
    const batch = keptBatchOf(entries);
    if (batch === undefined) return;
    const taken = await takeKept(taker, batch, request.nowMs(), this.#ending.signal);
    if (taken.kind === 'refused') throw new Error(`the journal takes nothing: ${taken.reason}`);
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

  /** Ends a start that cannot go on: nothing that it opened stays open. The state is closed by who opened it. */
  abandon(): Promise<void> {
    return this.#closeAll(0);
  }

  async #stopAll(): Promise<void> {
    const { log, state } = this.#parts;
    log.info('stopping');
    await this.#closeAll(DRAIN_MS);
    await state.close();
    log.info('stopped');
  }

  /** Lets go of everything but the state; requests that are being answered have so long. */
  async #closeAll(drainMs: number): Promise<void> {
    const { journal, decoders, detector, reader, archiver, context, viewer, tester, outbox, stream, images } =
      this.#parts;
    this.#ending.abort();
    clearInterval(this.#housekeeping);
    this.#lag.stop();
    stream.stop();
    this.#holds.stop();
    await Promise.all([this.#doors?.close(drainMs), this.#inlets.close(drainMs)]);
    await this.#people?.hasher.close();
    await reader.stop();
    if (drainMs > 0) await images.end();
    await this.#letters.close();
    await outbox.stop();
    await viewer.close();
    await tester.close();
    await context?.close();
    await archiver?.stop();
    await detector.close();
    await decoders.close();
    await journal.close();
  }

  #dispatcher(gate: Gate, people: PeopleDesk): Dispatcher {
    const { request, log, metrics } = this.#parts;
    const { settings, nowMs } = request;
    const isStopping = (): boolean => this.#isStopping;
    const handlers = allHandlers(this.#parts, {
      gate,
      people,
      url: () => this.url,
      connections: () => this.#doors?.connections ?? 0,
      inlets: () => ({ figures: this.#inlets.figures, degraded: this.#inlets.degraded }),
      lagMs: () => this.#lag.worstMs,
      seen: async () => (await this.#health()).seen,
      isOpen: () => this.#isOpen,
      isStopping,
      rules: () => this.#rules,
      retry: (by) => this.#retry(by),
    });
    return new Dispatcher({
      handlers,
      publicUrl: settings.publicUrl,
      bodyLimits: bodyLimitsOf(settings.limits),
      page: this.#parts.page,
      log,
      metrics,
      authorize: (raw, route) => gate.authorize(raw, route),
      refusals: people.refusals,
      nowMs,
      isStopping,
    });
  }

  /** Reads the dead letters again; its threads end with it. */
  async #retry(by: By): Promise<Retried> {
    const parts = {
      ...this.#parts,
      letters: this.#letters,
      judged: () => this.#judgedAll(),
      judgedUpTo: (position: number) => this.#judgedUpTo(position),
      nowMs: this.#parts.request.nowMs,
      signal: this.#ending.signal,
      onJudged: (positions: readonly number[]) => this.#parts.reader.mended(positions),
    };
    try {
      return await retryDeadLetters(parts, by);
    } finally {
      await this.#letters.close();
    }
  }

  /** What the stream tells of; figures do not count there. */
  async #health(): Promise<{ readonly status: string; readonly parts: readonly PartHealth[]; readonly seen: Seen }> {
    await look(this.#parts);
    const connections = this.#doors?.connections ?? 0;
    const inlets = { figures: this.#inlets.figures, degraded: this.#inlets.degraded };
    const running = { ...this.#parts, inlets, connections, heldBytes: 0, lagMs: this.#lag.worstMs };
    const parts = healthOf(running);
    const why = notReady(running);
    return { status: healthStatus(parts, why), parts, seen: await this.#sight.look({ notReady: why, parts }) };
  }

  /** Waits until nothing that was handed to detection waits for a judgement; not for ever. Gives what was put aside meanwhile. */
  async #judgedAll(): Promise<ReadonlySet<number>> {
    const aside = new Set<number>();
    const done = new AbortController();
    const late = pause(JUDGED_MS, AbortSignal.any([this.#ending.signal, done.signal]));
    try {
      for (;;) {
        const step = await Promise.race([this.#parts.judgements.next(), late]);
        for (const { position } of step?.aside ?? []) aside.add(position);
        if (step === undefined || step.unjudgedBytes === 0) return aside;
      }
    } finally {
      done.abort();
    }
  }

  /** Waits until what was taken up to a position is judged and committed; not for ever. */
  async #judgedUpTo(position: number): Promise<void> {
    const endMs = performance.now() + JUDGED_MS;
    while (this.#parts.reader.judged < position && !this.#isStopping && performance.now() < endMs) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** What has to be done now and then: last uses of keys, old batches, read segments, what the archive has kept for its time. */
  async keepHouse(): Promise<void> {
    const { state, reader, archiver, request, log, metrics } = this.#parts;
    try {
      await this.#gate?.writeUses();
      await this.#people?.sessions.sweep();
      const audit = await state.call('countAudit', null);
      if (audit.kind === 'done') metrics.set('triad_state_entries', audit.value.rows, ['audit']);
      for (let more = true; more && !this.#isStopping; ) {
        const pruned = await state.call('pruneBatches', { nowMs: request.nowMs() });
        more = pruned.kind === 'done' && pruned.value.more;
      }
      for (let more = true; more && !this.#isStopping; ) {
        const pruned = await state.call('pruneOutbox', { nowMs: request.nowMs() });
        more = pruned.kind === 'done' && pruned.value.more;
      }
      await releaseJournal(this.#parts);
      if (archiver === undefined) return;
      const isHeld = await this.#holds.follow(this.#parts, archiver, archiver.position >= reader.judged);
      if (isHeld) await retainArchive(this.#parts, archiver);
    } catch (cause) {
      log.error('housekeeping failed', { message: cause instanceof Error ? cause.message : String(cause) });
    }
  }
}

/** The port of an address, also where it is the usual one of its scheme. */
function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
