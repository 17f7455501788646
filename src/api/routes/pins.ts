import { IDEMPOTENCY_KEY, IF_MATCH, PAGED, type Route } from '../route.ts';
import {
  PIN,
  PIN_LIST,
  PIN_PREVIEW,
  PIN_REQUEST,
  PROPOSAL,
  PROPOSAL_DECISION,
  PROPOSAL_PAGE,
  PROPOSAL_REQUEST,
} from '../tuning-schemas.ts';

export type PinOperation =
  | 'listPins'
  | 'addPin'
  | 'removePin'
  | 'previewPin'
  | 'listProposals'
  | 'addProposal'
  | 'decideProposal';

/** What is accepted, by content and scope (L16). */
export const PIN_ROUTES: readonly Route<PinOperation>[] = [
  {
    id: 'listPins',
    method: 'GET',
    path: '/v1/pins',
    access: 'read',
    summary: 'Every pin, what it lowers now, which are past review and which match nothing.',
    answers: [{ status: 200, text: 'all pins', schema: PIN_LIST }],
  },
  {
    id: 'addPin',
    method: 'POST',
    path: '/v1/pins',
    access: 'engineer',
    summary:
      'Pins a content for hosts, with owner, reason and review; into pins.d/console.yaml. Once more changes nothing.',
    request: PIN_REQUEST,
    answers: [
      { status: 201, text: 'the pin', schema: PIN },
      { status: 200, text: 'the same pin, which was there', schema: PIN },
    ],
    problems: ['conflict', 'invalid', 'storage_unavailable'],
  },
  {
    id: 'removePin',
    method: 'POST',
    path: '/v1/pins/{id}/remove',
    access: 'engineer',
    headers: IF_MATCH,
    summary:
      'Takes out a pin of pins.d/console.yaml. Needs If-Match with the ETag of the pin, which is its review in quotes.',
    answers: [{ status: 200, text: 'the pin that was', schema: PIN }],
    problems: ['not_found', 'conflict', 'storage_unavailable'],
  },
  {
    id: 'previewPin',
    method: 'POST',
    path: '/v1/pins/preview',
    access: 'analyst',
    summary: 'Incidents whose level rests on what a pin would accept, before it is made. Changes nothing.',
    request: PIN_REQUEST,
    answers: [{ status: 200, text: 'how many, and the worst and newest', schema: PIN_PREVIEW }],
    problems: ['invalid'],
  },
  {
    id: 'listProposals',
    method: 'GET',
    path: '/v1/pins/proposals',
    access: 'read',
    summary: 'Pins that were proposed, newest first.',
    query: { ...PAGED, state: 'open, accepted or declined' },
    answers: [{ status: 200, text: 'a page of proposals', schema: PROPOSAL_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'addProposal',
    method: 'POST',
    path: '/v1/pins/proposals',
    access: 'analyst',
    headers: IDEMPOTENCY_KEY,
    summary:
      'Proposes a pin for an engineer to decide on, with a note on the incident that it is about. Needs Idempotency-Key.',
    request: PROPOSAL_REQUEST,
    answers: [
      { status: 201, text: 'the proposal', schema: PROPOSAL },
      { status: 200, text: 'the same one, which was there', schema: PROPOSAL },
    ],
    problems: ['invalid', 'conflict', 'not_found', 'merged'],
  },
  {
    id: 'decideProposal',
    method: 'POST',
    path: '/v1/pins/proposals/{number}/decide',
    access: 'engineer',
    summary: 'Accepts a proposal, which makes the pin, or declines it.',
    request: PROPOSAL_DECISION,
    answers: [{ status: 200, text: 'the proposal', schema: PROPOSAL }],
    problems: ['not_found', 'conflict', 'invalid', 'storage_unavailable'],
  },
];
