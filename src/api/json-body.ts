import type { FieldProblem, Problem } from './problem.ts';
import type { Schema } from './schemas.ts';

/** Bytes of a JSON body that is no batch of events. */
export const MAX_JSON_BYTES: number = 256 * 1024;

export type CheckedBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Reads a JSON body by the schema of its route; every field that is wrong is told (L30). */
export function checkBody(schema: Schema, bytes: Uint8Array): CheckedBody {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    return { kind: 'problem', problem: { code: 'bad_body', detail: 'The body is not JSON in UTF-8.' } };
  }
  const reading = schema.safeParse(value);
  if (reading.success) return { kind: 'json', value: reading.data };
  const errors: FieldProblem[] = reading.error.issues.slice(0, 100).map(({ path, message }) => ({
    pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    detail: message,
  }));
  return { kind: 'problem', problem: { code: 'invalid', errors } };
}
