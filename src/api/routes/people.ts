import {
  NEW_PERSON,
  PASSWORD_REQUEST,
  PERSON,
  PERSON_REQUEST,
  ROLE_REQUEST,
  SECOND_REQUEST,
  SESSION,
  SESSION_ROW,
  SIGN_IN_REQUEST,
  SIGNED_OUT,
} from '../people-schemas.ts';
import { PAGED, type Route, type RouteAnswer } from '../route.ts';
import { pageOf } from '../schemas.ts';

export type PeopleOperation =
  | 'signIn'
  | 'readSession'
  | 'signOut'
  | 'changePassword'
  | 'listSessions'
  | 'endSession'
  | 'listPeople'
  | 'addPerson'
  | 'changeRole'
  | 'resetPassword'
  | 'listRequests'
  | 'confirmRequest'
  | 'refuseRequest';

/** Of changes that may wait for a second person. */
const CHANGED: readonly RouteAnswer[] = [
  { status: 200, text: 'it is done: the person as they are now', schema: NEW_PERSON },
  { status: 202, text: 'it waits for a second person', schema: NEW_PERSON },
];

/** People, their sessions, and what waits for a second person. */
export const PEOPLE_ROUTES: readonly Route<PeopleOperation>[] = [
  {
    id: 'signIn',
    method: 'POST',
    path: '/v1/session',
    access: 'open',
    summary: 'Signs in: a new session stands in the cookie, and ends the one that the browser had.',
    request: SIGN_IN_REQUEST,
    answers: [{ status: 200, text: 'who is signed in', schema: SESSION }],
    problems: ['sign_in_failed', 'origin_forbidden', 'too_many_requests', 'busy', 'storage_unavailable'],
  },
  {
    id: 'readSession',
    method: 'GET',
    path: '/v1/session',
    access: 'own',
    summary: 'Who is signed in.',
    answers: [{ status: 200, text: 'who is signed in', schema: SESSION }],
  },
  {
    id: 'signOut',
    method: 'DELETE',
    path: '/v1/session',
    access: 'own',
    summary: 'Signs out: the session ends, with its streams.',
    answers: [{ status: 200, text: 'it has ended', schema: SIGNED_OUT }],
  },
  {
    id: 'changePassword',
    method: 'POST',
    path: '/v1/session/password',
    access: 'own',
    summary: 'Chooses another password. All sessions of the person end; a new one stands in the cookie.',
    request: PASSWORD_REQUEST,
    answers: [{ status: 200, text: 'who is signed in', schema: SESSION }],
    problems: ['sign_in_failed', 'too_many_requests', 'busy'],
  },
  {
    id: 'listSessions',
    method: 'GET',
    path: '/v1/sessions',
    access: 'own',
    summary: 'One’s own sessions, newest first; an admin may ask for those of others.',
    query: { ...PAGED, of: 'self, all, or the name of a person (self)', state: 'open or ended (both)' },
    answers: [{ status: 200, text: 'a page of sessions', schema: pageOf(SESSION_ROW) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'endSession',
    method: 'POST',
    path: '/v1/sessions/{number}/end',
    access: 'own',
    summary: 'Ends a session at once: one’s own; an admin any.',
    answers: [{ status: 200, text: 'the session', schema: SESSION_ROW }],
    problems: ['not_found'],
  },
  {
    id: 'listPeople',
    method: 'GET',
    path: '/v1/people',
    access: 'read',
    summary: 'Who there is, with their roles, newest first; admins and auditors see when and by whom they were added.',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of people', schema: pageOf(PERSON) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'addPerson',
    method: 'POST',
    path: '/v1/people',
    access: 'admin:people',
    summary: 'Adds a person, with a password that is shown this once and must be changed at the first sign-in.',
    request: PERSON_REQUEST,
    answers: CHANGED,
    problems: ['conflict', 'busy'],
  },
  {
    id: 'changeRole',
    method: 'POST',
    path: '/v1/people/{name}/role',
    access: 'admin:people',
    summary: 'Gives a person another role, or bars them with none; their sessions end.',
    request: ROLE_REQUEST,
    answers: CHANGED,
    problems: ['not_found', 'conflict'],
  },
  {
    id: 'resetPassword',
    method: 'POST',
    path: '/v1/people/{name}/reset',
    access: 'admin:people',
    summary: 'Gives a person another password, shown this once, which must be changed; their sessions end.',
    answers: CHANGED,
    problems: ['not_found', 'conflict', 'busy', 'invalid'],
  },
  {
    id: 'listRequests',
    method: 'GET',
    path: '/v1/requests',
    access: 'confirm',
    summary: 'What waits for a second person, newest first.',
    query: { ...PAGED, state: 'open or over (both)' },
    answers: [{ status: 200, text: 'a page of requests', schema: pageOf(SECOND_REQUEST) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'confirmRequest',
    method: 'POST',
    path: '/v1/requests/{number}/confirm',
    access: 'confirm',
    summary: 'Confirms what another person asked for, and has it done.',
    answers: [{ status: 200, text: 'the request, and the person as they are now', schema: NEW_PERSON }],
    problems: ['not_found', 'conflict', 'invalid', 'storage_unavailable'],
  },
  {
    id: 'refuseRequest',
    method: 'POST',
    path: '/v1/requests/{number}/refuse',
    access: 'confirm',
    summary: 'Refuses what another person asked for, or withdraws what one asked for oneself.',
    answers: [{ status: 200, text: 'the request', schema: NEW_PERSON }],
    problems: ['not_found', 'conflict'],
  },
];
