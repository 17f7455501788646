import type { Budget } from './budget.ts';
import { addStep } from './fold-step.ts';
import { commandValue, type Variables } from './powershell-cmdlet.ts';
import { ExpressionFolder, type Scope, type StatementFolder } from './powershell-expression-fold.ts';
import type { Call, Listener } from './powershell-listener.ts';
import { commandName } from './powershell-names.ts';
import { cast, joinItems, operate } from './powershell-operate.ts';
import type { Argument, Element, Parameter, Statement } from './powershell-tree.ts';
import { type Folded, isTable, itemsOf, type PsValue, textOf } from './powershell-value.ts';

const MAX_PIPED = 100_000;
const MAX_INLINE = 4;

interface FunctionBody {
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

/**
 * Folds the constants of a script: straight through the statements, variables followed while their value is certain. A
 * loop is read once and leaves what it assigns unknown. Functions are entered only where they are called. Nothing is run.
 */
export class PowerShellFolder implements StatementFolder, Variables {
  readonly #budget: Budget;
  readonly #listener: Listener;
  readonly #functions: Map<string, FunctionBody> = new Map();
  readonly #scope: Scope = { values: new Map() };
  readonly #expressions: ExpressionFolder;
  #inlined = 0;

  constructor(budget: Budget, listener: Listener) {
    this.#budget = budget;
    this.#listener = listener;
    this.#expressions = new ExpressionFolder(budget, listener, this.#scope, this);
  }

  variable(name: string): Folded | undefined {
    return this.#expressions.variable(name);
  }

  setVariable(name: string, value: Folded | undefined): void {
    this.#scope.values.set(name, value);
  }

