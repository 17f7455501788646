/** A constant or a property on one side of a comparison. */
export type WqlOperand =
  | { readonly kind: 'string'; readonly text: string }
  /** `text` as written, `value` as a number. */
  | { readonly kind: 'number'; readonly text: string; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  /** `TargetInstance.Name`, as written. */
  | { readonly kind: 'property'; readonly name: string };

export type WqlOperator = '=' | '<>' | '<' | '<=' | '>' | '>=' | 'LIKE';

/** The condition of a query as a tree (DOMAIN 1.2). */
export type WqlExpression =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly WqlExpression[] }
  | { readonly kind: 'not'; readonly term: WqlExpression }
  /** Always told with the property on the left; `isReversed` when the constant stood there. `!=` is told as `<>`. */
  | {
      readonly kind: 'compare';
      readonly property: string;
      readonly operator: WqlOperator;
      readonly value: WqlOperand;
      readonly isReversed: boolean;
    }
  | { readonly kind: 'isa'; readonly property: string; readonly className: string }
  | { readonly kind: 'isNull'; readonly property: string };

/** `GROUP WITHIN n [BY ..] [HAVING ..]` */
export interface WqlGroup {
  /** Seconds; absent when the query leaves it out. */
  readonly within?: number;
  readonly by: readonly string[];
  readonly having?: WqlExpression;
}

export interface WqlSelect {
  readonly kind: 'select';
  /** Property names as written, `*` for all. */
  readonly properties: readonly string[];
  /** As written. */
  readonly className: string;
  /** The polling interval in seconds. */
  readonly within?: number;
  readonly where?: WqlExpression;
  readonly group?: WqlGroup;
}

/** `ASSOCIATORS OF {path} [WHERE ..]` and `REFERENCES OF {path} [WHERE ..]`: data queries, never event queries. */
export interface WqlAssociation {
  readonly kind: 'associators' | 'references';
  readonly path: string;
  /** `ResultClass = X`, `ClassDefsOnly` (empty value), as written. */
  readonly conditions: readonly (readonly [string, string])[];
}

export type WqlQuery = WqlSelect | WqlAssociation;

/** Why a query cannot be read, and where (L30). */
export interface WqlProblem {
  readonly kind: 'problem';
  /** One clause: `expected a class name, found "5"`. */
  readonly message: string;
  /** UTF-16 offset, and the same place as line and column, both from 1. */
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}
