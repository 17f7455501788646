import { randomUUID } from 'node:crypto';
import type { Page, SuppressionDocument } from '../api/index.ts';
import { escapeTerminal, plural } from '../report/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { askServer, type ServerAnswer } from './server-client.ts';
import { listQuery, shortTime, table, tellAnswer, timeColumn } from './server-rows.ts';

const SCOPE = ['host', 'analytic', 'subscription', 'payload', 'command', 'account'] as const;

interface Preview {
  readonly level: string;
  readonly open: number;
  readonly closed: number;
  readonly incidents: readonly { readonly number: number; readonly level: string; readonly title: string }[];
}

/** `triad suppress add|preview|list|end`: mutes of the queue of a running server. */
export async function runSuppress(invocation: Invocation, environment: Environment): Promise<number> {
  const ask = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<ServerAnswer> =>
    askServer(invocation, environment, method, path, body, { 'idempotency-key': randomUUID() });
  switch (invocation.command.verb) {
    case 'suppress add':
      return await add(invocation, environment, ask);
    case 'suppress preview':
      return await tellAnswer(
        invocation,
        environment,
        () => ask('POST', '/v1/suppressions/preview', previewOf(invocation)),
        (json) => previewWords(json as Preview),
      );
    case 'suppress list':
      return await tellAnswer(
        invocation,
        environment,
        () => ask('GET', `/v1/suppressions${listQuery(invocation, { state: flagValue(invocation, 'state') })}`),
        (json) => suppressionTable((json as Page<SuppressionDocument>).items),
      );
    default: {
      const number = /^S?(\d{1,12})$/i.exec(invocation.operands[0] ?? '')?.[1] ?? '0';
      return await tellAnswer(
        invocation,
        environment,
        () => ask('POST', `/v1/suppressions/${number}/end`),
        (json) => `Suppression S${(json as SuppressionDocument).number} is ended; what it hid is back.\n`,
      );
    }
  }
}

async function add(
  invocation: Invocation,
  environment: Environment,
  ask: (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<ServerAnswer>,
): Promise<number> {
  const days = flagValue(invocation, 'days') ?? '';
  if (!/^\d{1,2}$/.test(days)) {
    const problem = { code: 'TRIAD-E-ARG-VALUE', place: '--days', message: `"${days}" is no number of days.` };
    return refuse(environment, [{ ...problem, action: 'Write 1 to 7, or with the rights of an engineer up to 90.' }]);
  }
  const owner = flagValue(invocation, 'owner');
  const body = {
    ...previewOf(invocation),
    reason: flagValue(invocation, 'reason') ?? '',
    ...(owner === undefined ? {} : { owner }),
    days: Number(days),
  };
  return await tellAnswer(
    invocation,
    environment,
    () => ask('POST', '/v1/suppressions', body),
    (json) => {
      const { number, hides, ends, level } = json as SuppressionDocument;
      return `Suppression S${number} hides ${plural(hides, 'incident')} of ${level} and below until ${shortTime(ends)} UTC.\n`;
    },
  );
}

function previewOf(invocation: Invocation): {
  readonly scope: Readonly<Record<string, string>>;
  readonly level?: string;
} {
  const scope: Record<string, string> = {};
  for (const field of SCOPE) {
    const value = flagValue(invocation, field);
    if (value !== undefined) scope[field] = value;
  }
  const level = flagValue(invocation, 'level');
  return { scope, ...(level === undefined ? {} : { level }) };
}

function previewWords({ level, open, closed, incidents }: Preview): string {
  const lines = [
    `It would hide ${plural(open, 'open incident')} of ${level} and below, and would have hidden ${plural(closed, 'closed one')}.`,
    ...incidents.map((one) => `INC-${one.number}  ${one.level}  ${escapeTerminal(one.title)}`),
    ...(open > incidents.length ? [`and ${open - incidents.length} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function suppressionTable(rows: readonly SuppressionDocument[]): string {
  return table(
    rows,
    [
      { title: 'NUMBER', of: ({ number }) => `S${number}` },
      { title: 'STATE', of: ({ state }) => state },
      timeColumn('UNTIL', ({ ends, ended }) => ended ?? ends),
      { title: 'HIDES', of: ({ hides }) => String(hides) },
      { title: 'UP TO', of: ({ level }) => level },
      { title: 'OWNER', of: ({ owner }) => owner },
      { title: 'SCOPE', of: scopeWords },
      { title: 'REASON', of: ({ reason }) => reason },
    ],
    'Nothing is suppressed.',
  );
}

/** Prints are long: their beginnings are enough to tell them apart, and what they stand for is said where it is known. */
function scopeWords({ scope, what }: SuppressionDocument): string {
  const words = SCOPE.flatMap((name) => {
    const value = scope[name];
    if (value === undefined) return [];
    return [`${name} ${/^[0-9a-f]{64}$/.test(value) ? value.slice(0, 12) : value}`];
  });
  return `${words.join(', ')}${what === undefined ? '' : `: ${what}`}`;
}
