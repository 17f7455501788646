import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  clearedLog,
  Enterprise,
  type EventModel,
  fieldTexts,
  localTriad,
  logsOf,
  managementSubscription,
  memoryAccess,
  ordinaryEvents,
  overWinrm,
  pivot,
  remoteProcess,
  remoteTriad,
  textOfFiletime,
  windowsXml,
  wmiexec,
} from '../testkit/index.ts';

/**
 * `node tools/demo-script.ts`: writes what `triad serve --demo` plays. A line each: how many milliseconds after the demo began
 * an event is sent (below zero: it is history by then), and the event as Windows renders it. A test holds the file to this.
 */

/** Where the script stands, below the root of the package. */
export const DEMO_SCRIPT = 'demo/enterprise.jsonl';

/** History that is there when the demo begins: people sign in half an hour before what they do. */
const BEFORE_S = 2400;
const AFTER_S = 300;

/** The script: eight machines and a controller, with ordinary acts and these attacks, seconds after the beginning. */
export function demoScript(): string {
  const enterprise = new Enterprise({ seed: 16, hosts: 8 });
  const { administrator } = enterprise;
  const at = (s: number): bigint => enterprise.after(BEFORE_S + s);
  const host = (n: number) => enterprise.host(n - 1);
  const plan = (s: number, source: number, target: number, account = enterprise.person(source)) => ({
    time: at(s),
    source: host(source),
    target: host(target),
    account,
  });
  const events: EventModel[] = [
    ...ordinary(enterprise, { acts: 90, fromS: 0, toS: BEFORE_S }),
    ...managementSubscription(host(8), at(-900)),
    // An administrator at his own machine: remote administration looks like an attack until somebody knows better.
    ...remoteProcess(enterprise, plan(-420, 7, 8, administrator)).events,
    ...remoteTriad(enterprise, plan(4, 1, 4)).events,
    ...wmiexec(plan(45, 5, 8), '10.20.99.66').events,
    ...pivot(enterprise, plan(-140, 2, 3), host(4)).events,
    ...localTriad(plan(130, 5, 5)).events,
    ...overWinrm(enterprise, plan(165, 6, 8)).events,
    ...clearedLog(enterprise, plan(200, 3, 6)).events,
    ...memoryAccess(enterprise, plan(240, 1, 8)).events,
    ...ordinary(enterprise, { acts: 60, fromS: BEFORE_S, toS: BEFORE_S + AFTER_S }),
  ];
  const zero = at(0);
  const lines = logsOf(events)
    .flatMap(({ events: written }) =>
      written.map((model, i) => ({
        at: Number((model.time - zero) / 10_000n),
        event: windowsXml({ model, recordId: BigInt(1000 + i) }),
      })),
    )
    .sort((a, b) => a.at - b.at);
  const head = { format: 'triad-demo/1', zero: textOfFiletime(zero), events: lines.length };
  return `${[head, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** Ordinary acts but for the inventory by wmic, which is worth an incident of level low each time. */
function ordinary(enterprise: Enterprise, span: Parameters<typeof ordinaryEvents>[1]): readonly EventModel[] {
  const isInventory = (event: EventModel): boolean => fieldTexts(event).some(([, text]) => /\\wmic\.exe$/i.test(text));
  return [...ordinaryEvents(enterprise, span)].filter((event) => !isInventory(event));
}

if (import.meta.main) {
  const path = join(import.meta.dirname, '..', DEMO_SCRIPT);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, demoScript());
}
