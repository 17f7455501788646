import assert from 'node:assert/strict';
import { type Call, type CallSource, Entities, HostTable } from '../src/entities/index.ts';
import { Joins } from '../src/joins/index.ts';
import { type Event, isKept } from '../src/windows/index.ts';
import { type EventModel, security, sysmon } from '../testkit/index.ts';
import { coverageOf, madeEvents } from './made-event.ts';

export const T = 'SRV-02.corp.local';
export const S = 'WS-07.corp.local';
export const TARGET = 'srv-02.corp.local';
export const SOURCE = 'ws-07.corp.local';
export const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };

/** Addresses of the two. */
export const S_IP = '10.0.0.5';
export const T_IP = '10.0.0.9';

export function on(computer: string, clock: string, day = '12'): { computer: string; time: string } {
  return { computer, time: `2026-03-${day}T${clock}Z` };
}

export function msOf(clock: string, day = '12'): number {
  return Date.parse(`2026-03-${day}T${clock}Z`);
}

/** What happens in the middle of a stream: before the first event behind a time, Unix milliseconds. */
interface Between {
  readonly afterMs: number;
  run(entities: Entities, joins: Joins): void;
}

/** Entities and joins that were fed what a hunt would keep of these, in order of time. */
export function joined(
  models: readonly EventModel[],
  others: readonly Event[] = [],
  between?: Between,
): { entities: Entities; joins: Joins } {
  const events = [
    ...[...Map.groupBy(models, ({ computer }) => computer)].flatMap(([computer, ofComputer]) =>
      madeEvents(ofComputer, `${computer}.evtx`),
    ),
    ...others,
  ]
    .filter(isKept)
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  const entities = new Entities(HostTable.from(coverageOf(events)));
  const joins = new Joins(entities);
  let waiting = between;
  for (const event of events) {
    entities.settle(event.timeMs);
    joins.settle(event.timeMs);
    if (waiting !== undefined && event.timeMs > waiting.afterMs) {
      waiting.run(entities, joins);
      waiting = undefined;
    }
    entities.accept(event);
    joins.accept(event);
  }
  entities.settle(Number.POSITIVE_INFINITY);
  waiting?.run(entities, joins);
  return { entities, joins };
}

/**
 * The sources of a call that is opened when it is made, before what comes later, and of the same one opened when all is known:
 * they must be equal (L8).
 */
export function sourcesBothWays(
  fed: (between?: Between) => { entities: Entities; joins: Joins },
  callOf: (entities: Entities) => Call,
): readonly CallSource[] {
  const late = fed();
  const call = callOf(late.entities);
  late.joins.open(call);
  const early = fed({ afterMs: call.timeMs, run: (entities, joins) => joins.open(callOf(entities)) });
  const sources = late.joins.sourcesOf(call.key);
  const opened = early.joins.sourcesOf(call.key);
  assert.deepEqual(sourceLines(opened), sourceLines(sources), 'opened when it was made, and when all was known');
  return sources;
}

/** The sources of a call at the target under the logon 0xa1, both ways. */
export function sourcesOf(
  models: readonly EventModel[],
  over: Partial<Call> & { readonly clock?: string; readonly others?: readonly Event[] } = {},
): readonly CallSource[] {
  const { clock = '09:00:00.2000000', others, ...call } = over;
  const timeMs = Date.parse(`2026-03-12T${clock}Z`);
  return sourcesBothWays(
    (between) => joined(models, others, between),
    (entities) => {
      const logon = entities.logonOf(TARGET, '0xa1', timeMs);
      return {
        key: 'call',
        host: TARGET,
        account: 'CORP\\alice',
        timeMs,
        timeTicks: 0,
        via: 'wmi',
        ...(logon === undefined ? {} : { logon }),
        ...call,
      };
    },
  );
}

/** `* ws-07.corp.local 10.0.0.5 move.exe 100: J2 exact, J3 exact`; a star is for the named one. */
export function sourceLines(sources: readonly CallSource[]): string[] {
  return sources.map(({ host, address, process, points, joins, isNamed }) => {
    const image = process?.image?.split('\\').at(-1) ?? (process?.pid === undefined ? '-' : String(process.pid));
    const told = joins.map(({ join, strength }) => `${join} ${strength}`).join(', ');
    return `${isNamed ? '*' : ' '} ${host ?? '-'} ${address ?? '-'} ${image} ${points}: ${told}`;
  });
}

function endOf(text: string): readonly [string, number] {
  const colon = text.lastIndexOf(':');
  return [text.slice(0, colon), Number(text.slice(colon + 1))];
}

export interface MadeConnection {
  readonly from: string;
  readonly to: string;
  readonly image?: string;
  readonly pid?: number;
}

/** A 5156 of the host that opened the connection (`out`) or took it (`in`). */
export function filtered(
  way: 'in' | 'out',
  { from, to, image, pid }: MadeConnection,
  setting: { computer: string; time: string },
): EventModel {
  const [SourceAddress, sourcePort] = endOf(from);
  const [DestAddress, destPort] = endOf(to);
  return security.event(
    5156,
    {
      ProcessID: pid ?? 992,
      Application: `\\device\\harddiskvolume2\\windows\\system32\\${(image ?? 'svchost.exe').toLowerCase()}`,
      Direction: way === 'in' ? '%%14592' : '%%14593',
      SourceAddress,
      SourcePort: String(sourcePort),
      DestAddress,
      DestPort: String(destPort),
      Protocol: 6,
    },
    setting,
  );
}

/** A Sysmon 3 of the host that opened the connection. */
export function opened(
  { from, to, image, pid }: MadeConnection,
  setting: { computer: string; time: string },
): EventModel {
  const [SourceIp, SourcePort] = endOf(from);
  const [DestinationIp, DestinationPort] = endOf(to);
  return sysmon.event(
    3,
    {
      ProcessGuid: guidOf(pid ?? 992),
      ProcessId: pid ?? 992,
      Image:
        image === undefined
          ? 'C:\\Windows\\System32\\svchost.exe'
          : image.startsWith('<')
            ? image
            : `C:\\Tools\\${image}`,
      User: 'CORP\\alice',
      Protocol: 'tcp',
      Initiated: true,
      SourceIp,
      SourcePort,
      DestinationIp,
      DestinationPort,
    },
    setting,
  );
}

export function guidOf(pid: number): string {
  return sysmon.processGuid(pid, 134_177_388_000_000_000n);
}
