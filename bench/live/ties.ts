/**
 * `node bench/live/ties.ts`: into how many groups the machines of an enterprise fall when those of which records name one address are one
 * group, on an ordinary day: whether rows of groups could be judged apart.
 */
import { isIPv4 } from 'node:net';
import { lineWriter } from '../../test/live/streams.ts';
import { Enterprise, type EventModel, ordinaryEvents } from '../../testkit/index.ts';
import { machineLines } from '../machine.ts';

const ACTS_OF_HOST = 15;
const QUOTED = /"(?:::ffff:)?([\d.]{7,15})"/g;
const writer = lineWriter('S4');

for (const line of machineLines()) print(line);
for (const hosts of [20, 200, 2000]) print(`${hosts + 1} machines: groups of ${groupsOf(hosts).join(', ')}`);

/** Sizes of the groups, largest first. */
function groupsOf(hosts: number): readonly number[] {
  const enterprise = new Enterprise({ seed: 7, hosts });
  const parents = new Map<string, string>();
  const rootOf = (name: string): string => {
    const parent = parents.get(name) ?? name;
    const root = parent === name ? name : rootOf(parent);
    parents.set(name, root);
    return root;
  };
  const computers = new Set<string>();
  for (const model of ordinaryEvents(enterprise, { acts: ACTS_OF_HOST * hosts })) {
    computers.add(model.computer);
    for (const address of addressesIn(model)) parents.set(rootOf(address), rootOf(model.computer));
  }
  const sizes = new Map<string, number>();
  for (const computer of computers) sizes.set(rootOf(computer), (sizes.get(rootOf(computer)) ?? 0) + 1);
  return [...sizes.values()].sort((a, b) => b - a);
}

function addressesIn(model: EventModel): readonly string[] {
  if (writer.cannotCarry(model) !== undefined) return [];
  const line = `${writer.write([{ model, recordId: 1n }])}`;
  return [...line.matchAll(QUOTED)]
    .flatMap(([, address]) => address ?? [])
    .filter((address) => isIPv4(address) && !address.startsWith('127.') && address !== '0.0.0.0');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
