import { IDEMPOTENCY_KEY, PAGED, type Route } from '../route.ts';
import { withheldPageOf } from '../schemas.ts';
import { PREVIEW, PREVIEW_REQUEST, SUPPRESSION, SUPPRESSION_REQUEST } from '../tuning-schemas.ts';

export type SuppressionOperation = 'listSuppressions' | 'addSuppression' | 'previewSuppression' | 'endSuppression';

/** Mutes of the queue: they end by themselves, and hide nothing from reports (L16). */
export const SUPPRESSION_ROUTES: readonly Route<SuppressionOperation>[] = [
  {
    id: 'listSuppressions',
    method: 'GET',
    path: '/v1/suppressions',
    access: 'read',
    summary: 'Mutes of the queue, newest first, with how many incidents each hides now.',
    query: { ...PAGED, state: 'active or ended (both)' },
    answers: [{ status: 200, text: 'a page of suppressions', schema: withheldPageOf(SUPPRESSION) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'addSuppression',
    method: 'POST',
    path: '/v1/suppressions',
    access: 'analyst',
    summary:
      'Mutes a scope for some days: an analyst for 7 at most, an engineer for 90 and a rule alone. Needs Idempotency-Key.',
    headers: IDEMPOTENCY_KEY,
    request: SUPPRESSION_REQUEST,
    answers: [{ status: 201, text: 'the suppression', schema: SUPPRESSION }],
    problems: ['bad_request', 'invalid', 'scope_insufficient', 'role_insufficient'],
  },
  {
    id: 'previewSuppression',
    method: 'POST',
    path: '/v1/suppressions/preview',
    access: 'analyst',
    summary: 'What a scope would hide, before anything is muted.',
    request: PREVIEW_REQUEST,
    answers: [{ status: 200, text: 'how many incidents, and the worst of them', schema: PREVIEW }],
    problems: ['invalid'],
  },
  {
    id: 'endSuppression',
    method: 'POST',
    path: '/v1/suppressions/{number}/end',
    access: 'analyst',
    summary: 'Ends a suppression before its time: what it hid is back at once. Once more changes nothing.',
    answers: [{ status: 200, text: 'the suppression', schema: SUPPRESSION }],
    problems: ['not_found'],
  },
];
