import { type EventModel, powershell } from '../events/index.ts';
import { seconds } from '../evtx/filetime.ts';
import {
  type AttackPlan,
  CMD,
  CRADLE,
  hopOf,
  nameOf,
  POWERSHELL,
  type SimulatedAttack,
  toolOf,
  WMIC,
} from './attack-parts.ts';
import {
  type Authentication,
  connect,
  createdProcess,
  dcomCall,
  explicitLogon,
  networkLogon,
  processAccess,
  providerHost,
  type RemoteCall,
  serviceTicket,
  shareAccess,
  winrmCall,
} from './calls.ts';
import type { Enterprise } from './enterprise.ts';
import type { SimulatedHost, SimulatedProcess } from './host.ts';
import type { TrueHop } from './truth.ts';

/** Win32_Process.Create over DCOM by PowerShell, seen at both ends, with the child that it left. */
function createRemotely(
  enterprise: Enterprise,
  plan: AttackPlan,
  authentication: Authentication,
): SimulatedAttack & { readonly child: SimulatedProcess } {
  const out: EventModel[] = [];
  const { target } = plan;
  const caller = toolOf(out, plan, POWERSHELL, `"${POWERSHELL}"`);
  const call = { ...plan, caller, authentication, controller: enterprise.controller };
  const bindings = {
    ComputerName: target.name,
    Class: 'Win32_Process',
    Name: 'Create',
    ArgumentList: `${CRADLE}, ...`,
  };
  const payload = Object.entries(bindings).map(
    ([name, value]) => `ParameterBinding(Invoke-WmiMethod): name="${name}"; value="${value}"\r\n`,
  );
  out.push(
    powershell.moduleLog(
      {
        commandName: 'Invoke-WmiMethod',
        payload: `CommandInvocation(Invoke-WmiMethod): "Invoke-WmiMethod"\r\n${payload.join('')}`,
        hostApplication: caller.commandLine,
        user: nameOf(plan.account),
      },
      { ...plan.source.at(plan.time + seconds(0.3)), processId: caller.pid },
    ),
  );
  const records = dcomCall(out, plan.time, call);
  const provider = providerHost(out, records.calledAt - 150_000n, target);
  const child = createdProcess(out, call, records, provider, POWERSHELL, CRADLE);
  target.end(out, child.time + seconds(40), child.process);
  return {
    truth: {
      name: `remote process, ${authentication}`,
      hops: [hopOf(call, records, child)],
      children: [],
      subscriptions: [],
      analytics: ['R02'],
      level: 'high',
    },
    events: out,
    child: child.process,
  };
}

/** Win32_Process.Create over DCOM by PowerShell, seen at both ends. */
export function remoteProcess(
  enterprise: Enterprise,
  plan: AttackPlan,
  authentication: Authentication = 'Kerberos',
): SimulatedAttack {
  const { truth, events } = createRemotely(enterprise, plan, authentication);
  return { truth, events };
}

/** wmiexec from a machine of which nothing is recorded: three commands with the three legs of each. */
export function wmiexec(plan: AttackPlan, address = '10.20.99.66'): SimulatedAttack {
  const out: EventModel[] = [];
  const { target, account } = plan;
  const call: RemoteCall = { target, account, authentication: 'NTLM', address };
  const port = connect(out, plan.time, call, undefined, target.kernel, 445);
  const share = networkLogon(out, plan.time + 40_000n, call, { port });
  const records = dcomCall(out, plan.time + seconds(0.2), call);
  const provider = providerHost(out, records.calledAt - 150_000n, target);
  const file = `__${(Number(plan.time / 10_000_000n) - 11644473600).toString()}.417209`;
  const hops: TrueHop[] = [];
  for (const [i, inner] of ['cd \\', 'cd ', 'whoami /all'].entries()) {
    const step = { ...records, calledAt: records.calledAt + seconds(1.2 * i) };
    const line = `cmd.exe /Q /c ${inner} 1> \\\\127.0.0.1\\ADMIN$\\${file} 2>&1`;
    const child = createdProcess(out, call, step, provider, CMD, line);
    const own = { account, logonId: records.logonId, address: '127.0.0.1', port: target.port() };
    shareAccess(out, child.time + 300_000n, target, { ...own, file, masks: [0x120196, 0x2] });
    const theirs = { account, logonId: share, address, port };
    shareAccess(out, child.time + 900_000n, target, { ...theirs, file, masks: [0x1, 0x1, 0x10080] });
    if (i === 2) {
      const whoami = 'C:\\Windows\\System32\\whoami.exe';
      const inside = { image: whoami, commandLine: 'whoami  /all', parent: child.process };
      target.end(out, child.time + 700_000n, target.start(out, child.time + 200_000n, inside));
    }
    target.end(out, child.time + 800_000n, child.process);
    hops.push(hopOf(call, records, child));
  }
  return {
    truth: { name: 'wmiexec', hops, children: [], subscriptions: [], analytics: ['R03'], level: 'critical' },
    events: out,
  };
}

