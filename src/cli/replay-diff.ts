import { nodeFilePort } from '../hunt/index.ts';
import type { HuntOptions, HuntResult } from '../report/index.ts';
import { type Invocation, isGiven } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import { commonFlags, type Talk } from './common.ts';
import type { Environment } from './environment.ts';
import { type Hunting, huntPaths } from './hunting.ts';
import type { Interrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { type PinFlags, pinFlagsOf } from './pin-flags.ts';
import { type Differences, differenceOf, tellDifferences } from './replay-difference.ts';
import type { RuleFlags } from './rule-flags.ts';
import type { TextFlags } from './text-flags.ts';

interface DiffParts {
  readonly rules: RuleFlags;
  readonly pins: PinFlags;
  readonly texts: TextFlags;
  readonly talk: Talk;
  readonly interrupt: Interrupt;
}

const WHOLE: HuntOptions = { hosts: [], minLevel: 'informational', failLevel: 'never', carve: true, strict: false };

/**
 * What new rules or pins would change on this evidence: it is judged without and with them by the engine that batch and live share, and
 * nothing is written but the answer. Without new pins both sides have the pins of the server's folder.
 */
export async function runReplayDiff(
  invocation: Invocation,
  environment: Environment,
  { rules, pins, texts, talk, interrupt }: DiffParts,
): Promise<number> {
  const runStartMs = environment.wallMs();
  const common = commonFlags(invocation, runStartMs);
  if (common.problems.length > 0) return refuse(environment, common.problems);
  const usual = await pinFlagsOf({ ...invocation, flags: without(invocation, 'pins') }, environment);
  if (usual.problems.length > 0) return refuse(environment, usual.problems);
  const hunting: Hunting = {
    invocation,
    environment,
    paths: invocation.operands,
    options: { ...WHOLE, carve: !isGiven(invocation, 'no-carve') },
    common,
    texts,
    pack: isGiven(invocation, 'no-default-rules') ? undefined : await bundledRules(),
    hash: false,
    port: nodeFilePort(process.cwd()),
    talk,
    interrupt,
    runStartMs,
  };
  const before = await huntPaths({ ...hunting, pins: usual.pins });
  if ('code' in before) return before.code;
  const after = await huntPaths({ ...hunting, rules: rules.rules, pins: pins.pins });
  if ('code' in after) return after.code;
  const found = differencesOf(before.result, after.result);
  await tellDifferences(invocation, environment, found);
  return interrupt.code ?? 0;
}

/** The flags without some of them. */
export function without(invocation: Invocation, ...names: readonly string[]): Invocation['flags'] {
  return new Map([...invocation.flags].filter(([flag]) => !names.includes(flag)));
}

function differencesOf(before: HuntResult, after: HuntResult): Differences {
  return {
    incidents: differenceOf(before.incidents, after.incidents, (one) => one),
    subscriptions: differenceOf(before.subscriptions, after.subscriptions, ({ verdict, consumer, filter, host }) => ({
      ...verdict,
      title: `${consumer.name ?? filter.name ?? 'a subscription'} on ${host}`,
    })),
    findings: differenceOf(before.findings, after.findings, (one) => one),
  };
}
