import type { EventDocument, EventPageDocument } from '../api/index.ts';
import { count, escapeTerminal } from '../report/index.ts';
import { formatTime } from '../windows/index.ts';
import { flagValue, type Invocation, isGiven, type UsageProblem } from './arguments.ts';
import { commonFlags } from './common.ts';
import type { Environment } from './environment.ts';
import { messageText } from './messages.ts';
import { openSink, outputProblem } from './output.ts';
import { askServer } from './server-client.ts';
import { shortTime } from './server-rows.ts';

/** Events of one answer: the server gives at most so many. */
const MOST_PAGE = 1000;
const MOST_EVENTS = 1_000_000;
const USUAL_EVENTS = 100;
/** Characters of an event that a line shows: JSON Lines have all of them. What was asked for stands behind the first quarter. */
const MOST_TEXT = 160;
/** Flags that go to the server as they are, by their names there. */
const LISTS = ['host', 'channel', 'event', 'record', 'sender', 'part', 'field'] as const;

/**
 * `triad search [WORD…]`: received events of a running server, newest first, each page written as it comes. Exit 0, also where nothing is found; 2 where the
 * question is none, 3 where no server answers.
 */
export async function runSearch(invocation: Invocation, environment: Environment): Promise<number> {
  const output = flagValue(invocation, 'output') ?? '-';
  const { query, most, problems } = questionOf(invocation, environment);
  const wrongOutput = outputProblem('output', output, isGiven(invocation, 'force'));
  if (wrongOutput !== undefined) problems.push(wrongOutput);
  for (const problem of problems) environment.stderr.write(messageText('error', problem));
  if (problems.length > 0) return 2;
  const isJson = flagValue(invocation, 'format') === 'jsonl';
  const progress = new SearchLine(environment);
  const sink = openSink(output, environment.stdout);
  const asked = [...query.getAll('word'), ...query.getAll('part')].map((word) => word.toLowerCase());
  const fields = query.getAll('field').filter((name) => name !== '*');
  const names = new Set<string>();
  let found = 0;
  let seen = 0;
  for (let next: string | undefined = ''; next !== undefined && found < most; ) {
    query.set('limit', String(Math.min(MOST_PAGE, most - found)));
    if (next !== '') query.set('after', next);
    const answer = await askServer(invocation, environment, 'GET', `/v1/events?${query.toString()}`);
    if (answer.kind === 'problem') {
      progress.clear();
      environment.stderr.write(messageText('error', answer.problem));
      return answer.exit;
    }
    const page = answer.json as EventPageDocument;
    found += page.items.length;
    seen += page.progress.events;
    progress.clear();
    await sink.write(page.items.map(isJson ? jsonLine : (event) => textLine(event, asked, fields)).join(''));
    for (const name of page.fieldNames ?? []) names.add(name);
    next = page.next;
    if (next !== undefined) progress.show(seen, found);
  }
  progress.clear();
  if (found === 0 && !isJson) await sink.write('No such events.\n');
  if (names.size > 0 && !isJson) await sink.write(`Fields: ${[...names].sort().map(escapeTerminal).join(', ')}\n`);
  await sink.commit();
  return 0;
}

interface Question {
  readonly query: URLSearchParams;
  readonly most: number;
  readonly problems: UsageProblem[];
}

function questionOf(invocation: Invocation, environment: Environment): Question {
  const { from, to, problems: wrong } = commonFlags(invocation, environment.wallMs());
  const problems = [...wrong];
  const query = new URLSearchParams();
  for (const word of invocation.operands) query.append('word', word);
  for (const name of LISTS) for (const value of invocation.flags.get(name) ?? []) query.append(name, value);
  for (const [name, time] of Object.entries({ from, to })) {
    if (time !== undefined) query.set(name, formatTime(time.ms, time.ticks));
  }
  const limit = flagValue(invocation, 'limit') ?? String(USUAL_EVENTS);
  const most = /^\d{1,7}$/.test(limit) ? Number(limit) : 0;
  if (most < 1 || most > MOST_EVENTS) {
    problems.push({
      code: 'TRIAD-E-ARG-BAD-LIMIT',
      place: '--limit',
      message: `"${limit}" is no number of events.`,
      action: `Write a whole number from 1 to ${MOST_EVENTS}.`,
    });
  }
  return { query, most, problems };
}

function jsonLine(event: EventDocument): string {
  return `${JSON.stringify(event)}\n`;
}

function textLine(event: EventDocument, asked: readonly string[], fields: readonly string[]): string {
  const { id, time, host, channel, eventId, text = `(${event.bytes} bytes that are no text)` } = event;
  const words = [
    shortTime(time),
    host,
    channel,
    eventId === undefined ? '-' : String(eventId),
    id,
    fields.length === 0 ? pieceOf(text, asked) : fieldsText(event, fields),
  ];
  return `${words.map((word) => escapeTerminal(word)).join('  ')}\n`;
}

/** `Image=C:\x.exe  User=-`: what it has none of is `-`, as is all of what could not be read. */
function fieldsText({ fields = {} }: EventDocument, names: readonly string[]): string {
  return names.map((name) => `${name}=${Object.hasOwn(fields, name) ? fields[name] : '-'}`).join('  ');
}

/** What stands around the first of what was asked for; else what stands in the data of the event, which begins behind its header. */
function pieceOf(text: string, asked: readonly string[]): string {
  if (text.length <= MOST_TEXT) return text;
  const lower = text.toLowerCase();
  const places = asked.map((word) => lower.indexOf(word)).filter((at) => at >= 0);
  const at = places.length === 0 ? lower.search(/<eventdata|<userdata/) : Math.min(...places) - MOST_TEXT / 4;
  const from = Math.max(0, Math.min(at, text.length - MOST_TEXT));
  const end = from + MOST_TEXT;
  return `${from > 0 ? '…' : ''}${text.slice(from, end)}${end < text.length ? '…' : ''}`;
}

/** How far a search is, on a terminal alone. */
class SearchLine {
  readonly #environment: Environment;
  #isShown = false;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  show(seen: number, found: number): void {
    const { stderr } = this.#environment;
    if (stderr.isTTY !== true) return;
    stderr.write(`\r\u001b[Ksearching: ${count(seen)} events looked at, ${count(found)} found`);
    this.#isShown = true;
  }

  clear(): void {
    if (this.#isShown) this.#environment.stderr.write('\r\u001b[K');
    this.#isShown = false;
  }
}
