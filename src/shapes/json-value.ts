/** A JSON value as it was written: integers beyond 2^53 keep their digits as `bigint` (SETTLED B10, B13). */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
