import {
  FINDING_PAGE,
  HOST,
  HOST_PAGE,
  RULE_PAGE,
  SUBSCRIPTION_PAGE,
  SUBSCRIPTION_RECORDS,
  WHOLE_FINDING,
  WHOLE_SUBSCRIPTION,
} from '../found-schemas.ts';
import { PAGED, type Route } from '../route.ts';
import { RULE_TEST, RULE_TEST_REQUEST } from '../rule-schemas.ts';
import { PIN_SCOPES } from '../scope-schemas.ts';

export type FoundOperation =
  | 'listFindings'
  | 'readFinding'
  | 'listSubscriptions'
  | 'readSubscription'
  | 'listSubscriptionRecords'
  | 'readSubscriptionScopes'
  | 'listHosts'
  | 'readHost'
  | 'listRules'
  | 'testRule';

/** What findings and subscriptions are both asked by. */
const COMMON = {
  ...PAGED,
  standing: 'with commas: told, final (out of the window), withdrawn (all but withdrawn)',
  level: 'this level and above',
  host: 'a host key',
  incident: 'of this incident, by its id',
  since: 'those that went on until then or later, RFC 3339',
};

/** What detection knows beside incidents. */
export const FOUND_ROUTES: readonly Route<FoundOperation>[] = [
  {
    id: 'listFindings',
    method: 'GET',
    path: '/v1/findings',
    access: 'read',
    summary: 'Findings, newest first by the time of their evidence; with counts by level and scope.',
    query: {
      ...COMMON,
      analytic: 'an analytic: S05',
      rule: 'a rule, by its id, else its title',
      scope: 'wmi, lateral, tamper, posture or custom',
    },
    answers: [{ status: 200, text: 'a page of findings', schema: FINDING_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'readFinding',
    method: 'GET',
    path: '/v1/findings/{id}',
    access: 'read',
    summary: 'A finding, whole, as a hunt prints it in JSON.',
    answers: [{ status: 200, text: 'the finding', schema: WHOLE_FINDING }],
    problems: ['not_found', 'bad_request'],
  },
  {
    id: 'listSubscriptions',
    method: 'GET',
    path: '/v1/subscriptions',
    access: 'read',
    summary: 'WMI event subscriptions of all hosts, the first seen last; with counts by level and state.',
    query: {
      ...COMMON,
      state: 'armed, disarmed, deleted or unknown',
      named: 'with this in the name of its filter or consumer, as far as 200 characters, or of its host',
      fingerprint: 'those of this content; not for viewers',
    },
    answers: [{ status: 200, text: 'a page of subscriptions', schema: SUBSCRIPTION_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'readSubscription',
    method: 'GET',
    path: '/v1/subscriptions/{id}',
    access: 'read',
    summary: 'The dossier of a subscription, as a hunt prints it in JSON.',
    answers: [{ status: 200, text: 'the dossier', schema: WHOLE_SUBSCRIPTION }],
    problems: ['not_found', 'bad_request'],
  },
  {
    id: 'listSubscriptionRecords',
    method: 'GET',
    path: '/v1/subscriptions/{id}/records',
    access: 'read:evidence',
    summary:
      'The records that a dossier rests on, whole, as far as incidents cite them; `cited` is how many it rests on in all.',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of its records', schema: SUBSCRIPTION_RECORDS }],
    problems: ['not_found', 'bad_cursor', 'bad_request'],
  },
  {
    id: 'readSubscriptionScopes',
    method: 'GET',
    path: '/v1/subscriptions/{id}/scopes',
    access: 'analyst',
    summary: 'By what a subscription can be pinned: its content and what it runs, with what each print stands for.',
    query: {},
    answers: [{ status: 200, text: 'what it can be pinned by', schema: PIN_SCOPES }],
    problems: ['not_found', 'bad_request'],
  },
  {
    id: 'listHosts',
    method: 'GET',
    path: '/v1/hosts',
    access: 'read',
    summary: 'Hosts of which something came, the last that began to send first.',
    query: {
      ...PAGED,
      named: 'with this in one of their names',
      silentSince: 'of which nothing came since then, RFC 3339',
      gaps: 'true: of which something could not be seen; false: those that a judgement looked at and missed nothing of',
      blind: 'true: each with what could not be seen of it, and what follows from that',
      sends:
        'true: each with what it sends of the logs that are judged, whose table is `telemetry` (`why`: what is seen by each)',
    },
    answers: [{ status: 200, text: 'a page of hosts', schema: HOST_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'readHost',
    method: 'GET',
    path: '/v1/hosts/{key}',
    access: 'read',
    summary:
      'A host by its key or one of its names: its logs by event id, who sent them, what is missing (no `gaps` and no `blind`: no judgement has looked at it yet), what its clock differs by from others, open incidents, subscriptions.',
    answers: [{ status: 200, text: 'the host', schema: HOST }],
    problems: ['not_found', 'bad_request'],
  },
  {
    id: 'listRules',
    method: 'GET',
    path: '/v1/rules',
    access: 'read',
    summary:
      'Rules of the user and of the pack with what they hit, which were loaded, and what is wrong with the others.',
    query: {
      ...PAGED,
      origin: 'user or pack',
      level: 'this level and above',
      hit: 'true: that have findings; false: that have none',
      named: 'with this in their title',
    },
    answers: [{ status: 200, text: 'a page of rules, how many were loaded, and hits by analytic', schema: RULE_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'testRule',
    method: 'POST',
    path: '/v1/rules/test',
    access: 'engineer',
    summary:
      'Tries rules on the archive, newest events first: a text of rules, or one in use by its key. An answer is a look of about a second: go on with `next` as `after`. Nothing is kept of it, and nobody is told.',
    request: RULE_TEST_REQUEST,
    answers: [{ status: 200, text: 'what matched in this look, and what the matching took', schema: RULE_TEST }],
    problems: [
      'invalid',
      'bad_request',
      'bad_cursor',
      'too_many_requests',
      'storage_unavailable',
      'not_found',
      'stopping',
    ],
  },
];
