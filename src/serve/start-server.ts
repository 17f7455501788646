import { join } from 'node:path';
import type { Archive } from '../archive/index.ts';
import { type Journal, nodeDisk, openJournal } from '../journal/index.ts';
import { openState, type State } from '../state/index.ts';
import { Archiver } from './archiving/archiver.ts';
import { BacklogContext } from './archiving/backlog-context.ts';
import { EventViewer } from './archiving/event-viewer.ts';
import { keepHeldIncidents } from './archiving/follow-holds.ts';
import { openArchiving } from './archiving/open-archiving.ts';
import { readAgain } from './archiving/read-again.ts';
import { BatchTaker } from './batch-taker.ts';
import { countFindings } from './count-findings.ts';
import { prepareFolder } from './data-folder.ts';
import { passedOver } from './detect/aside-letters.ts';
import { Detector } from './detect/detector.ts';
import { ImageFiles } from './detect/image-files.ts';
import { allOf, type Known, knownOf } from './detect/known.ts';
import { imageToBeginWith, WindowImages } from './detect/window-images.ts';
import { dueTargetsOf } from './due-targets.ts';
import { HostClocks } from './host-clocks.ts';
import { JudgedBy } from './judged-by.ts';
import { Judgements } from './judgements.ts';
import { Log } from './log.ts';
import { Metrics } from './metrics.ts';
import { lookUp } from './outbox/look-up.ts';
import { originOf } from './outbox/origin.ts';
import { declareSinks, Outbox } from './outbox/outbox.ts';
import { readPageFiles } from './page/page-files.ts';
import { GivenPasswords } from './people/given-passwords.ts';
import { PinShelf } from './pin-shelf.ts';
import { Reader } from './reader.ts';
import { ReloadableDecoders } from './reloadable-decoders.ts';
import { RuleTester } from './rule-test/rule-tester.ts';
import { type OpenProblem, RunningServer } from './running-server.ts';
import { SenderBindings } from './sender-bindings.ts';
import { SenderTraffic } from './sender-traffic.ts';
import { decoderOptions, handed, readyRules, type ServeRequest } from './serve-request.ts';
import { positionSince, startOf } from './start-of.ts';
import { StateRoom } from './state-room.ts';
import { LiveStream } from './stream/live-stream.ts';

export type ServeStart =
  | { readonly kind: 'running'; readonly server: RunningServer }
  /** `code` for the message, what happened, and what to do. `isOfDisk`: the disk may be well again by itself, and the start is worth another try. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly message: string;
      readonly action: string;
      readonly isOfDisk: boolean;
    };

function refuse(code: string, message: string, action: string, isOfDisk = false): ServeStart {
  return { kind: 'refused', code, message, action, isOfDisk };
}

function refuseState(message: string): ServeStart {
  return refuse('TRIAD-E-SERVE-STATE', message, 'Look at the disk.', true);
}

/** Beside what may lag, so many bytes at most may be read before a judgement that is under way ends. */
const MOST_AHEAD_BYTES = 2 ** 30;

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
    return refuse(`TRIAD-E-SERVE-${opened.code.toUpperCase()}`, opened.message, action, opened.code === 'unwritable');
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
  if (identity.kind === 'refused') return refuseState(identity.message);
  if (positions.kind === 'refused') return refuseState(positions.message);
  const known = await knownOf(state);
  if (known.kind === 'refused') return refuseState(known.message);
  const passed = await passedOver(state);
  if (passed.kind === 'refused') return refuseState(passed.message);
  // Before anything is committed: what becomes due goes into the outbox in the same transaction.
  if (!(await declareSinks(state, request.sinks ?? [], nowMs()))) {
    return refuseState('The state takes nothing.');
  }
  const storeId = Buffer.from(identity.value.storeId, 'hex');
  const archiving = await openArchiving(request, storeId);
  if (archiving.kind === 'problem') {
    return refuse('TRIAD-E-SERVE-ARCHIVE', archiving.message, 'Mend this, or start with archive.enabled: false.');
  }
  const { archive } = archiving;
  const { journal: limits } = settings;
  const metrics = new Metrics();
  const journalOpened = await openJournal({
    folder: join(folder, 'journal'),
    disk: nodeDisk,
    nowMs,
    storeId,
    // Positions never go back behind what was judged, nor behind what the archive knows entries by.
    knownPosition: Math.max(positions.value.judged, archive?.archivedPosition ?? 0),
    limits: {
      rollBytes: limits.segmentBytes,
      rollMs: limits.segmentTime,
      maxWaitingBytes: limits.waitingBytes,
      reserveBytes: limits.reserveBytes,
    },
    onGroup: ({ events }) => metrics.observe('triad_commit_batch_events', events),
  });
  if (journalOpened.kind === 'problem') {
    await archive?.close();
    return refuse(
      'TRIAD-E-SERVE-JOURNAL',
      journalOpened.problem.text,
      'Nothing was changed. Restore the folder, or start with a new one.',
      journalOpened.problem.code === 'io',
    );
  }
  const { journal } = journalOpened;
  try {
    return await startBehind({
      archive,
      journal,
      state,
      log,
      metrics,
      request,
      known: known.value,
      judged: positions.value.judged,
      passed: passed.positions,
      storeId,
    });
  } catch (cause) {
    await journal.close();
    await archive?.close();
    throw cause;
  }
}

