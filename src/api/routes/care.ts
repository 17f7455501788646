import { PAGED, type Route } from '../route.ts';
import { AUDIT, DEAD_LETTER, pageOf, RETRIED } from '../schemas.ts';

export type CareOperation = 'listDeadLetters' | 'retryDeadLetters' | 'listAudit';

/** What a person looks after: dead letters, the audit. */
export const CARE_ROUTES: readonly Route<CareOperation>[] = [
  {
    id: 'listDeadLetters',
    method: 'GET',
    path: '/v1/deadletters',
    access: 'read:evidence',
    summary: 'What was taken and could not be read, newest first.',
    query: { ...PAGED, state: 'open, mended or dropped (open)' },
    answers: [{ status: 200, text: 'a page of dead letters', schema: pageOf(DEAD_LETTER) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'retryDeadLetters',
    method: 'POST',
    path: '/v1/deadletters/retry',
    access: 'engineer',
    summary: 'Reads the open dead letters again, with the readers and mappings of now.',
    answers: [{ status: 200, text: 'how many were read', schema: RETRIED }],
    problems: ['busy'],
  },
  {
    id: 'listAudit',
    method: 'GET',
    path: '/v1/audit',
    access: 'read:audit',
    summary: 'Who did what, newest first.',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of the audit', schema: pageOf(AUDIT) }],
    problems: ['bad_cursor', 'bad_request'],
  },
];
