/** The part of PowerShell's grammar that constants travel through. Offsets are UTF-16 units in the parsed text. */
export interface Span {
  readonly at: number;
  readonly end: number;
}

export type Expression = Span &
  (
    | { readonly kind: 'constant'; readonly value: string | number }
    /** A double-quoted text or bare word with parts that must be looked up. */
    | { readonly kind: 'text'; readonly parts: readonly (string | Expression)[] }
    | { readonly kind: 'variable'; readonly name: string; readonly isSplat: boolean }
    | { readonly kind: 'array'; readonly items: readonly Expression[] }
    | { readonly kind: 'table'; readonly entries: readonly (readonly [Expression, Statement])[] }
    /** `( )`, `$( )` and `@( )`. */
    | { readonly kind: 'group'; readonly form: '(' | '$' | '@'; readonly body: readonly Statement[] }
    | { readonly kind: 'block'; readonly body: readonly Statement[] }
    | {
        readonly kind: 'member';
        readonly target: Expression;
        readonly name: Expression;
        readonly isStatic: boolean;
        readonly args?: readonly Expression[];
      }
    | { readonly kind: 'index'; readonly target: Expression; readonly index: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | { readonly kind: 'cast'; readonly type: string; readonly operand: Expression }
    | { readonly kind: 'type'; readonly name: string }
  );

export type Argument =
  | { readonly kind: 'parameter'; readonly name: string; readonly value?: Expression; readonly at: number }
  | { readonly kind: 'value'; readonly value: Expression };

export type Element = Span &
  (
    | { readonly kind: 'expression'; readonly expression: Expression }
    | {
        readonly kind: 'command';
        readonly invocation: '' | '&' | '.';
        readonly name: Expression;
        readonly args: readonly Argument[];
      }
  );

export interface Parameter {
  readonly name: string;
  readonly initial?: Expression;
}

export type Statement = Span &
  (
    | { readonly kind: 'pipeline'; readonly elements: readonly Element[] }
    | {
        readonly kind: 'assignment';
        readonly target: Expression;
        readonly operator: string;
        readonly value: Statement;
      }
    | {
        readonly kind: 'function';
        readonly name: string;
        readonly parameters: readonly Parameter[];
        readonly body: readonly Statement[];
      }
    | { readonly kind: 'parameters'; readonly parameters: readonly Parameter[] }
    /** if, loops, switch, try: conditions are read, bodies may or may not run. */
    | {
        readonly kind: 'branch';
        readonly word: string;
        readonly conditions: readonly Statement[];
        readonly bodies: readonly (readonly Statement[])[];
      }
  );
