import assert from 'node:assert/strict';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ROUTES, type Route } from '../../src/api/index.ts';
import { apiDocument } from './api-document.ts';

type Json = Readonly<Record<string, unknown>>;

const DOCUMENT = apiDocument();
const CHECKS = new Map<string, ValidateFunction>();

/** The route of a path, which may have words of a search behind it; what is written out goes before braces. */
export function routeOfPath(method: string, path: string): Route {
  const [wanted = ''] = path.split('?');
  const fitting = ROUTES.filter(
    (one) => one.method === method && new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(wanted),
  ).toSorted((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')));
  return fitting[0] ?? assert.fail(`no route for ${method} ${path}`);
}

/** What an answer has that the document of the API does not say, or the other way round; none where it is as it is described. */
export function undescribed(method: string, path: string, status: number, body: unknown): readonly string[] {
  const { path: of } = routeOfPath(method, path);
  const check = checkOf(`${of} ${method.toLowerCase()} ${status}`);
  if (check(body)) return [];
  return (check.errors ?? []).slice(0, 6).map(({ instancePath, message, params }) => {
    return `${method} ${path}: ${instancePath} ${message} ${JSON.stringify(params)}`;
  });
}

function checkOf(place: string): ValidateFunction {
  const known = CHECKS.get(place);
  if (known !== undefined) return known;
  const [path = '', method = '', status = ''] = place.split(' ');
  const paths = DOCUMENT['paths'] as Readonly<Record<string, Readonly<Record<string, { responses: Json }>>>>;
  const answer = paths[path]?.[method]?.responses[status] as { readonly content: Json } | undefined;
  const json = answer?.content['application/json'] as { readonly schema?: Json } | undefined;
  const schema = json?.schema ?? assert.fail(`${place} has no schema`);
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true, discriminator: false });
  ajv.addVocabulary(['components']);
  const check = ajv.compile({ ...schema, components: DOCUMENT['components'] });
  CHECKS.set(place, check);
  return check;
}