  /** Folds statements in order; gives the value of the last one that has one. */
  run(statements: readonly Statement[]): Folded | undefined {
    let last: Folded | undefined;
    for (const statement of statements) {
      if (statement.kind === 'function') {
        this.#functions.set(statement.name, { parameters: statement.parameters, body: statement.body });
      }
    }
    for (const statement of statements) {
      if (this.#budget.isSpent) return undefined;
      if (statement.kind === 'function' || statement.kind === 'parameters') continue;
      const value = this.statement(statement);
      if (statement.kind === 'pipeline') {
        last = value;
        this.#expressions.tell(statement.at, statement.end, value);
      }
    }
    return last;
  }

  statement(statement: Statement): Folded | undefined {
    switch (statement.kind) {
      case 'pipeline':
        return this.pipeline(statement.elements);
      case 'assignment':
        return this.#assign(statement);
      case 'branch':
        return this.#branch(statement);
      default:
        return undefined;
    }
  }

  #branch(statement: Extract<Statement, { kind: 'branch' }>): undefined {
    for (const condition of statement.conditions) {
      const value = this.statement(condition);
      if (condition.kind === 'pipeline') this.#expressions.tell(condition.at, condition.end, value);
    }
    const isCertain = statement.word === 'try' || statement.word === 'begin' || statement.word === 'process';
    for (const body of statement.bodies) {
      const before = new Map(this.#scope.values);
      this.run(body);
      if (isCertain || statement.word === 'end' || statement.word === 'finally') continue;
      for (const [name, value] of this.#scope.values) {
        if (before.has(name) && before.get(name) !== value) this.#scope.values.set(name, undefined);
      }
    }
    return undefined;
  }

  #assign(statement: Extract<Statement, { kind: 'assignment' }>): Folded | undefined {
    const { target, operator } = statement;
    const value = this.statement(statement.value);
    if (statement.value.kind === 'pipeline') this.#expressions.tell(statement.value.at, statement.value.end, value);
    const inner = target.kind === 'cast' ? target.operand : target;
    if (inner.kind === 'variable') {
      const before = this.#scope.values.get(inner.name);
      let after = value;
      if (operator !== '=') {
        after =
          before === undefined || value === undefined
            ? undefined
            : operate(operator.slice(0, -1), before, value, this.#budget);
      } else if (target.kind === 'cast' && value !== undefined) {
        after = cast(target.type, value, this.#budget) ?? value;
      }
      this.#scope.values.set(
        inner.name,
        after === undefined ? undefined : { value: after.value, steps: after.steps.slice(-1) },
      );
      return undefined;
    }
    if (inner.kind === 'member' && inner.args === undefined) {
      const owner = this.#expressions.fold(inner.target);
      const name = this.#expressions.name(inner.name);
      if (owner !== undefined && name !== undefined) {
        if (isTable(owner.value)) owner.value.set(name.toLowerCase(), { key: name, value: value?.value });
        else this.#listener.onSet?.(owner, name, value);
      }
      return undefined;
    }
    if (inner.kind === 'index') {
      const owner = this.#expressions.fold(inner.target);
      const key = this.#expressions.fold(inner.index);
      const name = key === undefined ? undefined : textOf(key.value);
      if (owner !== undefined && name !== undefined) {
        if (isTable(owner.value)) owner.value.set(name.toLowerCase(), { key: name, value: value?.value });
        else this.#listener.onSet?.(owner, name, value);
      }
      return undefined;
    }
    if (inner.kind === 'array' && value !== undefined) {
      const items = itemsOf(value.value);
      inner.items.forEach((item, i) => {
        const part = items[i];
        if (item.kind === 'variable')
          this.#scope.values.set(item.name, part === undefined ? undefined : { value: part, steps: [] });
      });
    }
    return undefined;
  }

  pipeline(elements: readonly Element[]): Folded | undefined {
    let input: Folded | undefined;
    let isFirst = true;
    for (const element of elements) {
      const value =
        element.kind === 'expression'
          ? this.#expressions.fold(element.expression)
          : this.#command(element, input, isFirst);
      if (value === undefined && !isFirst && input !== undefined)
        this.#expressions.tell(element.at, element.end, input);
      input = value;
      isFirst = false;
    }
    return input;
  }

  #command(
    element: Extract<Element, { kind: 'command' }>,
    input: Folded | undefined,
    isFirst: boolean,
  ): Folded | undefined {
    const named = new Map<string, Folded | undefined>();
    const positional: (Folded | undefined)[] = [];
    const target = this.#expressions.fold(element.name);
    if (
      target !== undefined &&
      typeof target.value === 'object' &&
      'kind' in target.value &&
      target.value.kind === 'block'
    ) {
      return this.run(target.value.body);
    }
    const name = target === undefined ? undefined : textOf(target.value);
    if (target !== undefined) this.#expressions.tell(element.name.at, element.name.end, target);
    this.#arguments(element.args, named, positional);
    if (element.invocation !== '') this.#listener.onRun?.(element.at, element.end, target);
    if (name === undefined) return this.#loseCall(element, named, positional);
    const full = commandName(name);
    const call: Call = { name: full, named, positional, input, at: element.at, end: element.end };
    const known = this.#listener.onCall?.(call);
    if (known !== undefined) return known;
    const value = this.#runningCommand(call, element, isFirst) ?? commandValue(call, this, this.#budget);
    if (value !== undefined) return value;
    const body = this.#functions.get(name.toLowerCase());
    if (body !== undefined && this.#inlined < MAX_INLINE) return this.#inline(body, call);
    return this.#loseCall(element, named, positional);
  }

  #loseCall(
    element: Extract<Element, { kind: 'command' }>,
    named: ReadonlyMap<string, Folded | undefined>,
    positional: readonly (Folded | undefined)[],
  ): undefined {
    for (const folded of [...named.values(), ...positional]) this.#expressions.tell(element.at, element.end, folded);
    return undefined;
  }

