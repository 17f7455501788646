import { nodeFilePort } from '../hunt/index.ts';
import { escapeTerminal, type HuntOptions, type HuntResult, plural } from '../report/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import { commonFlags, type Talk } from './common.ts';
import type { Environment } from './environment.ts';
import { type Hunting, huntPaths } from './hunting.ts';
import type { Interrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { openSink } from './output.ts';
import { type PinFlags, pinFlagsOf } from './pin-flags.ts';
import type { RuleFlags } from './rule-flags.ts';
import type { TextFlags } from './text-flags.ts';

interface DiffParts {
  readonly rules: RuleFlags;
  readonly pins: PinFlags;
  readonly texts: TextFlags;
  readonly talk: Talk;
  readonly interrupt: Interrupt;
}

/** One thing as it stands on one side. */
interface Side {
  readonly level: string;
  readonly score: number;
  readonly title: string;
}

interface Entry {
  readonly id: string;
  readonly before?: Side;
  readonly after?: Side;
}

/** What changes, by kind of thing; each list by id. */
interface Difference {
  readonly added: readonly Entry[];
  readonly removed: readonly Entry[];
  readonly changed: readonly Entry[];
}

type Kind = 'incidents' | 'subscriptions' | 'findings';

const KINDS: readonly Kind[] = ['incidents', 'subscriptions', 'findings'];
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
  const sink = openSink(flagValue(invocation, 'output') ?? '-', environment.stdout);
  const isJson = flagValue(invocation, 'format') === 'json';
  await sink.write(isJson ? `${JSON.stringify(found, null, 2)}\n` : wordsOf(found));
  await sink.commit();
  return interrupt.code ?? 0;
}

function without(invocation: Invocation, name: string): Invocation['flags'] {
  return new Map([...invocation.flags].filter(([flag]) => flag !== name));
}

function differencesOf(before: HuntResult, after: HuntResult): Readonly<Record<Kind, Difference>> {
  return {
    incidents: differenceOf(before.incidents, after.incidents, (one) => one),
    subscriptions: differenceOf(before.subscriptions, after.subscriptions, ({ verdict, consumer, filter, host }) => ({
      ...verdict,
      title: `${consumer.name ?? filter.name ?? 'a subscription'} on ${host}`,
    })),
    findings: differenceOf(before.findings, after.findings, (one) => one),
  };
}

function differenceOf<Thing extends { readonly id: string }>(
  before: readonly Thing[],
  after: readonly Thing[],
  sideOf: (thing: Thing) => Side,
): Difference {
  const olds = new Map(before.map((thing) => [thing.id, thing]));
  const news = new Map(after.map((thing) => [thing.id, thing]));
  const told = (thing: Thing): Side => {
    const { level, score, title } = sideOf(thing);
    return { level, score, title };
  };
  const added = [...news].filter(([id]) => !olds.has(id)).map(([id, thing]) => ({ id, after: told(thing) }));
  const removed = [...olds].filter(([id]) => !news.has(id)).map(([id, thing]) => ({ id, before: told(thing) }));
  const changed = [...olds].flatMap(([id, thing]) => {
    const other = news.get(id);
    if (other === undefined || JSON.stringify(other) === JSON.stringify(thing)) return [];
    return [{ id, before: told(thing), after: told(other) }];
  });
  const byId = (a: Entry, b: Entry): number => (a.id < b.id ? -1 : 1);
  return { added: added.sort(byId), removed: removed.sort(byId), changed: changed.sort(byId) };
}

/** At most so many lines of one list for people; JSON has all. */
const MOST_LINES = 200;

function wordsOf(found: Readonly<Record<Kind, Difference>>): string {
  const lines = KINDS.flatMap((kind) => {
    const { added, removed, changed } = found[kind];
    const head = `${kind.toUpperCase()}  ${plural(added.length, 'added', 'added')}, ${removed.length} removed, ${changed.length} changed`;
    return [head, ...listed('+', added), ...listed('-', removed), ...listed('~', changed)];
  });
  return `${lines.join('\n')}\n`;
}

function listed(sign: string, entries: readonly Entry[]): readonly string[] {
  const lines = entries.slice(0, MOST_LINES).map(({ id, before, after }) => {
    const levels = [before, after].flatMap((side) => (side === undefined ? [] : [`${side.level} ${side.score}`]));
    return `  ${sign} ${id}  ${[...new Set(levels)].join(' -> ')}  ${escapeTerminal(after?.title ?? before?.title ?? '')}`;
  });
  return entries.length > MOST_LINES ? [...lines, `  and ${entries.length - MOST_LINES} more`] : lines;
}
