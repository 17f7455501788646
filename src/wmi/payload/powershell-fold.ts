import type { Budget } from './budget.ts';
import { addStep, type FoldStep, longest } from './fold-step.ts';
import { callMethod, callStatic, construct, encodingName } from './powershell-method.ts';
import { commandName, KNOWN_VARIABLES, matchName } from './powershell-names.ts';
import { cast, indexed, joinItems, operate, withStep } from './powershell-operate.ts';
import type { Argument, Element, Expression, Parameter, Statement } from './powershell-tree.ts';
import { type Folded, isArray, isTable, itemsOf, type PsValue, type Table, textOf } from './powershell-value.ts';

/** A command that runs, with what is constant in it. */
export interface Call {
  /** Full lower-case name (`set-wmiinstance`), or the text after `&`. */
  readonly name: string;
  /** Named arguments, splatted tables included; lower-case names as written. A switch has no value. */
  readonly named: ReadonlyMap<string, Folded | undefined>;
  /** Arguments without a name; undefined for one that is not constant. */
  readonly positional: readonly (Folded | undefined)[];
  /** What the pipeline brings. */
  readonly input: Folded | undefined;
  readonly at: number;
  readonly end: number;
}

/** What a reader of a script wants to hear of while it is folded. */
export interface Listener {
  /** The largest expression at this place that is constant and was built or decoded. */
  onFold?(at: number, end: number, steps: readonly FoldStep[]): void;
  /** A text that the script runs as code. Undefined text: what runs is not constant. */
  onRun?(at: number, end: number, folded: Folded | undefined): void;
  /** A command; a value that is returned becomes the result. */
  onCall?(call: Call): Folded | undefined;
  /** A property is set on a value. */
  onSet?(target: Folded, name: string, value: Folded | undefined): void;
  /** A method of an object or class that this room knows nothing about; a value returned becomes the result. */
  onMethod?(target: Folded, name: string, args: readonly Folded[] | undefined, at: number): Folded | undefined;
  /** `[type]"text"` of a type that is not a plain conversion. */
  onCast?(type: string, operand: Folded): Folded | undefined;
}

const MAX_PIPED = 100_000;
const MAX_INLINE = 4;
/** How deep members, calls and brackets of one expression are followed. */
const MAX_FOLD_DEPTH = 256;

type Scope = Map<string, Folded | undefined>;

/**
 * Folds the constants of a script: straight through the statements, variables followed while their value is certain. A
 * loop is read once and leaves what it assigns unknown. Functions are entered only where they are called. Nothing is run.
 */
export class PowerShellFolder {
  readonly #budget: Budget;
  readonly #listener: Listener;
  readonly #functions: Map<string, { readonly parameters: readonly Parameter[]; readonly body: readonly Statement[] }> =
    new Map();
  #scope: Scope = new Map();
  #inlined = 0;
  #depth = 0;

