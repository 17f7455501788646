import { commandPrint, type Field, type Proposal, pinOfDossier, pinOfFinding } from '../pins/index.ts';
import { type Found, findById, type HuntResult } from '../report/index.ts';
import { unknownId } from './answer.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { listenForInterrupt } from './interrupt.ts';
import { resultOf } from './result-source.ts';

/** What a pin is of and where it holds, as fields; or why that cannot be told. */
export type PinContent =
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, Field> }
  | { readonly kind: 'problem'; readonly problem: UsageProblem }
  | { readonly kind: 'code'; readonly code: number };

/** By the id of something in a result or evidence, else by the flags; what the flags say of hosts and callers wins. */
export async function contentOf(invocation: Invocation, environment: Environment): Promise<PinContent> {
  const [id, ...operands] = invocation.operands;
  const own = fieldsOf(invocation);
  if (id === undefined) return { kind: 'fields', fields: own };
  const both = ['subscription', 'payload', 'command'].find((name) => own.has(name));
  if (both !== undefined) {
    const message = 'An id tells the content by itself.';
    return problem(`--${both}`, message, 'Leave one of the two out.');
  }
  const interrupt = listenForInterrupt(() => undefined);
  try {
    // What is pinned already stands in no content's way, and the file may not be there yet.
    const unpinned = { ...invocation, flags: new Map([...invocation.flags, ['pins', ['none']]]) };
    const source = await resultOf(operands, unpinned, environment, interrupt);
    if ('code' in source) return { kind: 'code', code: source.code };
    const found = findById(source.result, id);
    if (found === undefined) return { kind: 'problem', problem: unknownId(id, source.result) };
    const of = flagValue(invocation, 'of') === 'payload' ? 'payload' : 'subscription';
    const proposal = proposalOf(found, source.result, of);
    if (proposal.kind === 'none') return problem(id, proposal.why, 'triad explain says what its records tell.');
    const { kind, print, hosts, callers, what } = proposal.content;
    const fields = new Map<string, Field>([
      [kind, { value: print }],
      ['hosts', { value: hosts }],
    ]);
    if (what !== undefined) fields.set('what', { value: what });
    if (callers !== undefined) {
      fields.set('accounts', { value: callers.accounts });
      fields.set('sources', { value: callers.sources });
    }
    for (const [name, field] of own) fields.set(name, field);
    return { kind: 'fields', fields };
  } finally {
    interrupt.release();
  }
}

function proposalOf(found: Found, result: HuntResult, of: 'subscription' | 'payload'): Proposal {
  if (found.kind === 'subscription') return pinOfDossier(found.dossier, of);
  if (found.kind === 'incident') {
    const { subscriptions, findings } = found.incident;
    const named = [...subscriptions, ...findings].slice(0, 8).join(', ');
    return { kind: 'none', why: `An incident is not pinned, what it is made of is: ${named}.` };
  }
  if (found.kind !== 'finding') return { kind: 'none', why: 'Only subscriptions and findings are pinned.' };
  const { finding } = found;
  const [only, ...others] = finding.subscriptions;
  const dossier = result.subscriptions.find(({ id }) => id === only);
  const isOfSubscription = finding.process === undefined && dossier !== undefined && others.length === 0;
  return isOfSubscription ? pinOfDossier(dossier, of) : pinOfFinding(finding);
}

function fieldsOf(invocation: Invocation): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const name of ['subscription', 'payload'] as const) {
    const value = flagValue(invocation, name);
    if (value !== undefined) fields.set(name, { value });
  }
  const command = flagValue(invocation, 'command');
  if (command !== undefined) fields.set('command', { value: commandPrint(command) });
  for (const [flag, name] of LISTS) {
    const value = invocation.flags.get(flag);
    if (value !== undefined) fields.set(name, { value });
  }
  return fields;
}

const LISTS = [
  ['account', 'accounts'],
  ['source', 'sources'],
  ['hosts', 'hosts'],
] as const;

function problem(place: string, message: string, action: string): PinContent {
  return { kind: 'problem', problem: { code: 'TRIAD-E-PIN', place, message, action } };
}
