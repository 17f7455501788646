/** Trouble of the disk, or of another program that holds the file. */
export type DiskCode = 'full' | 'io' | 'readonly' | 'damaged' | 'busy';

/** Why something was not done. `Code` is of the room that says it. */
export interface Refused<Code extends string> {
  readonly kind: 'refused';
  readonly code: Code;
  readonly message: string;
}

export interface Done<Value> {
  readonly kind: 'done';
  readonly value: Value;
}

export function done<Value>(value: Value): Done<Value> {
  return { kind: 'done', value };
}
