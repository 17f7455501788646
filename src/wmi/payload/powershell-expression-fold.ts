import type { Budget } from './budget.ts';
import { type FoldStep, longest } from './fold-step.ts';
import type { Listener } from './powershell-listener.ts';
import { callMethod, callStatic, encodingName } from './powershell-method.ts';
import { KNOWN_VARIABLES } from './powershell-names.ts';
import { cast, indexed, joinItems, operate, withStep } from './powershell-operate.ts';
import type { Element, Expression, Statement } from './powershell-tree.ts';
import { type Folded, isArray, isTable, itemsOf, type PsValue, type Table, textOf } from './powershell-value.ts';

/** How deep members, calls and brackets of one expression are followed. */
const MAX_FOLD_DEPTH = 256;

/** Variables by lower-case name. A name that is held without value is known not to be constant. */
export interface Scope {
  values: Map<string, Folded | undefined>;
}

/** What an expression asks of the statements around it: brackets hold statements. */
export interface StatementFolder {
  run(statements: readonly Statement[]): Folded | undefined;
  statement(statement: Statement): Folded | undefined;
  pipeline(elements: readonly Element[]): Folded | undefined;
}

/** Folds expressions; tells of the largest parts that are constant. */
export class ExpressionFolder {
  readonly #budget: Budget;
  readonly #listener: Listener;
  readonly #scope: Scope;
  readonly #statements: StatementFolder;
  #depth = 0;

  constructor(budget: Budget, listener: Listener, scope: Scope, statements: StatementFolder) {
    this.#budget = budget;
    this.#listener = listener;
    this.#scope = scope;
    this.#statements = statements;
  }

  tell(at: number, end: number, folded: Folded | undefined): void {
    if (folded !== undefined && folded.steps.length > 0) this.#listener.onFold?.(at, end, folded.steps);
  }

