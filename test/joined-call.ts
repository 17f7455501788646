import type { Call, CallSource, Entities } from '../src/entities/index.ts';
import { parseTime } from '../src/windows/index.ts';
import { type EventModel, security, sysmon } from '../testkit/index.ts';
import { joined, sourcesBothWays } from './joined.ts';

/** One call between two machines, for tests of the join table: a target, a source, a domain controller. */
export const T = 'SRV-02.corp.local';
export const S = 'WS-07.corp.local';
export const D = 'DC-01.corp.local';
export const TARGET = 'srv-02.corp.local';
export const SOURCE = 'ws-07.corp.local';
export const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
export const BOB = { sid: 'S-1-5-21-1-2-3-1105', name: 'bob', domain: 'CORP' };
export const GUID = 'f61f1ed0-0fee-719b-0842-d7d6a48d7b79';
const WMIC = 'C:\\Windows\\System32\\wbem\\WMIC.exe';
export const SVCHOST = 'C:\\Windows\\System32\\svchost.exe';
export const WMIPRVSE = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';

export const on = (computer: string, clock: string): { readonly computer: string; readonly time: string } => ({
  computer,
  time: `2026-03-12T${clock}Z`,
});
export const ms = (clock: string): number => parseTime(`2026-03-12T${clock}Z`)?.ms ?? Number.NaN;

/** Every machine has a record, so that its names are known. */
export const NAMED: readonly EventModel[] = [T, S, D].map((computer) =>
  security.event(4608, {}, on(computer, '00:00:01.5000000')),
);

/** What may stand behind the records: events that no model makes, and what happens in the middle. */
type FedBeside = Parameters<typeof joined> extends [unknown, ...infer Rest] ? Rest : never;

/** Those that know the three machines, and were fed what a hunt would keep of the records. */
export function fed(models: readonly EventModel[], ...rest: FedBeside): ReturnType<typeof joined> {
  return joined([...NAMED, ...models], ...rest);
}

/** A call at the target at 09:00:00.2 under the logon 0xa1, as an analytic opens it. */
export function callOf(entities: Entities, over: Partial<Call> = {}): Call {
  const timeMs = ms('09:00:00.2000000');
  const logon = entities.logonOf(TARGET, '0xa1', timeMs);
  return {
    key: 'call',
    host: TARGET,
    account: 'CORP\\alice',
    sid: ALICE.sid,
    timeMs,
    timeTicks: 0,
    via: 'wmi',
    ...(logon === undefined ? {} : { logon }),
    ...over,
  };
}

/** The sources of the call, opened when it is made and when all is known: equal both ways (L8). */
export function sources(models: readonly EventModel[], over: Partial<Call> = {}): readonly CallSource[] {
  return sourcesBothWays(
    (between) => fed(models, [], between),
    (entities) => callOf(entities, over),
  );
}

/** `J7 strong ws-07.corp.local WMIC.exe`. */
export function told(found: readonly CallSource[]): string[] {
  return found.flatMap(({ host, address, process, joins }) =>
    joins.map(({ join, strength }) =>
      [join, strength, host ?? address ?? '-', process?.image?.split('\\').at(-1) ?? '-'].join(' '),
    ),
  );
}

export function logon(
  clock = '09:00:00.1000000',
  over: { address?: string; authentication?: string; guid?: string } = {},
): EventModel {
  const { address, authentication = 'Kerberos', guid } = over;
  return security.logon(
    {
      account: ALICE,
      logonId: 0xa1n,
      authentication,
      ...(address === undefined ? {} : { address, port: 50001 }),
      ...(guid === undefined ? {} : { logonGuid: guid }),
    },
    on(T, clock),
  );
}

/** Which machine has the address. */
export const LEASE: EventModel = security.logon(
  {
    account: { sid: 'S-1-5-21-1-2-3-1113', name: 'WS-07$', domain: 'CORP' },
    logonId: 0x77n,
    address: '10.0.0.7',
    port: 49001,
    authentication: 'Kerberos',
  },
  on(D, '08:50:00.0000001'),
);

export function used(
  clock: string,
  over: {
    image?: string;
    pid?: bigint;
    server?: string;
    spn?: string;
    guid?: string;
    computer?: string;
    by?: typeof ALICE;
  } = {},
): EventModel {
  const { image = WMIC, pid = 1100n, server = 'SRV-02', spn, guid, computer = S, by = BOB } = over;
  return security.explicitLogon(
    {
      subject: security.subject(by, 0xb1n),
      target: ALICE,
      server,
      pid,
      image,
      ...(spn === undefined ? {} : { spn }),
      ...(guid === undefined ? {} : { ticketGuid: guid }),
    },
    on(computer, clock),
  );
}

export function start(clock: string, commandLine: string, user = 'CORP\\alice'): EventModel {
  return sysmon.process(
    { pid: 1100, image: WMIC, commandLine, user, logonId: 0xb1n, parentImage: 'C:\\Windows\\explorer.exe' },
    on(S, clock),
  );
}
