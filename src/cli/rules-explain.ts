import { readFile } from 'node:fs/promises';
import { nodeFilePort } from '../hunt/index.ts';
import type { RuleMapping } from '../intake/index.ts';
import { escapeTerminal, plural } from '../report/index.ts';
import {
  checkRules,
  type EventExplanation,
  eventOfCase,
  explainEvent,
  type ItemExplanation,
  type RuleSources,
  readCaseEvent,
  readEvents,
} from '../rules/index.ts';
import { TextReader } from '../shapes/index.ts';
import type { CompiledRule } from '../sigma/index.ts';
import { type Event, formatTime } from '../windows/index.ts';
import { flagValue, type Invocation, type UsageProblem } from './arguments.ts';
import { pathProblems } from './common.ts';
import type { Environment } from './environment.ts';
import { evidenceProblems } from './evidence-outputs.ts';
import { listenForInterrupt } from './interrupt.ts';
import { refuse } from './main.ts';
import { passwordFlag } from './password-file.ts';
import { ruleMappingOf } from './rule-mapping.ts';
import { outputOf, problemText, rulesAt, rulesOverwritten, writeOut } from './rules-common.ts';

const MAX_EVENT_BYTES = 4 * 1024 * 1024;

interface Chosen {
  readonly event: Event;
  readonly explanation: EventExplanation;
}

/** `triad rules explain RULE EVIDENCE...`: one rule on one event. */
export async function runRulesExplain(invocation: Invocation, environment: Environment): Promise<number> {
  const { output, problems } = outputOf(invocation);
  const address = addressOf(invocation, problems);
  const { passwords, problems: wrongPasswords } = await passwordFlag(invocation);
  const { mapping, problems: wrongMapping } = await ruleMappingOf(invocation);
  problems.push(...wrongPasswords, ...wrongMapping);
  const [rulePath = '', ...evidence] = invocation.operands;
  const eventFile = flagValue(invocation, 'event');
  if ((eventFile === undefined) === (evidence.length === 0)) {
    problems.push({
      code: 'TRIAD-E-ARG-MISSING',
      place: 'EVIDENCE',
      message: 'An event comes from evidence or from --event FILE, from one of them.',
      action: 'For example: triad rules explain rule.yml Sysmon.evtx --record 4711',
    });
  }
  if (problems.length > 0) return refuse(environment, problems);
  const given = await rulesAt([rulePath], environment, invocation);
  if (given.kind === 'wrong') return refuse(environment, given.problems);
  const rule = ruleNamed(given.loaded, mapping, flagValue(invocation, 'rule'), rulePath, environment);
  if (typeof rule === 'number') return rule;
  const overwritten = [
    ...(await rulesOverwritten(output, [rulePath, ...(eventFile === undefined ? [] : [eventFile])])),
    ...(await evidenceProblems([['output', output]], evidence, nodeFilePort(process.cwd()))),
  ];
  if (overwritten.length > 0) return refuse(environment, overwritten);
  const interrupt = listenForInterrupt(() => undefined);
  try {
    const pick = new Pick(rule);
    if (eventFile === undefined) {
      const read = await readEvents({
        paths: evidence,
        port: nodeFilePort(process.cwd()),
        passwords,
        signal: interrupt.signal,
        wants: ({ container = [] }) => isMember(container, address.member),
        onEvent: (event) => {
          if (address.isOf(event)) pick.take(event);
        },
      });
      if (read.kind === 'problems') return refuse(environment, pathProblems(read.problems));
    } else {
      const wrong = await takeFile(eventFile, pick);
      if (wrong !== undefined) return refuse(environment, [wrong]);
    }
    const { best, count } = pick;
    if (best === undefined) return refuse(environment, [noEvent(invocation, eventFile)]);
    const isJson = flagValue(invocation, 'format') === 'json';
    await writeOut(output, isJson ? jsonOf(rule, best, count) : textOf(rule, best, count), environment);
    return interrupt.code ?? 0;
  } finally {
    interrupt.release();
  }
}

/** The event to explain, among those that the address fits: the first that matches, else the first of the rule's log source. */
class Pick {
  readonly #rule: CompiledRule;
  best: Chosen | undefined;
  count = 0;

  constructor(rule: CompiledRule) {
    this.#rule = rule;
  }

