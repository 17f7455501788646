import { openApiDocument } from '../../src/api/index.ts';
import { readRoot } from '../house/tree.ts';

/** The document of the API, as a server of this version gives it. */
export function apiDocument(version = '0.0.0'): Readonly<Record<string, unknown>> {
  const common = JSON.parse(readRoot('schemas/common.schema.json')) as Readonly<Record<string, unknown>>;
  return openApiDocument(version, common);
}
