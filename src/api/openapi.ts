import { leastScope } from '../accounts/index.ts';
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

/** Refusals of a JSON body, whatever it is for. */
const OF_BODIES: readonly ProblemCode[] = ['bad_body', 'timeout', 'too_large', 'media_type_unsupported', 'invalid'];

/** The OpenAPI 3.1 document of the table of routes: the same text for the same version. */
export function openApiDocument(version: string): Json {
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
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'A key: triad_…' } },
      schemas: { Problem: PROBLEM_SCHEMA },
    },
  };
}

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS).sort() },
    detail: { type: 'string' },
    instance: { type: 'string' },
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

function operationOf(route: Route): Json {
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.access === 'open'
      ? { security: [] }
      : { security: [{ key: [] }], 'x-triad-scope': leastScope(route.access) }),
    ...parametersOf(route),
    ...bodyOf(route),
    responses: { ...Object.fromEntries(route.answers.map(answerOf)), ...problemsOf(route) },
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
  return [String(status), { description: text, content }];
}

/** The refusals of a route by status; those of one status are listed together. */
function problemsOf(route: Route): Json {
  const ofKeys = route.access === 'open' ? [] : OF_KEYS;
  const codes = new Set([
    ...ofKeys,
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
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}
