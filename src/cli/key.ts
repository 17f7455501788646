import type { KeyDocument, NewKeyDocument, Page } from '../api/index.ts';
import { flagValue, type Invocation } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { askServer } from './server-client.ts';
import { listQuery, shortTime, table, tellAnswer, timeColumn } from './server-rows.ts';

/** `triad key add|list|rotate|revoke`: asks the running server. */
export async function runKey(invocation: Invocation, environment: Environment): Promise<number> {
  const id = encodeURIComponent(invocation.operands[0] ?? '');
  switch (invocation.command.verb) {
    case 'key add':
      return await add(invocation, environment);
    case 'key list':
      return await tellAnswer(
        invocation,
        environment,
        () => askServer(invocation, environment, 'GET', `/v1/keys${listQuery(invocation)}`),
        (json) => keyTable((json as Page<KeyDocument>).items),
      );
    case 'key rotate':
      return await tellAnswer(
        invocation,
        environment,
        () => askServer(invocation, environment, 'POST', `/v1/keys/${id}/rotate`),
        (json) =>
          `${newKeyText(json as NewKeyDocument)}The old one is good until: triad key revoke ${invocation.operands[0]}\n`,
      );
    default:
      return await tellAnswer(
        invocation,
        environment,
        () => askServer(invocation, environment, 'POST', `/v1/keys/${id}/revoke`),
        (json) => `Key ${(json as KeyDocument).id} is revoked.\n`,
      );
  }
}

async function add(invocation: Invocation, environment: Environment): Promise<number> {
  const days = flagValue(invocation, 'days');
  if (days !== undefined && !/^\d{1,3}$/.test(days)) {
    const problem = { code: 'TRIAD-E-ARG-VALUE', place: '--days', message: `"${days}" is no number of days.` };
    return refuse(environment, [{ ...problem, action: 'Write a whole number from 1 to 400.' }]);
  }
  const sender = flagValue(invocation, 'sender');
  const scopes = invocation.flags.get('scope');
  const sources = invocation.flags.get('source');
  const body = {
    ...(sender === undefined ? {} : { sender }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(days === undefined ? {} : { days: Number(days) }),
    ...(sources === undefined ? {} : { sources }),
  };
  return await tellAnswer(
    invocation,
    environment,
    () => askServer(invocation, environment, 'POST', '/v1/keys', body),
    (json) => newKeyText(json as NewKeyDocument),
  );
}

function newKeyText({ id, scopes, expires, secret }: NewKeyDocument): string {
  return `Key ${id} (${scopes.join(', ')}), shown this once and good until ${shortTime(expires)} UTC:\n${secret}\n`;
}

function keyTable(rows: readonly KeyDocument[]): string {
  return table(
    rows,
    [
      { title: 'ID', of: ({ id }) => id },
      { title: 'SENDER', of: ({ sender }) => sender ?? '-' },
      { title: 'MAY', of: ({ scopes }) => scopes.join(' ') },
      { title: 'STATE', of: ({ state }) => state },
      timeColumn('UNTIL', ({ expires }) => expires),
      {
        title: 'USED',
        of: ({ lastUsed }) =>
          lastUsed === undefined ? 'never' : `${lastUsed.slice(0, 10)} ${lastUsed.slice(11, 13)} h`,
      },
      { title: 'FROM', of: ({ sources }) => (sources.length === 0 ? 'anywhere' : sources.join(' ')) },
    ],
    'There are no keys.',
  );
}
