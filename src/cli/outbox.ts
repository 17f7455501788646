import type { MessageDocument, Page, SignerDocument, SinkDocument } from '../api/index.ts';
import { escapeTerminal } from '../report/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { askServer, type ServerAnswer } from './server-client.ts';
import { listQuery, shortTime, table, tellAnswer, timeColumn } from './server-rows.ts';
import { signersText } from './signers-text.ts';

interface Listed {
  readonly sinks: readonly SinkDocument[];
  readonly messages: readonly MessageDocument[];
}

interface Tested {
  readonly sink: string;
  readonly isDelivered: boolean;
  readonly status: string;
  readonly why?: string;
  readonly ms: number;
  readonly signers?: readonly SignerDocument[];
}

/** `triad outbox list|retry|test`: asks the running server. */
export async function runOutbox(invocation: Invocation, environment: Environment): Promise<number> {
  switch (invocation.command.verb) {
    case 'outbox retry':
      return await retry(invocation, environment);
    case 'outbox test':
      return await test(invocation, environment);
    default:
      return await tellAnswer(
        invocation,
        environment,
        () => list(invocation, environment),
        (json) => listText(json as Listed),
      );
  }
}

async function list(invocation: Invocation, environment: Environment): Promise<ServerAnswer> {
  const sinks = await askServer(invocation, environment, 'GET', '/v1/outbox/sinks');
  if (sinks.kind === 'problem') return sinks;
  const query = listQuery(invocation, { state: flagValue(invocation, 'state'), sink: flagValue(invocation, 'sink') });
  const messages = await askServer(invocation, environment, 'GET', `/v1/outbox${query}`);
  if (messages.kind === 'problem') return messages;
  const name = flagValue(invocation, 'sink');
  const all = (sinks.json as Page<SinkDocument>).items;
  const json: Listed = {
    sinks: name === undefined ? all : all.filter((sink) => sink.name === name),
    messages: (messages.json as Page<MessageDocument>).items,
  };
  // Of a sink that the configuration names no more there may be messages yet.
  const isNone = name !== undefined && json.sinks.length === 0 && json.messages.length === 0;
  return isNone && all.length > 0 ? noSuchSink(name, all) : { kind: 'answer', json };
}

function noSuchSink(name: string, all: readonly SinkDocument[]): ServerAnswer {
  const action = `Name one of ${all.map((sink) => sink.name).join(', ')}.`;
  const problem = { code: 'TRIAD-E-ARG-VALUE', place: '--sink', message: `There is no sink ${name}.`, action };
  return { kind: 'problem', exit: 2, problem };
}

async function retry(invocation: Invocation, environment: Environment): Promise<number> {
  const [id] = invocation.operands;
  const sink = flagValue(invocation, 'sink');
  const body = { ...(id === undefined ? {} : { id }), ...(sink === undefined ? {} : { sink }) };
  return await tellAnswer(
    invocation,
    environment,
    () => askServer(invocation, environment, 'POST', '/v1/outbox/retry', body),
    (json) => `${(json as { readonly retried: number }).retried} message(s) wait again.\n`,
  );
}

async function test(invocation: Invocation, environment: Environment): Promise<number> {
  let isDelivered = false;
  const exit = await tellAnswer(
    invocation,
    environment,
    async () => {
      const path = `/v1/outbox/sinks/${encodeURIComponent(invocation.operands[0] ?? '')}/test`;
      const answer = await askServer(invocation, environment, 'POST', path);
      isDelivered = answer.kind === 'answer' && (answer.json as Tested).isDelivered;
      return answer;
    },
    (json) => testedText(json as Tested),
  );
  return exit === 0 && !isDelivered ? 1 : exit;
}

function testedText({ sink, isDelivered, status, why = '', ms, signers = [] }: Tested): string {
  const words = isDelivered ? `took the test (${status}, ${ms} ms)` : `did not take the test: ${why} (${status})`;
  const signed = signers.length === 0 ? '' : ` It was signed by ${signersText(signers)}.`;
  return `${escapeTerminal(`The sink ${sink} ${words}.${signed}`)}\n`;
}

function listText({ sinks, messages }: Listed): string {
  const sinkTable = table(
    sinks,
    [
      { title: 'SINK', of: ({ name }) => name },
      { title: 'KIND', of: ({ kind }) => kind },
      { title: 'TARGET', of: ({ target }) => target },
      { title: 'LEVEL', of: ({ level }) => level },
      { title: 'WAIT', of: ({ waiting }) => String(waiting) },
      { title: 'DEAD', of: ({ dead }) => String(dead) },
      { title: 'HOW IT DOES', of: howItDoes },
    ],
    messages.length === 0
      ? 'There are no sinks; name them in triad.yaml (docs/outbox.md).'
      : 'The configuration names no sink of these messages any more.',
  );
  if (sinks.length === 0 && messages.length === 0) return sinkTable;
  const messageTable = table(
    messages,
    [
      timeColumn('DUE', ({ due }) => due),
      { title: 'SINK', of: ({ sink }) => sink },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'TRIES', of: ({ tries }) => String(tries) },
      { title: 'WHY', of: ({ reasons }) => reasons.join(' ') },
      { title: 'LEVEL', of: ({ level }) => level },
      { title: 'ID', of: ({ id }) => id },
      { title: 'LAST ERROR', of: ({ error = '-' }) => error.slice(0, 80) },
    ],
    'There are no such messages.',
  );
  return [sinkTable, keyTable(sinks), messageTable].filter((part) => part !== '').join('\n');
}

/** Public keys of webhooks, for their receivers; nothing where none signs with one. */
function keyTable(sinks: readonly SinkDocument[]): string {
  const rows = sinks.flatMap(({ name, signers = [] }) =>
    signers.flatMap(({ publicKey }) => (publicKey === undefined ? [] : [{ name, publicKey }])),
  );
  if (rows.length === 0) return '';
  return table(
    rows,
    [
      { title: 'SINK', of: ({ name }) => name },
      { title: 'PUBLIC KEY FOR ITS RECEIVER', of: ({ publicKey }) => publicKey },
    ],
    '',
  );
}

function howItDoes({ disabled, disabledWhy, failures, lastError, lastDelivered }: SinkDocument): string {
  if (disabled !== undefined) return `given up ${shortTime(disabled)} UTC: ${disabledWhy ?? ''}`;
  if (failures > 0) return `${failures} failure(s): ${lastError ?? ''}`;
  return lastDelivered === undefined ? 'nothing sent since the start' : `took one ${shortTime(lastDelivered)} UTC`;
}