  #arguments(
    args: readonly Argument[],
    named: Map<string, Folded | undefined>,
    positional: (Folded | undefined)[],
  ): void {
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      if (arg === undefined) continue;
      if (arg.kind === 'value') {
        const value = arg.value;
        if (value.kind === 'variable' && value.isSplat) this.#splat(this.#scope.values.get(value.name)?.value, named);
        else positional.push(this.#expressions.fold(value));
        continue;
      }
      if (arg.value !== undefined) {
        named.set(arg.name, this.#expressions.fold(arg.value));
        continue;
      }
      const next = args[i + 1];
      if (next?.kind === 'value' && !(next.value.kind === 'variable' && next.value.isSplat)) {
        named.set(arg.name, this.#expressions.fold(next.value));
        i++;
      } else named.set(arg.name, undefined);
    }
  }

  #splat(value: PsValue | undefined, named: Map<string, Folded | undefined>): void {
    if (value === undefined || !isTable(value)) return;
    for (const [key, entry] of value) {
      if (!named.has(key)) named.set(key, entry.value === undefined ? undefined : { value: entry.value, steps: [] });
    }
  }

  #forEach(call: Call): Folded | undefined {
    const block = call.named.get('process') ?? call.positional[0];
    const body = block?.value;
    if (body === undefined || typeof body !== 'object' || !('kind' in body) || body.kind !== 'block') return undefined;
    const outer = this.#scope.values;
    const items = call.input === undefined ? undefined : itemsOf(call.input.value);
    if (items === undefined || items.length > MAX_PIPED) {
      this.#scope.values = new Map(outer);
      this.#scope.values.set('_', undefined);
      this.run(body.body);
      this.#scope.values = outer;
      return undefined;
    }
    const made: PsValue[] = [];
    const operations = new Set<string>();
    const quiet = new PowerShellFolder(this.#budget, items.length > 1 ? {} : this.#listener);
    for (const item of items) {
      if (!this.#budget.spend(16 + outer.size)) return undefined;
      quiet.#scope.values = new Map(outer);
      quiet.#scope.values.set('_', { value: item, steps: [] });
      quiet.#scope.values.set('psitem', { value: item, steps: [] });
      const value = quiet.run(body.body);
      if (value === undefined) return undefined;
      for (const step of value.steps) operations.add(step.operation);
      made.push(value.value);
    }
    const operation = operations.has('xor') ? 'xor' : [...operations][0];
    const text = joinItems(made, '', this.#budget);
    const steps = call.input?.steps ?? [];
    if (operation === undefined || text === undefined) return { value: made, steps };
    return { value: made, steps: addStep(steps, operation, text) };
  }

  #inline(
    body: { readonly parameters: readonly Parameter[]; readonly body: readonly Statement[] },
    call: Call,
  ): Folded | undefined {
    const outer = this.#scope.values;
    const scope = new Map(outer);
    const rest = [...call.positional];
    for (const parameter of body.parameters) {
      const given = [...call.named.keys()].find((name) => name === parameter.name || parameter.name.startsWith(name));
      if (given !== undefined) scope.set(parameter.name, call.named.get(given) ?? { value: true, steps: [] });
      else if (rest.length > 0) scope.set(parameter.name, rest.shift());
      else
        scope.set(
          parameter.name,
          parameter.initial === undefined ? undefined : this.#expressions.fold(parameter.initial),
        );
    }
    scope.set('args', {
      value: call.positional.flatMap((item) => (item === undefined ? [] : [item.value])),
      steps: [],
    });
    this.#scope.values = scope;
    this.#inlined++;
    const value = this.run(body.body);
    this.#inlined--;
    this.#scope.values = outer;
    return value;
  }

  /** Commands that run what they are given. */
  #runningCommand(call: Call, element: Extract<Element, { kind: 'command' }>, isFirst: boolean): Folded | undefined {
    const [first] = call.positional;
    if (call.name === 'invoke-expression') {
      const code = call.named.get('command') ?? first ?? (isFirst ? undefined : call.input);
      this.#listener.onRun?.(element.at, element.end, code);
      return undefined;
    }
    if (call.name === 'foreach-object') return this.#forEach(call);
    if (call.name !== 'invoke-command') return undefined;
    const block = (call.named.get('scriptblock') ?? first)?.value;
    if (typeof block !== 'object' || !('kind' in block) || block.kind !== 'block') return undefined;
    const leave = this.#listener.onBlock?.(call);
    this.run(block.body);
    leave?.();
    return undefined;
  }
}
