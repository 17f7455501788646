import {
  type ApiRequest,
  type ApiResponse,
  type Caller,
  type Handler,
  jsonAnswer,
  type NewPersonDocument,
  type PersonDocument,
  type PersonRequest,
  refused,
} from '../../api/index.ts';
import { makePassword, type Standing, typedName } from '../../people/index.ts';
import type { PeopleChange, Person, SecondRequest, State } from '../../state/index.ts';
import { inTurn } from '../in-turn.ts';
import type { PasswordHasher } from '../people/password-hasher.ts';
import type { SessionGate } from '../people/session-gate.ts';
import { byOf } from './by.ts';
import { pageAnswer, pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { oneOf, plainPageOf, readQuery } from './query.ts';
import { requestDocument } from './request-document.ts';

export interface PeopleParts {
  readonly state: State;
  readonly sessions: SessionGate;
  readonly hasher: PasswordHasher;
  nowMs(): number;
  random(bytes: number): Uint8Array;
  /** Does what is being confirmed and is not of people; undefined where nothing is known of it. */
  confirmed(request: ApiRequest, asked: SecondRequest): Promise<ApiResponse> | ApiResponse | undefined;
  /** Told of each request that was made or decided. */
  onRequest(request: SecondRequest): void;
}

type PeopleOperation =
  | 'listPeople'
  | 'addPerson'
  | 'changeRole'
  | 'resetPassword'
  | 'listRequests'
  | 'confirmRequest'
  | 'refuseRequest';

/** Who there is, and changes of that, which wait for a second person (TRUST 6.1, SETTLED G20). */
export function peopleHandlers(parts: PeopleParts): Readonly<Record<PeopleOperation, Handler>> {
  const { state, nowMs } = parts;
  // What is done before its request is closed must not be done twice.
  const decideInTurn = inTurn();
  return {
    listPeople: async (request) => {
      const page = plainPageOf(request);
      if ('kind' in page) return page;
      const isWhole = seesAll(request.caller);
      return pageAnswer(await state.call('listPeople', page), (person) => personDocument(person, isWhole));
    },
    addPerson: (request) => addPerson(parts, request),
    changeRole: (request) => {
      const { role } = request.json as { readonly role: Standing };
      return change(parts, request, { action: 'role', name: nameIn(request), role });
    },
    resetPassword: async (request) => {
      const made = await newPassword(parts);
      if (made === 'busy') return refused({ code: 'busy', retryAfterMs: 2000 });
      return change(parts, request, { action: 'reset', name: nameIn(request), password: made.kept }, made.password);
    },
    listRequests: async (request) => {
      const read = readQuery(request.query, { state: oneOf(['open', 'over'] as const) });
      if (read.kind !== 'values') return read;
      const page = pageRequestOf(request);
      if ('kind' in page) return page;
      const wanted = read.values.state === undefined ? {} : { isOpen: read.values.state === 'open' };
      return pageAnswer(await state.call('listRequests', { ...page, ...wanted, nowMs: nowMs() }), requestDocument);
    },
    confirmRequest: (request) => decideInTurn(() => decide(parts, request, true)),
    refuseRequest: (request) => decideInTurn(() => decide(parts, request, false)),
  };
}

async function addPerson(parts: PeopleParts, request: ApiRequest): Promise<ApiResponse> {
  const { name, role, keepPassword = false } = request.json as PersonRequest;
  if (keepPassword && request.caller?.person !== undefined) {
    const detail = 'Only with the token of this machine: what a person gives out must be changed.';
    return refused({ code: 'invalid', errors: [{ pointer: '/keepPassword', detail }] });
  }
  const made = await newPassword(parts);
  if (made === 'busy') return refused({ code: 'busy', retryAfterMs: 2000 });
  const asked = { action: 'add', name, role, password: made.kept, mustChange: !keepPassword } as const;
  return await change(parts, request, asked, made.password);
}

/** The password goes to who asked, also where the change waits: it is good for nothing before it is confirmed. */
async function change(
  { state, sessions, nowMs, onRequest }: PeopleParts,
  request: ApiRequest,
  asked: PeopleChange,
  password?: string,
): Promise<ApiResponse> {
  const outcome = await state.call('askChange', { change: asked, by: byOf(request, nowMs()) });
  if (outcome.kind === 'refused') return refusalAnswer(outcome);
  const shown = password === undefined ? {} : { password };
  if (outcome.value.kind === 'waits') {
    onRequest(outcome.value.request);
    const document: NewPersonDocument = { request: requestDocument(outcome.value.request), ...shown };
    return jsonAnswer(document, 202);
  }
  sessions.ended(outcome.value.ended);
  for (const one of outcome.value.withdrawn) onRequest(one);
  const document: NewPersonDocument = { person: personDocument(outcome.value.person, true), ...shown };
  return jsonAnswer(document);
}

/** What fails leaves the request open, for somebody to confirm it later; it is closed once it is done. */
async function decide(
  { state, sessions, nowMs, confirmed, onRequest }: PeopleParts,
  request: ApiRequest,
  isConfirmed: boolean,
): Promise<ApiResponse> {
  const text = request.params['number'] ?? '';
  const number = /^\d{1,12}$/.test(text) ? Number(text) : 0;
  const by = byOf(request, nowMs());
  if (isConfirmed) {
    const asked = await state.call('confirmable', { number, by });
    if (asked.kind === 'refused') return refusalAnswer(asked);
    const made = await confirmed(request, asked.value);
    if (made?.kind === 'problem') return made;
  }
  const outcome = await state.call('decideRequest', { number, isConfirmed, by });
  if (outcome.kind === 'refused') return refusalAnswer(outcome);
  const { request: decided, person, ended, withdrawn } = outcome.value;
  sessions.ended(ended);
  for (const one of [decided, ...withdrawn]) onRequest(one);
  const document: NewPersonDocument = {
    request: requestDocument(decided),
    ...(person === null ? {} : { person: personDocument(person, true) }),
  };
  return jsonAnswer(document);
}

/** A password that is given out, and what is kept of it. */
async function newPassword({
  hasher,
  random,
}: PeopleParts): Promise<{ readonly password: string; readonly kept: string } | 'busy'> {
  const password = makePassword(random);
  const kept = await hasher.make(password);
  return kept === 'busy' ? 'busy' : { password, kept };
}

function nameIn({ params }: ApiRequest): string {
  return typedName(params['name'] ?? '');
}

/** Admins, auditors, and the token of this machine see when and by whom people were added. */
function seesAll(caller: Caller | undefined): boolean {
  if (caller?.person !== undefined) return caller.person.role === 'admin' || caller.person.role === 'auditor';
  return caller?.scopes.includes('admin:*') === true;
}

function personDocument(person: Person, isWhole: boolean): PersonDocument {
  const { name, role, mustChange, createdMs, createdBy, signedInMs } = person;
  if (!isWhole) return { name, role };
  return {
    name,
    role,
    mustChangePassword: mustChange,
    created: timeOf(createdMs),
    createdBy,
    ...(signedInMs === null ? {} : { lastSignIn: timeOf(signedInMs) }),
  };
}