  /** Reports the parts of something that has no constant value itself; gives undefined. */
  #lose(...parts: readonly (readonly [Expression, Folded | undefined])[]): undefined {
    for (const [expression, folded] of parts) this.tell(expression.at, expression.end, folded);
    return undefined;
  }

  name(expression: Expression): string | undefined {
    const folded = this.fold(expression);
    return folded === undefined ? undefined : textOf(folded.value);
  }

  variable(name: string): Folded | undefined {
    if (this.#scope.values.has(name)) return this.#scope.values.get(name);
    const known = KNOWN_VARIABLES.get(name);
    return known === undefined ? undefined : { value: known, steps: [] };
  }

  fold(expression: Expression): Folded | undefined {
    if (!this.#budget.spend()) return undefined;
    if (this.#depth >= MAX_FOLD_DEPTH) {
      this.#budget.hit('nesting');
      return undefined;
    }
    this.#depth++;
    const folded = this.#foldInside(expression);
    this.#depth--;
    return folded;
  }

  #foldInside(expression: Expression): Folded | undefined {
    switch (expression.kind) {
      case 'constant':
        return { value: expression.value, steps: [] };
      case 'text':
        return this.#text(expression);
      case 'variable':
        return this.variable(expression.name);
      case 'array':
        return this.#array(expression);
      case 'table':
        return this.#table(expression);
      case 'group':
        return this.#group(expression);
      case 'block':
        return { value: { kind: 'block', body: expression.body }, steps: [] };
      case 'type':
        return { value: { kind: 'type', name: expression.name }, steps: [] };
      case 'binary':
        return this.#binary(expression);
      case 'unary':
        return this.#unary(expression);
      case 'cast': {
        const operand = this.fold(expression.operand);
        const made =
          operand === undefined
            ? undefined
            : (this.#listener.onCast?.(expression.type, operand) ?? cast(expression.type, operand, this.#budget));
        return made ?? this.#lose([expression.operand, operand]);
      }
      case 'index': {
        const target = this.fold(expression.target);
        const index = this.fold(expression.index);
        if (target !== undefined && index !== undefined) {
          if (isTable(target.value)) {
            const value = target.value.get((textOf(index.value) ?? '').toLowerCase())?.value;
            return value === undefined ? undefined : { value, steps: [] };
          }
          const made = indexed(target, index.value);
          if (made !== undefined) return made;
        }
        return this.#lose([expression.target, target]);
      }
      case 'member':
        return this.#member(expression);
    }
  }

  /** A chain of operators: thousands of joined pieces are one long left side, so it is walked, not descended. */
  #binary(expression: Extract<Expression, { kind: 'binary' }>): Folded | undefined {
    const chain = [expression];
    let first = expression.left;
    while (first.kind === 'binary') {
      chain.push(first);
      first = first.left;
    }
    let left = this.fold(first);
    let leftSide: Expression = first;
    for (const link of chain.reverse()) {
      if (!this.#budget.spend()) return undefined;
      const right = this.fold(link.right);
      const made =
        left === undefined || right === undefined ? undefined : operate(link.operator, left, right, this.#budget);
      if (made === undefined) this.#lose([leftSide, left], [link.right, right]);
      left = made;
      leftSide = link;
    }
    return left;
  }

  #text(expression: Extract<Expression, { kind: 'text' }>): Folded | undefined {
    let made = '';
    let steps: readonly FoldStep[] = [];
    const lost: [Expression, Folded | undefined][] = [];
    let isKnown = true;
    for (const part of expression.parts) {
      if (typeof part === 'string') {
        made += part;
        continue;
      }
      const folded = this.fold(part);
      const text = folded === undefined ? undefined : textOf(folded.value);
      lost.push([part, folded]);
      if (folded === undefined || text === undefined || made.length + text.length > this.#budget.limits.outputChars) {
        isKnown = false;
        continue;
      }
      made += text;
      steps = longest(steps, folded.steps);
    }
    return isKnown ? withStep(made, steps, 'string expansion') : this.#lose(...lost);
  }

  #array(expression: Extract<Expression, { kind: 'array' }>): Folded | undefined {
    const parts = expression.items.map((item): [Expression, Folded | undefined] => [item, this.fold(item)]);
    const values: PsValue[] = [];
    for (const [, folded] of parts) if (folded !== undefined) values.push(folded.value);
    if (values.length < parts.length) return this.#lose(...parts);
    return { value: values, steps: longest(...parts.map(([, folded]) => folded?.steps ?? [])) };
  }

  #table(expression: Extract<Expression, { kind: 'table' }>): Folded {
    const table: Table = new Map();
    for (const [key, statement] of expression.entries) {
      const name = this.name(key);
      const value = this.#statements.statement(statement);
      if (statement.kind === 'pipeline') this.tell(statement.at, statement.end, value);
      if (name !== undefined && table.size < 1000) table.set(name.toLowerCase(), { key: name, value: value?.value });
    }
    return { value: table, steps: [] };
  }

  #group(expression: Extract<Expression, { kind: 'group' }>): Folded | undefined {
    const [only] = expression.body;
    if (expression.body.length === 1 && only?.kind === 'pipeline') {
      const value = this.#statements.pipeline(only.elements);
      if (expression.form === '@' && value !== undefined) return { value: itemsOf(value.value), steps: value.steps };
      return value;
    }
    if (expression.body.length === 1 && only?.kind === 'assignment' && only.target.kind === 'variable') {
      this.#statements.statement(only);
      return this.#scope.values.get(only.target.name);
    }
    if (expression.body.length === 0) return expression.form === '@' ? { value: [], steps: [] } : undefined;
    return this.#statements.run(expression.body);
  }

  #unary(expression: Extract<Expression, { kind: 'unary' }>): Folded | undefined {
    const operand = this.fold(expression.operand);
    if (operand === undefined) return undefined;
    if (expression.operator === '-join') {
      const text = joinItems(operand.value, '', this.#budget);
      if (text !== undefined) return withStep(text, operand.steps, 'join');
    }
    if (expression.operator === '-split') {
      const text = textOf(operand.value);
      if (text !== undefined) return withStep(text.trim().split(/\s+/), operand.steps, 'split');
    }
    if (expression.operator === '-' && typeof operand.value === 'number')
      return { value: -operand.value, steps: operand.steps };
    if (expression.operator === '+') return operand;
    return this.#lose([expression.operand, operand]);
  }

  #member(expression: Extract<Expression, { kind: 'member' }>): Folded | undefined {
    const target = this.fold(expression.target);
    const name = this.name(expression.name)?.toLowerCase();
    const args = expression.args?.map((item): [Expression, Folded | undefined] => [item, this.fold(item)]);
    const lost: [Expression, Folded | undefined][] = [
      [expression.target, target],
      [expression.name, this.#quiet(expression.name)],
    ];
    if (args !== undefined) lost.push(...args);
    if (target === undefined || name === undefined) return this.#lose(...lost);
    const known = args?.flatMap(([, folded]) => (folded === undefined ? [] : [folded]));
    if (known !== undefined && args !== undefined && known.length < args.length) {
      if (/^invokescript$/.test(name)) this.#listener.onRun?.(expression.at, expression.end, undefined);
      return this.#lose(...lost);
    }
    if (name === 'invoke' || name === 'invokescript') {
      this.#listener.onRun?.(expression.at, expression.end, name === 'invoke' ? target : known?.[0]);
    }
    const { value } = target;
    if (typeof value === 'object' && 'kind' in value) {
      if (value.kind === 'type') return this.#static(value.name, name, known, args, lost, expression.at);
      const made = this.#listener.onMethod?.(target, name, known, expression.at);
      if (made !== undefined) return made;
    }
    if (isTable(value) && known === undefined) {
      const entry = value.get(name)?.value;
      return entry === undefined ? undefined : { value: entry, steps: target.steps };
    }
    return callMethod(target, name, known, this.#budget) ?? this.#lose(...lost);
  }

  /** The value of a member's name when it was built, to report it; plain names give undefined. */
  #quiet(name: Expression): Folded | undefined {
    return name.kind === 'constant' ? undefined : this.fold(name);
  }

  #static(
    type: string,
    name: string,
    known: readonly Folded[] | undefined,
    args: readonly (readonly [Expression, Folded | undefined])[] | undefined,
    lost: readonly (readonly [Expression, Folded | undefined])[],
    at: number,
  ): Folded | undefined {
    if (known === undefined) {
      if (type.endsWith('encoding')) return { value: { kind: 'encoding', name: encodingName(name) }, steps: [] };
      if (type === 'string' && name === 'empty') return { value: '', steps: [] };
      return undefined;
    }
    if (type === 'array' && name === 'reverse') {
      const variable = args?.[0]?.[0];
      const list = known[0];
      if (variable?.kind === 'variable' && list !== undefined && isArray(list.value)) {
        this.#scope.values.set(variable.name, withStep([...list.value].reverse(), list.steps, 'reverse'));
      }
      return undefined;
    }
    const made = callStatic(type, name, known, this.#budget);
    if (made !== undefined) return made;
    return (
      this.#listener.onMethod?.({ value: { kind: 'type', name: type }, steps: [] }, name, known, at) ??
      this.#lose(...lost)
    );
  }
}