interface Opened {
  readonly archive: Archive | undefined;
  readonly journal: Journal;
  readonly state: State;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly request: ServeRequest;
  readonly known: Known;
  readonly judged: number;
  readonly passed: ReadonlySet<number>;
  readonly storeId: Uint8Array;
}

/** Begins what stands behind the answer, and listens. */
async function startBehind({
  archive,
  journal,
  state,
  log,
  metrics,
  request,
  known,
  judged,
  passed,
  storeId,
}: Opened): Promise<ServeStart> {
  const { settings, nowMs } = request;
  const { journal: limits } = settings;
  if (archive !== undefined) await keepHeldIncidents({ state, log }, archive);
  const rules = await readyRules(request, 0);
  const options = decoderOptions({ ...request, ...rules });
  const decoders = new ReloadableDecoders(options, request.threads);
  const taker = new BatchTaker(journal, state, { lagBytes: limits.lagBytes });
  const { heldTime, heldBytes, lateness } = settings.detection;
  const senders = await allOf((page) => state.call('listSenders', page));
  const judgedBy = await JudgedBy.open({
    ...{ state, log, request, rules, senders: senders.kind === 'done' ? senders.value : [] },
    hasNothingTold: known.known.length + known.knownFound.length === 0,
  });
  const files = new ImageFiles(join(request.folder, 'window'));
  const since = await positionSince(journal, nowMs() - heldTime);
  const begins = await imageToBeginWith({ files, journal }, { judged, since, readBy: judgedBy.number, aside: passed });
  const image = begins?.image;
  const start = await startOf(journal, taker, judged, nowMs() - heldTime, image?.position);
  log.info('window begins', { image: image?.position ?? 0, readAgain: Math.max(0, start.fillTo - start.from + 1) });
  const fillTo = start.from > judged ? 0 : start.fillTo;
  const archiver =
    archive &&
    new Archiver({ archive, journal, log, nowMs: request.nowMs, again: readAgain(options), firstOffered: start.from });
  const judgements = new Judgements(metrics, log);
  const detector = new Detector(
    {
      latenessMs: lateness,
      heldMs: heldTime,
      heldBytes,
      ...(start.wholeFromMs === undefined ? {} : { wholeFromMs: start.wholeFromMs }),
      ...handed(rules),
      pins: request.pins ?? [],
      fillTo,
      knownTo: journal.durable,
      isSameJudge: judgedBy.isSame,
      hasArchive: archive !== undefined,
      ...known,
    },
    (step) => reader.took(step),
    (ask) => context?.ask(ask),
    image,
  );
  const bindings = new SenderBindings(state, log, metrics, nowMs, request.senders);
  const context =
    archive &&
    new BacklogContext({
      archive,
      bindings,
      options: () => server.decoderOptions,
      log,
      metrics,
      nowMs,
      onBatch: ({ way, ...batch }) => detector.beside({ ...batch, ...way }),
      onAnswered: (ask, bytes) => detector.answered(ask, bytes),
    });
  const clocks = new HostClocks();
  const pins = new PinShelf({
    path: settings.detection.pins ?? request.folder,
    pins: request.pins ?? [],
    onChange: (changed) => detector.usePins(changed),
  });
  const page = request.pageFolder === undefined ? undefined : await readPageFiles(request.pageFolder);
  const begun = await state.call('beginStream', null);
  // A disk that takes nothing now keeps nobody from reading: the clock is a number that no earlier start had.
  const epoch = begun.kind === 'done' ? begun.value.epoch : nowMs();
  const stream = new LiveStream({
    state,
    epoch,
    version: request.version,
    build: request.build ?? page?.build ?? request.version,
    targets: dueTargetsOf(settings.targets),
    log,
    metrics,
    nowMs,
  });
  const outbox = new Outbox(
    {
      state,
      log,
      metrics,
      resolve: request.resolve ?? lookUp,
      origin: () => originOf(request, server.url),
      nowMs,
      chance: () => Buffer.from(request.random(4)).readUInt32BE() / 2 ** 32,
    },
    request.sinks ?? [],
  );
  const room = new StateRoom(state, metrics, nowMs);
  const reader: Reader = new Reader(
    {
      journal,
      state,
      taker,
      decoders,
      detector,
      archiver,
      heldUpBytes: heldBytes,
      // What is read ahead of a long judgement can be glanced at meanwhile.
      uncommittedBytes: limits.lagBytes + Math.min(limits.lagBytes, MOST_AHEAD_BYTES),
      bindings,
      log,
      metrics,
      nowMs,
      onJudged: (step) => {
        judgements.add(step);
        pins.note(step.pins);
        clocks.note(step.clocks);
        if (step.hasCaughtUp === true) void judgedBy.caughtUp();
      },
      onCommitted: (step, result) => {
        countFindings(metrics, step, result);
        room.committed(result);
        stream.committed(step, result);
      },
    },
    { judged, from: start.from, fillTo, passedOver: passed },
  );
  reader.gaps.adopt(begins?.gaps ?? []);
  const images = new WindowImages({
    ...{ files, journal, log, nowMs, begunWith: image?.position ?? 0 },
    archiveFree: request.settings.archive.leastFree / 100,
    ask: (keptTo) => detector.image(keptTo),
    gaps: () => reader.gaps.image(),
    readBy: () => judgedBy.number,
    judged: () => reader.judged,
    aside: () => reader.aside,
  });
  const server: RunningServer = new RunningServer({
    request,
    rules,
    log,
    metrics,
    state,
    journal,
    decoders,
    detector,
    judgements,
    bindings,
    judgedBy,
    pins,
    clocks,
    images,
    page,
    stream,
    outbox,
    given: new GivenPasswords(state, nowMs),
    room,
    taker,
    traffic: new SenderTraffic(request),
    reader,
    archiver,
    context,
    viewer: new EventViewer(request.reading),
    tester: new RuleTester(request.reading, rules),
    storeId,
    marks: start.marks,
  });
  return await openOrRefuse(server);
}

/** Has it listen. A start that cannot go on leaves neither a thread nor an open address behind. */
async function openOrRefuse(server: RunningServer): Promise<ServeStart> {
  let problem: OpenProblem | undefined;
  try {
    problem = await server.open();
  } catch (cause) {
    await server.abandon();
    throw cause;
  }
  if (problem === undefined) return { kind: 'running', server };
  await server.abandon();
  if (problem.kind === 'secrets') {
    return refuse('TRIAD-E-SERVE-SECRETS', problem.message, 'Look at the folder and its disk, and start again.', true);
  }
  const action =
    problem.code === 'EADDRINUSE'
      ? 'Choose another port with --listen, or end what uses it.'
      : 'Choose another address with --listen.';
  return refuse('TRIAD-E-SERVE-LISTEN', problem.message, problem.action ?? action);
}
