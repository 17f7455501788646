import type { NewPersonDocument, Page, PersonDocument, SecondRequestDocument } from '../api/index.ts';
import { flagValue, type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { askServer, type ServerAnswer } from './server-client.ts';
import { listQuery, shortTime, table, tellAnswer, timeColumn } from './server-rows.ts';
import { ROLE_WORDS } from './user-commands.ts';

interface Told {
  readonly people: Page<PersonDocument>;
  readonly requests: Page<SecondRequestDocument>;
}

/** `triad user add|list|role|reset|confirm`: asks the running server, with the token of this machine. */
export async function runUser(invocation: Invocation, environment: Environment): Promise<number> {
  const [first = '', second = ''] = invocation.operands;
  const name = encodeURIComponent(first);
  switch (invocation.command.verb) {
    case 'user add': {
      const body = { name: first, role: flagValue(invocation, 'role') ?? 'viewer' };
      return await change(invocation, environment, '/v1/people', body);
    }
    case 'user list':
      return await tellAnswer(invocation, environment, () => list(invocation, environment), listText);
    case 'user role':
      if (second !== 'none' && !ROLE_WORDS.includes(second)) {
        const action = `Write one of ${ROLE_WORDS.join(', ')}, or none.`;
        const problem = { code: 'TRIAD-E-ARG-VALUE', place: 'ROLE', message: `"${second}" is no role.`, action };
        return refuse(environment, [problem]);
      }
      return await change(invocation, environment, `/v1/people/${name}/role`, { role: second });
    case 'user reset':
      return await change(invocation, environment, `/v1/people/${name}/reset`);
    default: {
      const act = isGiven(invocation, 'refuse') ? 'refuse' : 'confirm';
      return await change(invocation, environment, `/v1/requests/${name}/${act}`);
    }
  }
}

function change(invocation: Invocation, environment: Environment, path: string, body?: unknown): Promise<number> {
  const ask = (): Promise<ServerAnswer> => askServer(invocation, environment, 'POST', path, body);
  return tellAnswer(invocation, environment, ask, (json) => changeText(json as NewPersonDocument));
}

async function list(invocation: Invocation, environment: Environment): Promise<ServerAnswer> {
  const people = await askServer(invocation, environment, 'GET', `/v1/people${listQuery(invocation)}`);
  if (people.kind === 'problem') return people;
  const requests = await askServer(invocation, environment, 'GET', '/v1/requests?state=open');
  if (requests.kind === 'problem') return requests;
  return { kind: 'answer', json: { people: people.json, requests: requests.json } };
}

function changeText({ person, request, password }: NewPersonDocument): string {
  const lines: string[] = [];
  if (request !== undefined) lines.push(requestText(request));
  if (person !== undefined) {
    lines.push(person.role === 'none' ? `${person.name} is barred.` : `${person.name}: ${person.role}.`);
  }
  if (password !== undefined)
    lines.push(`Password, shown this once; it must be changed at the first sign-in:`, password);
  return `${lines.join('\n')}\n`;
}

function requestText({ number, state, ends }: SecondRequestDocument): string {
  if (state !== 'open') return `Request ${number} is ${state}.`;
  return `Request ${number} waits for another admin or engineer, until ${shortTime(ends)} UTC.`;
}

function listText(json: unknown): string {
  const { people, requests } = json as Told;
  const known = table(
    people.items,
    [
      { title: 'NAME', of: ({ name }) => name },
      { title: 'ROLE', of: ({ role }) => (role === 'none' ? 'barred' : role) },
      timeColumn('SIGNED IN', ({ lastSignIn }) => lastSignIn),
      timeColumn('ADDED', ({ created }) => created),
      { title: 'BY', of: ({ createdBy }) => createdBy ?? '-' },
    ],
    'There are no people: triad user add NAME --role admin makes the first.',
  );
  if (requests.items.length === 0) return known;
  const waiting = table(
    requests.items,
    [
      { title: 'REQUEST', of: ({ number }) => String(number) },
      {
        title: 'WHAT',
        of: ({ action, object, fields }) => `${action} ${object} ${String(fields['role'] ?? '')}`.trim(),
      },
      { title: 'ASKED BY', of: ({ askedBy }) => askedBy },
      timeColumn('UNTIL', ({ ends }) => ends),
    ],
    '',
  );
  return `${known}\nWaiting for a second person (triad user confirm REQUEST):\n${waiting}`;
}