/** wmic /node with the credentials of somebody else: three 4648 at the source (DOMAIN 2.2 #47). */
export function wmicWithCredentials(enterprise: Enterprise, plan: AttackPlan): SimulatedAttack {
  const out: EventModel[] = [];
  const { source, target } = plan;
  const other = enterprise.administrator;
  const command = 'cmd.exe /c net user svc_sync Autumn-4711 /add';
  const line = `"${WMIC}" /node:${target.name} /user:${nameOf(other)} process call create "${command}"`;
  const caller = toolOf(out, plan, WMIC, line);
  const call: RemoteCall = { ...plan, account: other, caller, controller: enterprise.controller };
  const rpc = source.services.rpc;
  const ticket = serviceTicket(out, plan.time - 20_000n, call, false);
  out.push(
    explicitLogon(source, plan.time, rpc, other, target, `RPCSS/${target.computer}`, ticket, caller),
    explicitLogon(source, plan.time + 180_000n, caller, other, target, `host/${target.computer}`, ticket),
    explicitLogon(source, plan.time + 190_000n, caller, other, target, target.computer),
  );
  const records = dcomCall(out, plan.time, call);
  const provider = providerHost(out, records.calledAt - 150_000n, target);
  const child = createdProcess(out, call, records, provider, CMD, command);
  target.end(out, child.time + seconds(1), child.process);
  source.end(out, child.time + seconds(2), caller);
  return {
    truth: {
      name: 'wmic with credentials',
      hops: [hopOf(call, records, child)],
      children: [],
      subscriptions: [],
      analytics: ['R02'],
      level: 'high',
    },
    events: out,
  };
}

/** Win32_Process.Create through WS-Management. */
export function overWinrm(enterprise: Enterprise, plan: AttackPlan): SimulatedAttack {
  const out: EventModel[] = [];
  const { target } = plan;
  const caller = toolOf(out, plan, POWERSHELL, `"${POWERSHELL}"`);
  const call = { ...plan, caller, controller: enterprise.controller };
  const records = winrmCall(out, plan.time, call);
  const provider = providerHost(out, records.calledAt - 150_000n, target);
  const child = createdProcess(out, call, records, provider, POWERSHELL, CRADLE);
  target.end(out, child.time + seconds(30), child.process);
  return {
    truth: {
      name: 'WMI over WinRM',
      hops: [hopOf(call, records, child, 'wmi-winrm')],
      children: [],
      subscriptions: [],
      analytics: ['R05'],
      level: 'medium',
    },
    events: out,
  };
}

/** MMC20.Application: the server runs under the logon of the activation, its child too (DOMAIN 2.2 #49). */
export function dcomSibling(enterprise: Enterprise, plan: AttackPlan): SimulatedAttack {
  const out: EventModel[] = [];
  const { target, account } = plan;
  const caller = toolOf(out, plan, POWERSHELL, `"${POWERSHELL}"`);
  const call = { ...plan, caller, controller: enterprise.controller };
  const server = target.running('C:\\Windows\\System32\\mmc.exe', account, 0n, plan.time);
  const records = dcomCall(out, plan.time, call, { process: server, port: 50_700 + target.random.below(300) });
  const mmc = target.start(out, plan.time + 150_000n, {
    image: server.image,
    commandLine: 'C:\\Windows\\system32\\mmc.exe -Embedding',
    parent: target.services.dcom,
    account,
    logonId: records.activationLogonId,
  });
  const started = records.calledAt + 200_000n;
  const line = 'cmd.exe /c whoami /priv > C:\\Windows\\Temp\\o.txt';
  const process = target.start(out, started, { image: CMD, commandLine: line, parent: mmc });
  target.end(out, started + seconds(1), process);
  return {
    truth: {
      name: 'DCOM sibling',
      hops: [hopOf(call, records, { process: mmc, time: plan.time + 150_000n }, 'dcom')],
      // The server is what the call reached; its child is what it was told to do.
      children: [],
      subscriptions: [],
      analytics: ['R07'],
      level: 'high',
    },
    events: out,
  };
}

