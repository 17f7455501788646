import { IF_MATCH, type Route } from '../route.ts';
import { PIN, PIN_LIST, PIN_REQUEST } from '../tuning-schemas.ts';

export type PinOperation = 'listPins' | 'addPin' | 'removePin';

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
];
