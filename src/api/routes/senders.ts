import { SHIPPER_SETTINGS } from '../desk-schemas.ts';
import { PAGED, type Route } from '../route.ts';
import {
  KEY,
  KEY_REQUEST,
  NEW_KEY,
  pageOf,
  SENDER,
  SENDER_HOSTS_REQUEST,
  SENDER_PAGE,
  SENDER_REQUEST,
} from '../schemas.ts';

export type SenderOperation =
  | 'listSenders'
  | 'addSender'
  | 'revokeSender'
  | 'changeSenderHosts'
  | 'listKeys'
  | 'addKey'
  | 'rotateKey'
  | 'revokeKey'
  | 'listShippers';

/** Senders and their keys. */
export const SENDER_ROUTES: readonly Route<SenderOperation>[] = [
  {
    id: 'listShippers',
    method: 'GET',
    path: '/v1/shippers',
    access: 'read',
    summary:
      'What each shipper has to be told, with `ID` and `KEY` in place of a key: the settings of `triad sender add --print`.',
    query: { address: 'by which shippers reach this server: scheme, host and port' },
    answers: [{ status: 200, text: 'the settings of every shipper', schema: SHIPPER_SETTINGS }],
    problems: ['bad_request'],
  },
  {
    id: 'listSenders',
    method: 'GET',
    path: '/v1/senders',
    access: 'admin:senders',
    summary: 'The senders, newest first, with what each brought since the server started.',
    query: { ...PAGED, named: 'with this in their id or name' },
    answers: [{ status: 200, text: 'a page of senders', schema: SENDER_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'addSender',
    method: 'POST',
    path: '/v1/senders',
    access: 'admin:senders',
    summary: 'Adds a sender, with a first key that is shown this once.',
    request: SENDER_REQUEST,
    answers: [{ status: 201, text: 'the key of the new sender', schema: NEW_KEY }],
    problems: ['conflict', 'invalid'],
  },
  {
    id: 'revokeSender',
    method: 'POST',
    path: '/v1/senders/{id}/revoke',
    access: 'admin:senders',
    summary: 'Refuses a sender from now on, with all of its keys.',
    answers: [{ status: 200, text: 'the sender', schema: SENDER }],
    problems: ['not_found'],
  },
  {
    id: 'changeSenderHosts',
    method: 'POST',
    path: '/v1/senders/{id}/hosts',
    access: 'admin:senders',
    summary: 'Binds a sender to more hosts (`add`), fewer (`remove`), or none (`any`): for what is read from now on.',
    request: SENDER_HOSTS_REQUEST,
    answers: [{ status: 200, text: 'the sender', schema: SENDER }],
    problems: ['not_found', 'conflict', 'invalid'],
  },
  {
    id: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    access: 'admin:senders',
    summary: 'The keys, newest first, without their secrets, which are kept nowhere.',
    query: { ...PAGED, sender: 'of this sender, by its id' },
    answers: [{ status: 200, text: 'a page of keys', schema: pageOf(KEY) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'addKey',
    method: 'POST',
    path: '/v1/keys',
    access: 'admin:senders',
    summary: 'Makes a key: of a sender, or for reading.',
    request: KEY_REQUEST,
    answers: [{ status: 201, text: 'the key, with its secret', schema: NEW_KEY }],
    problems: ['not_found', 'conflict', 'invalid'],
  },
  {
    id: 'rotateKey',
    method: 'POST',
    path: '/v1/keys/{id}/rotate',
    access: 'admin:senders',
    summary: 'Makes a second key like this one; both are good until the first is revoked.',
    answers: [{ status: 201, text: 'the new key, with its secret', schema: NEW_KEY }],
    problems: ['not_found', 'conflict'],
  },
  {
    id: 'revokeKey',
    method: 'POST',
    path: '/v1/keys/{id}/revoke',
    access: 'admin:senders',
    summary: 'Refuses a key from now on.',
    answers: [{ status: 200, text: 'the key', schema: KEY }],
    problems: ['not_found'],
  },
];