/** A to B, and from what ran on B to C. */
export function pivot(enterprise: Enterprise, plan: AttackPlan, last: SimulatedHost): SimulatedAttack {
  const out: EventModel[] = [];
  const { target: middle } = plan;
  const caller = toolOf(out, plan, POWERSHELL, `"${POWERSHELL}"`);
  const first = { ...plan, caller, controller: enterprise.controller };
  const there = dcomCall(out, plan.time, first);
  const provider = providerHost(out, there.calledAt - 150_000n, middle);
  const implant = createdProcess(out, first, there, provider, POWERSHELL, CRADLE);
  const onward = plan.time + seconds(240);
  const tool = middle.start(out, onward - seconds(1), {
    image: WMIC,
    commandLine: `wmic /node:${last.name} process call create "cmd.exe /c C:\\Windows\\Temp\\upd.exe"`,
    parent: implant.process,
  });
  // A child of WMI holds no credentials that reach further: it uses those of an administrator (double hop).
  const second: RemoteCall = {
    target: last,
    source: middle,
    account: enterprise.administrator,
    caller: tool,
    authentication: 'NTLM',
  };
  const beyond = dcomCall(out, onward, second);
  const lastHost = providerHost(out, beyond.calledAt - 150_000n, last);
  const child = createdProcess(out, second, beyond, lastHost, CMD, 'cmd.exe /c C:\\Windows\\Temp\\upd.exe');
  return {
    truth: {
      name: 'pivot',
      hops: [hopOf(first, there, implant), hopOf(second, beyond, child)],
      children: [],
      subscriptions: [],
      analytics: ['R02'],
      level: 'high',
    },
    events: out,
  };
}

/** A child that opens the memory of lsass. */
export function memoryAccess(enterprise: Enterprise, plan: AttackPlan): SimulatedAttack {
  const { truth, events, child } = createRemotely(enterprise, plan, 'Kerberos');
  const access = processAccess(plan.target, plan.time + seconds(12), child, plan.target.services.lsass, 0x1010);
  return {
    truth: { ...truth, name: 'memory access', analytics: ['M01'], level: 'critical' },
    events: [...events, access],
  };
}

/** The same call from a machine that nobody collects: its address is all there is. */
export function withoutTelemetry(plan: AttackPlan, address = '10.20.98.5'): SimulatedAttack {
  const out: EventModel[] = [];
  const call: RemoteCall = { target: plan.target, account: plan.account, authentication: 'NTLM', address };
  const records = dcomCall(out, plan.time, call);
  const provider = providerHost(out, records.calledAt - 150_000n, plan.target);
  const child = createdProcess(out, call, records, provider, POWERSHELL, CRADLE);
  return {
    truth: {
      name: 'source without telemetry',
      hops: [hopOf(call, records, child)],
      children: [],
      subscriptions: [],
      analytics: ['R01'],
      level: 'medium',
    },
    events: out,
  };
}

/** The same call through a router that rewrites address and port: no record names the machine behind it. */
export function behindRouter(plan: AttackPlan, address = '10.20.97.1'): SimulatedAttack {
  const out: EventModel[] = [];
  const caller = toolOf(out, plan, POWERSHELL, `"${POWERSHELL}"`);
  const call: RemoteCall = { ...plan, caller, authentication: 'NTLM', address };
  const records = dcomCall(out, plan.time, call);
  const provider = providerHost(out, records.calledAt - 150_000n, plan.target);
  const child = createdProcess(out, call, records, provider, POWERSHELL, CRADLE);
  const hop = hopOf(call, records, child);
  return {
    truth: {
      name: 'behind a router',
      hops: [{ ...hop, source: { address } }],
      children: [],
      subscriptions: [],
      analytics: ['R01'],
      level: 'medium',
    },
    // What the client calls itself would name the machine: such a tool leaves it empty (DOMAIN 2.2 #26).
    events: out.map((event) => (event.eventId === 4624 ? withoutWorkstation(event) : event)),
  };
}

function withoutWorkstation(event: EventModel): EventModel {
  if (event.body.kind !== 'eventData') return event;
  const dash = event.body.fields.find(({ name }) => name === 'TransmittedServices')?.value;
  if (dash === undefined) return event;
  const fields = event.body.fields.map((field) =>
    field.name === 'WorkstationName' ? { ...field, value: dash } : field,
  );
  return { ...event, body: { ...event.body, fields } };
}
