/** A property's value as canonical text, or the texts of an array. */
export type WmiValue = string | readonly string[];

/**
 * A WMI object at rest: an instance or a class definition, as a repository or an audit of a live host holds it (SETTLED D3).
 * Texts are as stored, neither quoted nor escaped; numbers are decimal, booleans `true` and `false`, a SID is `S-1-…`, a
 * reference is its path text.
 */
export interface WmiObject {
  readonly kind: 'instance' | 'class';
  /** As written, back-slashes between its parts; undefined where the source does not state it. */
  readonly namespace: string | undefined;
  readonly className: string;
  /** Nearest first; empty where the source does not tell them. */
  readonly superclasses: readonly string[];
  /**
   * By name, as written. Null values are left out; what a class sets as default is told like any value. Of a class: texts among
   * the defaults of the properties that it declares.
   */
  readonly properties: ReadonlyMap<string, WmiValue>;
  /** True when the source tells every property that is neither null nor at the default that Windows gives it. */
  readonly isWhole: boolean;
}
