import type { KeylessSenderDocument, SenderDocument, TimesDocument, TrafficDocument } from '../../api/index.ts';
import type { Pace } from '../../state/index.ts';
import { latenessOf } from '../blind/late-senders.ts';
import { isKeyless } from '../sender-source.ts';
import type { SenderTraffic, Times } from '../sender-traffic.ts';
import { timeOf } from './lists.ts';

/** What is told of senders beside what is set of them. */
export interface ToldSenders {
  readonly traffic: SenderTraffic;
  /** Those without a key that may be late: of syslog, by the list of the configuration; each with the silences that must be known of it before. */
  readonly expected: ReadonlyMap<string, number>;
  /** How far behind the clock of the server each sender is, milliseconds. */
  behind(): ReadonlyMap<string, number>;
  /** Bytes of a sender that are durable and not read yet. */
  waitingOf(sender: string): number;
}

type Told = Pick<SenderDocument, 'received' | 'lateAfterMs' | 'isLate' | 'behindMs' | 'traffic'>;

export interface SenderTeller {
  /** Of a sender by its id. */
  of(sender: string): Told;
  /** Those without a key that were ever heard of or are expected, by id. */
  keyless(): readonly KeylessSenderDocument[];
}

/** Tells of each sender when it was heard of, its clock, and what it brought. */
export function senderTeller(told: ToldSenders, paces: readonly Pace[], nowMs: number): SenderTeller {
  const bySender = new Map(paces.map((pace) => [pace.sender, pace]));
  const behind = told.behind();
  const of = (sender: string): Told => {
    const traffic = trafficDocument(told, sender);
    return {
      ...paceDocument(bySender.get(sender), nowMs, told.expected.get(sender)),
      ...(behind.has(sender) ? { behindMs: behind.get(sender) } : {}),
      ...(traffic === undefined ? {} : { traffic }),
    };
  };
  const { expected } = told;
  const keyless = (): readonly KeylessSenderDocument[] =>
    [...new Set([...expected.keys(), ...bySender.keys(), ...told.traffic.senders])]
      .filter(isKeyless)
      .sort()
      .map((id) => {
        const { lateAfterMs, isLate, ...rest } = of(id);
        // What a folder holds may be read once and never change; who is not on the list any more sends nothing.
        return { id, ...rest, ...(expected.has(id) && isLate !== undefined ? { lateAfterMs, isLate } : {}) };
      });
  return { of, keyless };
}

/** When it was heard of last, and whether that is longer ago than is usual with it. */
function paceDocument(pace: Pace | undefined, nowMs: number, leastSilences: number | undefined): Told {
  if (pace === undefined) return {};
  const lateness = latenessOf(pace, nowMs, leastSilences);
  const told = lateness === undefined ? {} : { lateAfterMs: lateness.lateAfterMs, isLate: lateness.isLate };
  return { received: timeOf(pace.lastMs), ...told };
}

function trafficDocument({ traffic, waitingOf }: ToldSenders, sender: string): TrafficDocument | undefined {
  const known = traffic.of(sender);
  if (known === undefined) return undefined;
  const { sinceMs, events, perSecond, heldBack, again, conflict } = known;
  return {
    since: timeOf(sinceMs),
    events,
    perSecond: { minute: shortened(perSecond.minute), hour: shortened(perSecond.hour) },
    waitingBytes: waitingOf(sender),
    heldBack: timesDocument(heldBack),
    again: timesDocument(again),
    conflict: timesDocument(conflict),
  };
}

/** As many digits as a rate is worth. */
function shortened(rate: number): number {
  return Number(rate.toPrecision(4));
}

function timesDocument({ count, lastMs }: Times): TimesDocument {
  return { count, ...(lastMs === undefined ? {} : { last: timeOf(lastMs) }) };
}
