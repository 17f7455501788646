import { type EventModel, security, sysmon } from '../events/index.ts';
import { seconds } from '../evtx/filetime.ts';
import { connect, networkLogon, serviceTicket, shareAccess } from './calls.ts';
import type { Enterprise } from './enterprise.ts';
import type { SimulatedHost } from './host.ts';

const PROGRAMS = [
  ['C:\\Windows\\System32\\taskhostw.exe', 'taskhostw.exe Install $(Arg0)'],
  ['C:\\Windows\\System32\\backgroundTaskHost.exe', '"C:\\Windows\\system32\\backgroundTaskHost.exe" -ServerName:App'],
  ['C:\\Program Files\\Example Backup\\agent.exe', '"C:\\Program Files\\Example Backup\\agent.exe" --nightly'],
  ['C:\\Windows\\System32\\gpupdate.exe', 'gpupdate.exe /target:computer'],
  ['C:\\Windows\\System32\\wbem\\WMIC.exe', 'wmic os get LastBootUpTime'],
] as const;

/** What happens on an ordinary day, one act at a time; each gives some records of one or more machines. */
const ACTS = [program, program, fileServer, fileServer, serviceLogon, nameLookup, directory] as const;

/**
 * The records of ordinary days in the order of the true time, one act after another, without end in memory: only what an
 * act leaves for later (a logoff, an end) waits. Clocks that are off show in the records' own times.
 */
export function* ordinaryEvents(
  enterprise: Enterprise,
  options: { readonly acts: number; readonly fromS?: number; readonly toS?: number },
): Generator<EventModel> {
  const { random } = enterprise;
  const from = enterprise.after(options.fromS ?? 0);
  const span = seconds((options.toS ?? 9 * 3600) - (options.fromS ?? 0));
  const step = options.acts === 0 ? 0n : span / BigInt(options.acts);
  const waiting: EventModel[] = [];
  for (let i = 0; i < options.acts; i++) {
    const time = from + step * BigInt(i);
    yield* due(waiting, time);
    const act = random.pick(ACTS);
    const made: EventModel[] = [];
    act(enterprise, time, made);
    waiting.push(...made);
  }
  yield* due(waiting, undefined);
}

/** Takes out what is due at this true time, oldest first; clocks are off by less than the ten seconds that are kept back. */
function* due(waiting: EventModel[], time: bigint | undefined): Generator<EventModel> {
  if (time !== undefined && waiting.length < 512) return;
  waiting.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  const limit = time === undefined ? undefined : time - seconds(10);
  const count = limit === undefined ? waiting.length : waiting.findIndex((event) => event.time >= limit);
  yield* waiting.splice(0, count < 0 ? waiting.length : count);
}

function program(enterprise: Enterprise, time: bigint, out: EventModel[]): void {
  const host = enterprise.host(enterprise.random.below(enterprise.hosts.length));
  const [image, commandLine] = host.random.pick(PROGRAMS);
  const process = host.start(out, time, { image, commandLine, parent: host.services.services });
  host.end(out, time + seconds(1 + host.random.below(30)), process);
}

/** Somebody opens a file on a server: ticket, connection, logon, share, and the logoff some seconds later. */
function fileServer(enterprise: Enterprise, time: bigint, out: EventModel[]): void {
  const { random, controller } = enterprise;
  const source = enterprise.host(random.below(enterprise.hosts.length));
  const target = serverOf(enterprise, source);
  const account = enterprise.person(random.below(enterprise.people.length));
  const call = { source, target, account, controller };
  const logonGuid = serviceTicket(out, time, call, random.chance(0.7));
  const port = connect(out, time + 20_000n, call, source.kernel, target.kernel, 445);
  const logonId = networkLogon(out, time + 50_000n, call, { port, logonGuid, isElevated: false });
  const facts = { account, logonId, address: source.address, port, share: 'Projects', file: 'plan\\notes.docx' };
  shareAccess(out, time + 90_000n, target, { ...facts, masks: [0x120089] });
  out.push(security.logoff(account, logonId, 3, target.at(time + seconds(10 + random.below(40)))));
}

function serverOf(enterprise: Enterprise, source: SimulatedHost): SimulatedHost {
  const servers = enterprise.hosts.filter((host) => host.name.startsWith('SRV') && host !== source);
  return servers.length === 0 ? enterprise.controller : enterprise.random.pick(servers);
}

function serviceLogon(enterprise: Enterprise, time: bigint, out: EventModel[]): void {
  const host = enterprise.host(enterprise.random.below(enterprise.hosts.length));
  const account = security.SYSTEM_ACCOUNT;
  out.push(
    security.logon(
      {
        account,
        logonId: 0x3e7n,
        type: 5,
        logonProcess: 'Advapi  ',
        authentication: 'Negotiate',
        subject: security.subject(host.machineAccount(), 0x3e7n),
        processName: host.services.services.image,
      },
      host.at(time),
    ),
    security.specialLogon(account, 0x3e7n, host.at(time + 100n)),
  );
}

function nameLookup(enterprise: Enterprise, time: bigint, out: EventModel[]): void {
  const { random, controller } = enterprise;
  const host = enterprise.host(random.below(enterprise.hosts.length));
  const { lsass } = host.services;
  const query = { QueryName: controller.computer, QueryStatus: '0', QueryResults: `${controller.address};` };
  const of = { ProcessGuid: lsass.guid, ProcessId: lsass.pid, Image: lsass.image, User: 'NT AUTHORITY\\SYSTEM' };
  out.push(sysmon.event(22, { ...of, ...query }, host.at(time)));
}

/** A machine reads its policy: its own account at the controller. */
function directory(enterprise: Enterprise, time: bigint, out: EventModel[]): void {
  const { random, controller } = enterprise;
  const source = enterprise.host(random.below(enterprise.hosts.length));
  const account = { ...source.machineAccount(), sid: enterprise.administrator.sid.replace(/\d+$/, '3001') };
  const call = { source, target: controller, account, controller };
  const port = connect(out, time, call, source.services.lsass, controller.services.lsass, 389);
  const logonId = networkLogon(out, time + 30_000n, call, { port, isElevated: false });
  out.push(security.logoff(account, logonId, 3, controller.at(time + seconds(12))));
}