  constructor(budget: Budget, listener: Listener) {
    this.#budget = budget;
    this.#listener = listener;
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
      const value = this.#statement(statement);
      if (statement.kind === 'pipeline') {
        last = value;
        this.#tell(statement.at, statement.end, value);
      }
    }
    return last;
  }

  #tell(at: number, end: number, folded: Folded | undefined): void {
    if (folded !== undefined && folded.steps.length > 0) this.#listener.onFold?.(at, end, folded.steps);
  }

  /** Reports the parts of something that has no constant value itself; gives undefined. */
  #lose(...parts: readonly (readonly [Expression, Folded | undefined])[]): undefined {
    for (const [expression, folded] of parts) this.#tell(expression.at, expression.end, folded);
    return undefined;
  }

  #statement(statement: Statement): Folded | undefined {
    switch (statement.kind) {
      case 'pipeline':
        return this.#pipeline(statement.elements);
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
      const value = this.#statement(condition);
      if (condition.kind === 'pipeline') this.#tell(condition.at, condition.end, value);
    }
    const isCertain = statement.word === 'try' || statement.word === 'begin' || statement.word === 'process';
    for (const body of statement.bodies) {
      const before = new Map(this.#scope);
      this.run(body);
      if (isCertain || statement.word === 'end' || statement.word === 'finally') continue;
      for (const [name, value] of this.#scope) {
        if (before.has(name) && before.get(name) !== value) this.#scope.set(name, undefined);
      }
    }
    return undefined;
  }

  #assign(statement: Extract<Statement, { kind: 'assignment' }>): Folded | undefined {
    const { target, operator } = statement;
    const value = this.#statement(statement.value);
    if (statement.value.kind === 'pipeline') this.#tell(statement.value.at, statement.value.end, value);
    const inner = target.kind === 'cast' ? target.operand : target;
    if (inner.kind === 'variable') {
      const before = this.#scope.get(inner.name);
      let after = value;
      if (operator !== '=') {
        after =
          before === undefined || value === undefined
            ? undefined
            : operate(operator.slice(0, -1), before, value, this.#budget);
      } else if (target.kind === 'cast' && value !== undefined) {
        after = cast(target.type, value, this.#budget) ?? value;
      }
      this.#scope.set(
        inner.name,
        after === undefined ? undefined : { value: after.value, steps: after.steps.slice(-1) },
      );
      return undefined;
    }
    if (inner.kind === 'member' && inner.args === undefined) {
      const owner = this.#fold(inner.target);
      const name = this.#name(inner.name);
      if (owner !== undefined && name !== undefined) {
        if (isTable(owner.value)) owner.value.set(name.toLowerCase(), { key: name, value: value?.value });
        else this.#listener.onSet?.(owner, name, value);
      }
      return undefined;
    }
    if (inner.kind === 'index') {
      const owner = this.#fold(inner.target);
      const key = this.#fold(inner.index);
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
          this.#scope.set(item.name, part === undefined ? undefined : { value: part, steps: [] });
      });
    }
    return undefined;
  }

  #name(expression: Expression): string | undefined {
    const folded = this.#fold(expression);
    return folded === undefined ? undefined : textOf(folded.value);
  }

  #pipeline(elements: readonly Element[]): Folded | undefined {
    let input: Folded | undefined;
    let isFirst = true;
    for (const element of elements) {
      const value =
        element.kind === 'expression' ? this.#fold(element.expression) : this.#command(element, input, isFirst);
      if (value === undefined && !isFirst && input !== undefined) this.#tell(element.at, element.end, input);
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
    const target = this.#fold(element.name);
    if (
      target !== undefined &&
      typeof target.value === 'object' &&
      'kind' in target.value &&
      target.value.kind === 'block'
    ) {
      return this.run(target.value.body);
    }
    const name = target === undefined ? undefined : textOf(target.value);
    if (target !== undefined) this.#tell(element.name.at, element.name.end, target);
    this.#arguments(element.args, named, positional);
    if (element.invocation !== '') this.#listener.onRun?.(element.at, element.end, target);
    if (name === undefined) return this.#loseCall(element, named, positional);
    const full = commandName(name);
    const call: Call = { name: full, named, positional, input, at: element.at, end: element.end };
    const known = this.#listener.onCall?.(call);
    if (known !== undefined) return known;
    const value = this.#knownCommand(call, element, isFirst);
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
    for (const folded of [...named.values(), ...positional]) this.#tell(element.at, element.end, folded);
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
        if (value.kind === 'variable' && value.isSplat) this.#splat(this.#scope.get(value.name)?.value, named);
        else positional.push(this.#fold(value));
        continue;
      }
      if (arg.value !== undefined) {
        named.set(arg.name, this.#fold(arg.value));
        continue;
      }
      const next = args[i + 1];
      if (next?.kind === 'value' && !(next.value.kind === 'variable' && next.value.isSplat)) {
        named.set(arg.name, this.#fold(next.value));
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

  #knownCommand(call: Call, element: Extract<Element, { kind: 'command' }>, isFirst: boolean): Folded | undefined {
    const [first] = call.positional;
    switch (call.name) {
      case 'invoke-expression': {
        const code = call.named.get('command') ?? first ?? (isFirst ? undefined : call.input);
        this.#listener.onRun?.(element.at, element.end, code);
        return undefined;
      }
      case 'foreach-object':
        return this.#forEach(call);
      case 'invoke-command': {
        const block = call.named.get('scriptblock') ?? first;
        if (
          block !== undefined &&
          typeof block.value === 'object' &&
          'kind' in block.value &&
          block.value.kind === 'block'
        ) {
          this.run(block.value.body);
        }
        return undefined;
      }
      case 'write-output':
        return first ?? call.input;
      case 'out-string':
      case 'out-null':
        return call.name === 'out-null' ? undefined : call.input;
      case 'get-command':
      case 'get-alias': {
        const wanted = first === undefined ? undefined : textOf(first.value);
        if (first === undefined || wanted === undefined) return undefined;
        const found = /[*?]/.test(wanted) ? matchName(wanted, 'command') : wanted;
        return found === undefined ? undefined : { value: found, steps: first.steps };
      }
      case 'get-variable': {
        const wanted = first === undefined ? undefined : textOf(first.value);
        if (wanted === undefined) return undefined;
        if (call.named.has('valueonly') || call.named.has('value') || call.named.has('v')) {
          return this.#variable(wanted.toLowerCase());
        }
        const found = matchName(wanted, 'variable') ?? wanted;
        const entries: Table = new Map([['name', { key: 'Name', value: found }]]);
        const value = this.#variable(found.toLowerCase());
        if (value !== undefined) entries.set('value', { key: 'Value', value: value.value });
        return { value: entries, steps: [] };
      }
      case 'set-variable':
      case 'new-variable': {
        const variable = call.named.get('name') ?? first;
        const given = call.named.get('value') ?? (call.named.has('name') ? first : call.positional[1]);
        const name = variable === undefined ? undefined : textOf(variable.value);
        if (name !== undefined) this.#scope.set(name.toLowerCase(), given);
        return undefined;
      }
      case 'new-object': {
        const type = textOf((call.named.get('typename') ?? first)?.value ?? []);
        const rest = call.named.get('argumentlist') ?? (call.named.has('typename') ? first : call.positional[1]);
        if (type === undefined || rest === undefined) return undefined;
        const list = isArray(rest.value) ? rest.value : [rest.value];
        return construct(
          type,
          list.map((value) => ({ value, steps: rest.steps })),
          this.#budget,
        );
      }
      default:
        return undefined;
    }
  }

  #forEach(call: Call): Folded | undefined {
    const block = call.named.get('process') ?? call.positional[0];
    const body = block?.value;
    if (body === undefined || typeof body !== 'object' || !('kind' in body) || body.kind !== 'block') return undefined;
    const outer = this.#scope;
    const items = call.input === undefined ? undefined : itemsOf(call.input.value);
    if (items === undefined || items.length > MAX_PIPED) {
      this.#scope = new Map(outer);
      this.#scope.set('_', undefined);
      this.run(body.body);
      this.#scope = outer;
      return undefined;
    }
    const made: PsValue[] = [];
    const operations = new Set<string>();
    const quiet = new PowerShellFolder(this.#budget, items.length > 1 ? {} : this.#listener);
    for (const item of items) {
      if (!this.#budget.spend(16 + outer.size)) return undefined;
      quiet.#scope = new Map(outer);
      quiet.#scope.set('_', { value: item, steps: [] });
      quiet.#scope.set('psitem', { value: item, steps: [] });
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
    const outer = this.#scope;
    const scope: Scope = new Map(outer);
    const rest = [...call.positional];
    for (const parameter of body.parameters) {
      const given = [...call.named.keys()].find((name) => name === parameter.name || parameter.name.startsWith(name));
      if (given !== undefined) scope.set(parameter.name, call.named.get(given) ?? { value: true, steps: [] });
      else if (rest.length > 0) scope.set(parameter.name, rest.shift());
      else scope.set(parameter.name, parameter.initial === undefined ? undefined : this.#fold(parameter.initial));
    }
    scope.set('args', {
      value: call.positional.flatMap((item) => (item === undefined ? [] : [item.value])),
      steps: [],
    });
    this.#scope = scope;
    this.#inlined++;
    const value = this.run(body.body);
    this.#inlined--;
    this.#scope = outer;
    return value;
  }

  #variable(name: string): Folded | undefined {
    if (this.#scope.has(name)) return this.#scope.get(name);
    const known = KNOWN_VARIABLES.get(name);
    return known === undefined ? undefined : { value: known, steps: [] };
  }

  #fold(expression: Expression): Folded | undefined {
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
        return this.#variable(expression.name);
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
        const operand = this.#fold(expression.operand);
        const made =
          operand === undefined
            ? undefined
            : (this.#listener.onCast?.(expression.type, operand) ?? cast(expression.type, operand, this.#budget));
        return made ?? this.#lose([expression.operand, operand]);
      }
      case 'index': {
        const target = this.#fold(expression.target);
        const index = this.#fold(expression.index);
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
    let left = this.#fold(first);
    let leftSide: Expression = first;
    for (const link of chain.reverse()) {
      if (!this.#budget.spend()) return undefined;
      const right = this.#fold(link.right);
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
      const folded = this.#fold(part);
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
    const parts = expression.items.map((item): [Expression, Folded | undefined] => [item, this.#fold(item)]);
    const values: PsValue[] = [];
    for (const [, folded] of parts) if (folded !== undefined) values.push(folded.value);
    if (values.length < parts.length) return this.#lose(...parts);
    return { value: values, steps: longest(...parts.map(([, folded]) => folded?.steps ?? [])) };
  }

  #table(expression: Extract<Expression, { kind: 'table' }>): Folded {
    const table: Table = new Map();
    for (const [key, statement] of expression.entries) {
      const name = this.#name(key);
      const value = this.#statement(statement);
      if (statement.kind === 'pipeline') this.#tell(statement.at, statement.end, value);
      if (name !== undefined && table.size < 1000) table.set(name.toLowerCase(), { key: name, value: value?.value });
    }
    return { value: table, steps: [] };
  }

  #group(expression: Extract<Expression, { kind: 'group' }>): Folded | undefined {
    const [only] = expression.body;
    if (expression.body.length === 1 && only?.kind === 'pipeline') {
      const value = this.#pipeline(only.elements);
      if (expression.form === '@' && value !== undefined) return { value: itemsOf(value.value), steps: value.steps };
      return value;
    }
    if (expression.body.length === 1 && only?.kind === 'assignment' && only.target.kind === 'variable') {
      this.#statement(only);
      return this.#scope.get(only.target.name);
    }
    if (expression.body.length === 0) return expression.form === '@' ? { value: [], steps: [] } : undefined;
    return this.run(expression.body);
  }

  #unary(expression: Extract<Expression, { kind: 'unary' }>): Folded | undefined {
    const operand = this.#fold(expression.operand);
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
    const target = this.#fold(expression.target);
    const name = this.#name(expression.name)?.toLowerCase();
    const args = expression.args?.map((item): [Expression, Folded | undefined] => [item, this.#fold(item)]);
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
    return name.kind === 'constant' ? undefined : this.#fold(name);
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
        this.#scope.set(variable.name, withStep([...list.value].reverse(), list.steps, 'reverse'));
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