  take(event: Event): void {
    this.count++;
    if (this.best?.explanation.holds === true) return;
    const explanation = explainEvent(this.#rule, event);
    const isBetter = explanation.holds || (explanation.routes.length > 0 && this.best?.explanation.routes.length === 0);
    if (this.best === undefined || isBetter) this.best = { event: event.detach(), explanation };
  }
}

interface Address {
  readonly member: string | undefined;
  readonly isOf: (event: Event) => boolean;
}

function addressOf(invocation: Invocation, problems: UsageProblem[]): Address {
  const record = flagValue(invocation, 'record');
  const offsetText = flagValue(invocation, 'offset');
  const offset = offsetText === undefined ? undefined : Number(offsetText);
  if (offset !== undefined && !(Number.isSafeInteger(offset) && offset >= 0)) {
    const message = `"${offsetText}" is no number.`;
    problems.push({
      code: 'TRIAD-E-ARG-VALUE',
      place: '--offset',
      message,
      action: 'Write digits, or 0x and hex digits.',
    });
  }
  return {
    member: flagValue(invocation, 'member'),
    isOf: (event) =>
      (record === undefined || String(event.recordId) === record) &&
      (offset === undefined || event.place.offset === offset),
  };
}

function isMember(container: readonly string[], member: string | undefined): boolean {
  if (member === undefined) return true;
  const plain = (text: string): string => text.replaceAll('\\', '/').replaceAll('!/', '/');
  const path = plain(container.join('/'));
  return path === plain(member) || path.endsWith(`/${plain(member)}`);
}

/** The rule that is meant; an exit code where there is none, or several. */
function ruleNamed(
  { sources, compiled }: RuleSources,
  mapping: RuleMapping,
  name: string | undefined,
  path: string,
  environment: Environment,
): CompiledRule | number {
  const { rules, problems } = checkRules(sources, mapping);
  const isNamed = ({ metadata: { id, name: own, title } }: CompiledRule): boolean =>
    name === undefined || [id, own, title].some((key) => key?.toLowerCase() === name.toLowerCase());
  const found = [rules, ...compiled.map(({ compiling }) => compiling.rules)].flatMap((one) =>
    one.rules.filter(isNamed),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (only === undefined) {
    for (const problem of problems.filter(({ severity }) => severity === 'error').slice(0, 3)) {
      environment.stderr.write(`${problemText(problem)}\n`);
    }
  }
  return refuse(environment, [
    {
      code: 'TRIAD-E-ARG-NO-RULE',
      place: name === undefined ? path : `--rule ${name}`,
      message: only === undefined ? 'No rule here can be tried.' : `There are ${plural(found.length, 'rule')} here.`,
      action:
        only === undefined
          ? 'triad rules check says what is wrong with it; triad rules list lists ids.'
          : `Name one by --rule: ${found
              .slice(0, 4)
              .map(({ metadata: { id, title } }) => id ?? title)
              .join(', ')}.`,
    },
  ]);
}

/** The events of one file: in the form of cases, or in any shape of logs that is read. */
async function takeFile(path: string, pick: Pick): Promise<UsageProblem | undefined> {
  const stat = await nodeFilePort(process.cwd()).stat(path);
  if (stat?.kind !== 'file') {
    const message = 'There is no file at this path.';
    return {
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      place: `--event ${path}`,
      message,
      action: 'Name a file of one event.',
    };
  }
  if (stat.bytes > MAX_EVENT_BYTES) {
    const message = `It has more than ${MAX_EVENT_BYTES} bytes.`;
    return { code: 'TRIAD-E-ARG-VALUE', place: `--event ${path}`, message, action: 'Name it as evidence instead.' };
  }
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    const message = `It cannot be read (${String(cause.code)}).`;
    return {
      code: 'TRIAD-E-ARG-NOTHING-FOUND',
      place: `--event ${path}`,
      message,
      action: 'Name a file of one event.',
    };
  }
  const own = readCaseEvent(bytes.toString('utf8'));
  if (own !== undefined) {
    pick.take(eventOfCase({ ...own, time: own.time ?? { ms: 0, ticks: 0 } }, 1));
    return undefined;
  }
  const reader = new TextReader({ source: { file: path } });
  const sink = { onEvent: (event: Event) => pick.take(event) };
  reader.push(bytes, sink);
  reader.end(sink);
  return undefined;
}

function noEvent(invocation: Invocation, eventFile: string | undefined): UsageProblem {
  const asked = ['record', 'offset', 'member'].flatMap((flag) => {
    const value = flagValue(invocation, flag);
    return value === undefined ? [] : [`--${flag} ${value}`];
  });
  return {
    code: 'TRIAD-E-ARG-NO-RECORD',
    place: eventFile === undefined ? asked.join(' ') || 'EVIDENCE' : `--event ${eventFile}`,
    message: 'There is no such event.',
    action:
      eventFile === undefined
        ? 'triad dump prints records with their ids and offsets.'
        : 'Write {"channel": "...", "eventId": 1, "data": {"Image": "..."}}, or a record of a shape that Triad reads.',
  };
}

function jsonOf({ metadata }: CompiledRule, { event, explanation }: Chosen, count: number): readonly string[] {
  const { id, title, file, line } = metadata;
  const document = {
    schemaVersion: 1,
    rule: { ...(id === undefined ? {} : { id }), title, file, line },
    event: addressJson(event),
    others: count - 1,
    ...explanation,
  };
  return [`${JSON.stringify(document, undefined, 2)}\n`];
}

function addressJson(event: Event): Readonly<Record<string, unknown>> {
  const { channel, eventId, computer, recordId, place } = event;
  return {
    channel,
    eventId,
    computer,
    ...(recordId === undefined ? {} : { recordId }),
    ...place.source,
    offset: place.offset,
  };
}

function* textOf({ metadata }: CompiledRule, { event, explanation }: Chosen, count: number): Generator<string> {
  const { title, id, file, line } = metadata;
  const where = event.recordId === undefined ? '' : ` record ${event.recordId}`;
  const time = event.timeMs === 0 ? '' : ` ${formatTime(event.timeMs, event.timeTicks)}`;
  yield `RULE      ${escapeTerminal(title)}${id === undefined ? '' : `   ${escapeTerminal(id)}`}\n`;
  yield `          ${escapeTerminal(file)}:${line}\n`;
  yield `EVENT     ${escapeTerminal(`${event.channel} ${event.eventId}${where}${time} ${event.computer}`)}\n`;
  if (count > 1) yield `          one of ${plural(count, 'event')}; name one by --record, --offset or --member\n`;
  yield* explanationLines(explanation);
  yield explanation.holds ? '\nThe rule matches.\n' : '\nThe rule does not match.\n';
}

/** What each item of a rule saw, for people. */
export function* explanationLines({ routes, wantedEvents }: EventExplanation): Generator<string> {
  if (routes.length === 0) {
    yield 'ROUTE     none: this is not of the log source of the rule, which speaks of\n';
    for (const wanted of wantedEvents) yield `            ${escapeTerminal(wanted)}\n`;
  }
  for (const { route, impliedId, conditions } of routes) {
    yield `ROUTE     ${route}${impliedId === undefined ? '' : `, by the ${impliedId} that the record implies`}\n`;
    for (const { text, holds, items } of conditions) {
      yield `  ${holds ? 'holds' : 'fails'}   condition: ${escapeTerminal(text)}\n`;
      for (const item of items) yield* itemLines(item);
    }
  }
}

const MAX_WANTED = 12;

function* itemLines(item: ItemExplanation): Generator<string> {
  const { identifier, key, holds, isNegated, wanted, found, seen, why, line } = item;
  const word = holds ? (isNegated ? 'HIT' : 'hit') : isNegated ? 'no' : 'MISS';
  const name = escapeTerminal(key === '' ? `${identifier} (keywords)` : `${identifier}: ${key}`);
  const held = holds && isNegated ? ', which holds the rule back if it stands alone' : '';
  yield `    ${word.padEnd(4)}  ${isNegated ? 'not ' : ''}${name}   line ${line}${held}\n`;
  const told = (holds ? found : wanted).slice(0, MAX_WANTED).map(quoted);
  const more = (holds ? found : wanted).length - told.length;
  yield `          ${holds ? 'found ' : 'wanted'}  ${told.join(', ')}${more > 0 ? ` and ${more} more` : ''}\n`;
  if (key !== '' && seen !== undefined) yield `          seen    ${seen.map(quoted).join(', ')}\n`;
  if (why !== undefined) yield `          why     ${escapeTerminal(why)}\n`;
}

function quoted(text: string): string {
  return `'${escapeTerminal(text)}'`;
}

/** What of a case a rule was tried on. */
export function subjectWords(event: number | undefined): string {
  return event === undefined ? 'the object of the case' : `event ${event} of the case`;
}
