import { z } from 'zod';
import { isRawEvidence } from '../people/index.ts';

type Json = Readonly<Record<string, unknown>>;

/** Definitions of the schema of a hunt's result (`schemas/common.schema.json`) that answers of the server are made of. */
export type HuntPart = 'incident' | 'finding' | 'subscription' | 'gap' | 'record' | 'nextStep';

/** What a part is typed as where nobody reads it. */
export type PartDocument = Readonly<Record<string, unknown>>;

/** A part as a hunt prints it, and what the server says beside in the same object. The document of the API refers to the definition. */
export function huntPart(part: HuntPart, beside: Readonly<Record<string, z.ZodType>> = {}): z.ZodType<PartDocument> {
  return z.looseObject(beside).meta({ part });
}

/** Turns the JSON Schema of a part into a reference; others stay as they are. */
export function referToPart(schema: Record<string, unknown>): void {
  const { part, properties, required } = schema;
  if (part === undefined) return;
  for (const name of Object.keys(schema)) delete schema[name];
  schema['$ref'] = `#/components/schemas/${String(part)}`;
  if (Object.keys(properties as Json).length > 0) Object.assign(schema, { properties, required });
  schema['unevaluatedProperties'] = false;
}

/**
 * The definitions of a hunt's result that these parts rest on, as components of an OpenAPI document. What holds raw evidence may be absent in all but records, for
 * it is left out for a viewer.
 */
export function huntComponents(common: Json, parts: Iterable<string>): Readonly<Record<string, Json>> {
  const definitions = common['$defs'] as Readonly<Record<string, Json>>;
  const found = new Map<string, Json>();
  const waiting: string[] = [...parts];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    const definition = definitions[name];
    if (definition === undefined) throw new Error(`the schema of a hunt's result has no ${name}`);
    const isSeenWhole = name === 'record';
    const written = JSON.stringify(definition, (key, value: unknown) => {
      if (key === 'required' && Array.isArray(value) && !isSeenWhole) {
        return value.filter((member) => !isRawEvidence(String(member)));
      }
      return typeof value === 'string' && key === '$ref' ? value.replace('#/$defs/', '#/components/schemas/') : value;
    });
    found.set(name, JSON.parse(written) as Json);
    for (const [, other = ''] of written.matchAll(/"#\/components\/schemas\/(\w+)"/g)) waiting.push(other);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
