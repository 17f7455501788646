import { type Pin, pastReview } from '../pins/index.ts';
import { escapeTerminal, type PinSummary, plural } from '../report/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { openSink } from './output.ts';
import { pinFlagsOf } from './pin-flags.ts';
import { resultOf } from './result-source.ts';

interface Checked {
  readonly pins: number;
  readonly pastReview: readonly {
    readonly id: string;
    readonly owner: string;
    readonly review: string;
    readonly place: string;
  }[];
  /** Absent where no result and no evidence was named. */
  readonly unmatched?: readonly { readonly id: string; readonly owner: string; readonly place: string }[];
}

/** `triad pin check [RESULT|PATH...]`: 0 when all is well, 1 where a pin is past review or matched nothing, 2 for wrong files. */
export async function runPinCheck(invocation: Invocation, environment: Environment): Promise<number> {
  const { operands } = invocation;
  const flags = await pinFlagsOf(invocation, environment);
  if (flags.problems.length > 0) return refuse(environment, flags.problems);
  const matched = operands.length === 0 ? undefined : await summaryOf(invocation, environment);
  if (matched !== undefined && 'code' in matched) return matched.code;
  const told = matched?.summary.pins.map(({ count, id, owner, place }) => ({ count, id, owner, place }));
  const checked: Checked = {
    pins: matched?.summary.pins.length ?? flags.pins?.length ?? 0,
    pastReview: pastReview(flags.pins ?? [], environment.wallMs()).map(nameOf),
    ...(told === undefined
      ? {}
      : { unmatched: told.filter(({ count }) => count === 0).map(({ count: _, ...pin }) => pin) }),
  };
  const sink = openSink(flagValue(invocation, 'output') ?? '-', environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  await sink.write(isJson ? `${JSON.stringify(checked, null, 2)}\n` : wordsOf(checked));
  await sink.commit();
  return checked.pastReview.length + (checked.unmatched?.length ?? 0) > 0 ? 1 : 0;
}

/** What the pins did in the result, or in the evidence, which is hunted with them. */
async function summaryOf(
  invocation: Invocation,
  environment: Environment,
): Promise<{ readonly summary: PinSummary } | { readonly code: number }> {
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const source = await resultOf(invocation.operands, invocation, environment, interrupt);
    if ('code' in source) return source;
    const { pins } = source.result.summary;
    if (pins !== undefined) return { summary: pins };
    const message = 'This was hunted without pins, so that nothing tells which of them match.';
    const action = 'Hunt it with --pins, or name the evidence.';
    return {
      code: refuse(environment, [{ code: 'TRIAD-E-PIN', place: invocation.operands[0] ?? '', message, action }]),
    };
  } finally {
    interrupt.release();
  }
}

function nameOf({ id, owner, review, place }: Pin): Checked['pastReview'][number] {
  return { id, owner, review, place };
}

function wordsOf({ pins, pastReview: overdue, unmatched }: Checked): string {
  const lines = [
    `${plural(pins, 'pin')}, ${overdue.length} past review${unmatched === undefined ? '' : `, ${unmatched.length} that matched nothing`}.`,
    ...overdue.map(({ id, owner, review, place }) => `${id}  review ${review} is past: ask ${owner}; ${place}`),
    ...(unmatched ?? []).map(({ id, owner, place }) => `${id}  matched nothing: ask ${owner}; ${place}`),
  ];
  return `${lines.map((line) => escapeTerminal(line)).join('\n')}\n`;
}
