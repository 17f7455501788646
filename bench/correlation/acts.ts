import {
  connect,
  dcomCall,
  Enterprise,
  type EventModel,
  networkLogon,
  providerHost,
  remoteProcess,
  security,
  serviceTicket,
  shareAccess,
} from '../../testkit/index.ts';
import { type Act, actOf } from './act.ts';

/** An act, and how often it happens among the others. */
export interface WeightedAct {
  readonly act: Act;
  readonly weight: number;
}

const WMIC = 'C:\\Windows\\System32\\wbem\\WMIC.exe';

/** What a domain does all day that a hunt keeps, and now and then an attack. Weights are shares of all acts. */
export function dayOfActs(): readonly WeightedAct[] {
  const enterprise = new Enterprise({ hosts: 8, clockErrorMs: 0 });
  const { controller } = enterprise;
  const [source, target] = [enterprise.host(0), enterprise.host(3)];
  const account = enterprise.person(0);
  const time = enterprise.after(600);
  const call = { source, target, account, controller };
  const roles = [source, target, controller];
  const made = (name: string, weight: number, fill: (out: EventModel[]) => void): WeightedAct => {
    const out: EventModel[] = [];
    fill(out);
    return { act: actOf(name, out, roles), weight };
  };
  return [
    made('file server', 0.7, (out) => {
      const logonGuid = serviceTicket(out, time, call);
      const port = connect(out, time + 20_000n, call, source.kernel, target.kernel, 445);
      const logonId = networkLogon(out, time + 50_000n, call, { port, logonGuid });
      out.push(security.logoff(account, logonId, 3, target.at(time + 300_000_000n)));
    }),
    made('administrative share', 0.05, (out) => {
      const port = connect(out, time, call, source.kernel, target.kernel, 445);
      const logonId = networkLogon(out, time + 50_000n, call, { port });
      const facts = { account, logonId, address: source.address, port, file: 'Temp\\report.txt' };
      shareAccess(out, time + 90_000n, target, { ...facts, masks: [0x1, 0x2, 0x10080] });
      out.push(security.logoff(account, logonId, 3, target.at(time + 200_000_000n)));
    }),
    made('wmic at home', 0.1, (out) => {
      const parent = source.running('C:\\Windows\\System32\\cmd.exe', account, 0x51234n, time);
      const process = source.start(out, time, { image: WMIC, commandLine: 'wmic os get LastBootUpTime', parent });
      source.end(out, time + 20_000_000n, process);
    }),
    made('inventory over WMI', 0.1499, (out) => {
      const caller = source.running('C:\\Program Files\\Example\\inventory.exe', account, 0x51234n, time);
      dcomCall(out, time, { ...call, caller });
      providerHost(out, time + 300_000n, target);
    }),
    {
      act: actOf('attack', remoteProcess(enterprise, { time, source, target, account }).events, roles),
      weight: 0.0001,
    },
  ];
}
