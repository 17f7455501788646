import type { Journal } from '../journal/index.ts';
import type { State } from '../state/index.ts';
import type { Archiver } from './archiving/archiver.ts';
import type { BacklogContext } from './archiving/backlog-context.ts';
import type { EventViewer } from './archiving/event-viewer.ts';
import type { BatchTaker } from './batch-taker.ts';
import type { Detector } from './detect/detector.ts';
import type { WindowImages } from './detect/window-images.ts';
import type { HostClocks } from './host-clocks.ts';
import type { JudgedBy } from './judged-by.ts';
import type { Judgements } from './judgements.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { PageFiles } from './page/page-files.ts';
import type { GivenPasswords } from './people/given-passwords.ts';
import type { PinShelf } from './pin-shelf.ts';
import type { Reader } from './reader.ts';
import type { ReloadableDecoders } from './reloadable-decoders.ts';
import type { RuleTester } from './rule-test/rule-tester.ts';
import type { SenderBindings } from './sender-bindings.ts';
import type { SenderTraffic } from './sender-traffic.ts';
import type { ServedRules, ServeRequest } from './serve-request.ts';
import type { StateRoom } from './state-room.ts';
import type { LiveStream } from './stream/live-stream.ts';

/** What a running server is made of, opened and begun in this order. */
export interface ServerParts {
  readonly request: ServeRequest;
  /** The rules that it began with. */
  readonly rules: ServedRules;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly state: State;
  readonly journal: Journal;
  readonly decoders: ReloadableDecoders;
  readonly detector: Detector;
  readonly judgements: Judgements;
  readonly bindings: SenderBindings;
  readonly judgedBy: JudgedBy;
  readonly pins: PinShelf;
  readonly clocks: HostClocks;
  readonly images: WindowImages;
  /** The page for browsers; undefined where it was not built. */
  readonly page: PageFiles | undefined;
  readonly stream: LiveStream;
  readonly outbox: Outbox;
  readonly given: GivenPasswords;
  readonly room: StateRoom;
  readonly taker: BatchTaker;
  readonly traffic: SenderTraffic;
  readonly reader: Reader;
  /** Absent where events are not archived. */
  readonly archiver: Archiver | undefined;
  /** The same. */
  readonly context: BacklogContext | undefined;
  readonly viewer: EventViewer;
  readonly tester: RuleTester;
  readonly storeId: Uint8Array;
  /** How far watched files are read with what a start found in the journal beyond the state. */
  readonly marks: ReadonlyMap<string, string>;
}
