import { leastScope } from '../accounts/index.ts';
import { PERMISSIONS } from '../people/index.ts';
import { huntComponents } from './hunt-parts.ts';
import { codesOfHeaders } from './preconditions.ts';
import { PROBLEMS, type ProblemCode } from './problem.ts';
import type { RouteAnswer } from './route.ts';
import { ROUTES, type Route } from './routes.ts';
import { jsonSchemaOf } from './schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/** Refusals that any route behind a key may give. */
const OF_KEYS: readonly ProblemCode[] = [
  'auth_required',
  'key_invalid',
  'key_expired',
  'key_revoked',
  'scope_insufficient',
  'source_forbidden',
];

/** Refusals that any route for people may give besides. */
const OF_SESSIONS: readonly ProblemCode[] = [
  'session_invalid',
  'origin_forbidden',
  'csrf_invalid',
  'role_insufficient',
  'password_change_required',
];

/** Refusals of a JSON body, whatever it is for. */
const OF_BODIES: readonly ProblemCode[] = ['bad_body', 'timeout', 'too_large', 'media_type_unsupported', 'invalid'];

/**
 * The OpenAPI 3.1 document of the table of routes: the same text for the same version. `common` is `schemas/common.schema.json`: what answers have of a hunt's result
 * stands among the components as it is described there.
 */
export function openApiDocument(version: string, common: Json): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ROUTES) {
    if (route.method === undefined || route.foreign !== undefined) continue;
    const methods = paths[route.path] ?? {};
    methods[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = methods;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Triad', version, summary: 'Live detection of WMI event subscriptions and lateral movement.' },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key: triad_…' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-triad-PORT',
          description: 'The session of a person, with the port of the server; changes show X-Triad-CSRF as well.',
        },
      },
      headers: { RequestId: REQUEST_ID },
      schemas: { Problem: PROBLEM_SCHEMA, ...huntComponents(common, partsIn(paths)) },
    },
  };
}

const REQUEST_ID: Json = {
  description: 'Of this request alone: lines of the log and of the audit name it (`via.request`).',
  required: true,
  schema: { type: 'string' },
};

/** Every answer has it. */
const HEADERS: Json = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'instance', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS).sort() },
    detail: { type: 'string' },
    instance: { type: 'string' },
    requestId: { type: 'string' },
    about: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

/** The components that answers refer to. */
function partsIn(paths: object): ReadonlySet<string> {
  const named = JSON.stringify(paths).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  return new Set([...named].map(([, name = '']) => name).filter((name) => name !== 'Problem'));
}

function operationOf(route: Route): Json {
  return {
    operationId: route.id,
    summary: route.summary,
    ...accessOf(route),
    ...parametersOf(route),
    ...bodyOf(route),
    responses: { ...Object.fromEntries(route.answers.map(answerOf)), ...problemsOf(route) },
  };
}

/** Who may ask: `x-required-permission` names the row of the matrix, `x-roles` and `x-triad-scope` say who has it. */
function accessOf({ access }: Route): Json {
  if (access === 'open') return { security: [], 'x-required-permission': 'open' };
  const { roles, keys } = PERMISSIONS[access];
  const byKey = keys === 'none' ? [] : [{ key: [] }];
  const bySession = roles.length === 0 ? [] : [{ session: [] }];
  return {
    security: [...byKey, ...bySession],
    'x-required-permission': access,
    'x-roles': roles,
    ...(keys === 'none' || keys === 'local' ? {} : { 'x-triad-scope': leastScope(keys) }),
    ...(keys === 'local' ? { 'x-triad-local-token': true } : {}),
  };
}

function parametersOf({ path, query, headers }: Route): Json {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query ?? {}).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' },
  }));
  const inHeader = Object.entries(headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  }));
  const parameters = [...inPath, ...inQuery, ...inHeader];
  return parameters.length === 0 ? {} : { parameters };
}

function bodyOf({ request, bodies }: Route): Json {
  if (request !== undefined) {
    return { requestBody: { required: true, content: { 'application/json': { schema: jsonSchemaOf(request) } } } };
  }
  if (bodies === undefined) return {};
  return { requestBody: { required: true, content: Object.fromEntries(bodies.map((type) => [type, {}])) } };
}

function answerOf({ status, text, schema, type }: RouteAnswer): readonly [string, Json] {
  const content = { [type ?? 'application/json']: schema === undefined ? {} : { schema: jsonSchemaOf(schema) } };
  return [String(status), { description: text, headers: HEADERS, content }];
}

/** The refusals of a route by status; those of one status are listed together. */
function problemsOf(route: Route): Json {
  const ofPeople = route.access !== 'open' && PERMISSIONS[route.access].roles.length > 0 ? OF_SESSIONS : [];
  const ofKeys = route.access === 'open' ? [] : OF_KEYS;
  const codes = new Set([
    ...ofKeys,
    ...ofPeople,
    ...(route.request === undefined ? [] : OF_BODIES),
    ...codesOfHeaders(route),
    ...(route.problems ?? []),
  ]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) byStatus.set(PROBLEMS[code][0], [...(byStatus.get(PROBLEMS[code][0]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, list]) => [
        String(status),
        {
          description: list.join(', '),
          headers: HEADERS,
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}
