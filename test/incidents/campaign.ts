import {
  behindRouter,
  clearedLog,
  dcomSibling,
  Enterprise,
  type EnterpriseOptions,
  type EventModel,
  memoryAccess,
  ordinaryEvents,
  overWinrm,
  pivot,
  remoteProcess,
  remoteTriad,
  type SimulatedAttack,
  twoCandidates,
  withoutTelemetry,
  wmicWithCredentials,
  wmiexec,
} from '../../testkit/index.ts';

/** Each attack by name: made in an enterprise at a minute of its day, between machines that no other attack uses. */
export const ATTACKS: Readonly<Record<string, (enterprise: Enterprise, n: number) => SimulatedAttack>> = {
  'a remote process by Kerberos': (enterprise, n) => remoteProcess(enterprise, planOf(enterprise, n)),
  'a remote process by NTLM': (enterprise, n) => remoteProcess(enterprise, planOf(enterprise, n), 'NTLM'),
  'wmiexec with its three legs': (enterprise, n) => wmiexec(planOf(enterprise, n), addressOf(n)),
  'wmic with the credentials of another account': (enterprise, n) =>
    wmicWithCredentials(enterprise, planOf(enterprise, n)),
  'WMI over WinRM': (enterprise, n) => overWinrm(enterprise, planOf(enterprise, n)),
  'a DCOM sibling': (enterprise, n) => dcomSibling(enterprise, planOf(enterprise, n)),
  'a pivot from A over B to C': (enterprise, n) => pivot(enterprise, planOf(enterprise, n), enterprise.host(3 * n + 2)),
  'a triad that fires and is removed': (enterprise, n) => remoteTriad(enterprise, planOf(enterprise, n)),
  'a triad that two sources may have written': (enterprise, n) =>
    twoCandidates(enterprise, planOf(enterprise, n), enterprise.host(3 * n + 2)),
  'a source without telemetry': (enterprise, n) => withoutTelemetry(planOf(enterprise, n), addressOf(n)),
  'a source behind a router': (enterprise, n) => behindRouter(planOf(enterprise, n), addressOf(n)),
  'a log that was cleared': (enterprise, n) => clearedLog(enterprise, planOf(enterprise, n)),
  'memory of lsass opened': (enterprise, n) => memoryAccess(enterprise, planOf(enterprise, n)),
};

function planOf(enterprise: Enterprise, n: number) {
  const time = enterprise.after(3600 + 1800 * n) + BigInt(enterprise.random.below(10_000_000));
  return { time, source: enterprise.host(3 * n), target: enterprise.host(3 * n + 1), account: enterprise.person(n) };
}

function addressOf(n: number): string {
  return `10.20.90.${10 + n}`;
}

export interface Campaign {
  readonly attacks: readonly SimulatedAttack[];
  readonly events: readonly EventModel[];
}

/** These attacks among an ordinary day. */
export function campaign(
  names: readonly string[],
  options: EnterpriseOptions & { readonly acts?: number } = {},
): Campaign {
  const enterprise = new Enterprise({ hosts: 3 * Object.keys(ATTACKS).length, ...options });
  const attacks = names.map((name) => {
    const make = ATTACKS[name];
    if (make === undefined) throw new Error(`no attack ${name}`);
    return make(enterprise, Object.keys(ATTACKS).indexOf(name));
  });
  const noise = [...ordinaryEvents(enterprise, { acts: options.acts ?? 150 })];
  return { attacks, events: [...noise, ...attacks.flatMap(({ events }) => events)] };
}
