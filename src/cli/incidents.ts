import { randomUUID } from 'node:crypto';
import type { ActedDocument, IncidentRowDocument, Page } from '../api/index.ts';
import { count, escapeTerminal, plural } from '../report/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { shownIncident } from './incident-text.ts';
import { askServer, type ServerAnswer } from './server-client.ts';
import { listQuery, table, tellAnswer, timeColumn } from './server-rows.ts';

/** `triad incidents …`: works through the server's API, so that a person can work before there is a page. */
export async function runIncidents(invocation: Invocation, environment: Environment): Promise<number> {
  const verb = invocation.command.verb.slice('incidents '.length);
  if (verb === 'list') return await list(invocation, environment);
  const id = invocation.operands[0] ?? '';
  const path = `/v1/incidents/${encodeURIComponent(id)}`;
  if (verb === 'show') {
    const ask = (): Promise<ServerAnswer> => askServer(invocation, environment, 'GET', path);
    return await tellAnswer(invocation, environment, ask, shownIncident);
  }
  return await tellAnswer(
    invocation,
    environment,
    () => act(invocation, environment, verb, path),
    (json) => {
      const { id: done, state, revision } = json as ActedDocument;
      return `${escapeTerminal(id)} (${done}) is ${state}, revision ${revision}.\n`;
    },
  );
}

async function list(invocation: Invocation, environment: Environment): Promise<number> {
  const query = listQuery(invocation, {
    state: flagValue(invocation, 'state'),
    level: flagValue(invocation, 'min-level'),
    host: flagValue(invocation, 'host'),
    suppressed: isGiven(invocation, 'suppressed') ? 'show' : undefined,
  });
  return await tellAnswer(
    invocation,
    environment,
    () => askServer(invocation, environment, 'GET', `/v1/incidents${query}`),
    (json) => {
      const { items, suppressed } = json as Page<IncidentRowDocument> & { readonly suppressed: Hidden };
      return `${queueTable(items)}${hiddenWords(suppressed)}`;
    },
  );
}

interface Hidden {
  readonly incidents: number;
  readonly suppressions: number;
}

/** What the queue leaves out is counted (SETTLED G8). */
function hiddenWords({ incidents, suppressions }: Hidden): string {
  if (incidents === 0) return '';
  return `${count(incidents)} hidden by ${plural(suppressions, 'suppression')}: triad incidents list --suppressed shows all.\n`;
}

/** Sends one action. The revision is that of `--revision`, else the one of now: what somebody else does in between is refused. */
async function act(
  invocation: Invocation,
  environment: Environment,
  verb: string,
  path: string,
): Promise<ServerAnswer> {
  const headers: Record<string, string> = { 'idempotency-key': randomUUID() };
  const note = flagValue(invocation, 'note');
  const at = flagValue(invocation, 'at');
  const noted = { ...(note === undefined ? {} : { note }), ...(at === undefined ? {} : { at }) };
  const second = invocation.operands[1] ?? '';
  if (verb === 'note')
    return await askServer(invocation, environment, 'POST', `${path}/notes`, { note: second }, headers);
  if (verb === 'step') {
    const outcome = flagValue(invocation, 'outcome') ?? 'done';
    return await askServer(
      invocation,
      environment,
      'POST',
      `${path}/steps`,
      { step: second, outcome, ...noted },
      headers,
    );
  }
  const seen = flagValue(invocation, 'revision') ?? (await revisionNow(invocation, environment, path));
  if (typeof seen !== 'string') return seen;
  const learn = flagValue(invocation, 'learn');
  const judged: Record<string, string> = {};
  for (const name of ['code', 'approver', 'of']) {
    const value = flagValue(invocation, name);
    if (value !== undefined) judged[name] = value;
  }
  const body = bodyOf(verb, second, { noted, judged, ...(learn === undefined ? {} : { learn }) });
  return await askServer(invocation, environment, 'POST', `${path}/actions`, body, {
    ...headers,
    'if-match': `"${seen}"`,
  });
}

interface Said {
  readonly noted: Readonly<Record<string, string>>;
  /** Of a verdict: its reason in one word, and what it names. */
  readonly judged: Readonly<Record<string, string>>;
  readonly learn?: string;
}

function bodyOf(verb: string, second: string, { noted, judged, learn }: Said): Readonly<Record<string, unknown>> {
  switch (verb) {
    case 'ack':
      return { action: 'acknowledge' };
    case 'assign':
      return { action: 'assign', owner: second === '-' ? null : second };
    case 'verdict':
      return { action: 'verdict', verdict: second, ...noted, ...judged };
    case 'close':
      return { action: 'close', ...noted, ...(learn === undefined ? {} : { learn }) };
    case 'reopen':
      return { action: 'reopen', ...noted };
    default:
      return { action: 'contain', ...noted };
  }
}

async function revisionNow(
  invocation: Invocation,
  environment: Environment,
  path: string,
): Promise<string | Extract<ServerAnswer, { kind: 'problem' }>> {
  const found = await askServer(invocation, environment, 'GET', path);
  if (found.kind === 'problem') return found;
  const { work } = found.json as { readonly work: { readonly revision: number } };
  return String(work.revision);
}

function stateWords({ state, standing, isToAcknowledge, suppressedBy }: IncidentRowDocument): string {
  const again = isToAcknowledge && state !== 'open' ? ', to acknowledge again' : '';
  const withdrawn = standing === 'withdrawn' ? ', withdrawn' : '';
  return `${state}${again}${withdrawn}${suppressedBy === undefined ? '' : ', suppressed'}`;
}

function queueTable(rows: readonly IncidentRowDocument[]): string {
  return table(
    rows,
    [
      { title: 'NUMBER', of: ({ number }) => `INC-${number}` },
      { title: 'LEVEL', of: ({ level }) => level },
      { title: 'STATE', of: stateWords },
      timeColumn('FIRST', ({ first }) => first),
      { title: 'OWNER', of: ({ owner }) => owner ?? '-' },
      {
        title: 'VERDICT',
        of: ({ verdict, isJudgedBefore }) => `${verdict ?? '-'}${isJudgedBefore ? ' (before)' : ''}`,
      },
      { title: 'WHAT', of: ({ title, isRetrospective }) => `${title}${isRetrospective ? ' (retrospective)' : ''}` },
    ],
    'There are no such incidents.',
  );
}
