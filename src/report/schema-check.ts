/**
 * Checks values by the project's own JSON Schemas, which describe the output (L29): what is read back is held to the same
 * text as what was written. It knows the keywords that these schemas use and no others.
 */

/** The part of JSON Schema 2020-12 that `schemas/common.schema.json` is written in. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly unevaluatedProperties?: false;
  readonly anyOf?: readonly Schema[];
  readonly description?: string;
}

const KEYWORDS: ReadonlySet<string> = new Set([
  '$ref',
  'type',
  'enum',
  'const',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'items',
  'prefixItems',
  'properties',
  'required',
  'additionalProperties',
  'unevaluatedProperties',
  'anyOf',
  'description',
]);

/** Text of an error holds at most this much of a name from the file. */
const MAX_NAME = 60;

/** A schema as it is walked: references resolved, names in maps. */
interface Rule {
  readonly ref?: () => Rule;
  /** Of a reference: no key beside those of its target. */
  readonly isClosed: boolean;
  readonly any: readonly Rule[];
  readonly types: readonly string[];
  readonly values: ReadonlySet<unknown> | undefined;
  readonly pattern: RegExp | undefined;
  readonly minimum: number;
  readonly maximum: number;
  readonly minItems: number;
  readonly maxItems: number;
  readonly prefix: readonly Rule[];
  readonly items: Rule | false | undefined;
  readonly keys: ReadonlyMap<string, Rule>;
  readonly required: readonly string[];
  readonly others: Rule | false | undefined;
}

/** What is wrong, and where inside the value; the path is put together only for a value that is wrong. */
interface Fault {
  readonly text: string;
  readonly path: string;
}

export class SchemaCheck {
  readonly #rules: ReadonlyMap<string, Rule>;

  /** `common` is the text of `schemas/common.schema.json`; a keyword that this class does not know is a bug and throws. */
  constructor(common: string) {
    const { $defs } = JSON.parse(common) as { readonly $defs: Readonly<Record<string, Schema>> };
    for (const schema of Object.values($defs)) requireKnown(schema);
    const rules = new Map<string, Rule>();
    const named = (name: string): Rule => {
      const rule = rules.get(name);
      if (rule === undefined) throw new Error(`no definition ${name} in the common schema`);
      return rule;
    };
    for (const [name, schema] of Object.entries($defs)) rules.set(name, ruleOf(schema, named));
    this.#rules = rules;
  }

  /** What is wrong with the value, with its path, or undefined; `extra` keys may stand beside those of the definition. */
  problem(name: string, value: unknown, extra: ReadonlySet<string>): string | undefined {
    const rule = this.#rules.get(name);
    if (rule === undefined) throw new Error(`no definition ${name} in the common schema`);
    const fault = faultOf(rule, value) ?? unknownKey(rule, value, extra);
    if (fault === undefined) return undefined;
    return `${fault.path === '' ? 'the object' : fault.path} ${fault.text}`;
  }
}

function ruleOf(schema: Schema, named: (name: string) => Rule): Rule {
  const { $ref, items, additionalProperties: others } = schema;
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  return {
    ...($ref === undefined ? {} : { ref: () => named($ref.slice($ref.lastIndexOf('/') + 1)) }),
    isClosed: schema.unevaluatedProperties === false,
    any: (schema.anyOf ?? []).map((choice) => ruleOf(choice, named)),
    types: schema.type === undefined ? [] : [schema.type].flat(),
    values: values === undefined ? undefined : new Set(values),
    pattern: schema.pattern === undefined ? undefined : new RegExp(schema.pattern, 'u'),
    minimum: schema.minimum ?? Number.NEGATIVE_INFINITY,
    maximum: schema.maximum ?? Number.POSITIVE_INFINITY,
    minItems: schema.minItems ?? 0,
    maxItems: schema.maxItems ?? Number.POSITIVE_INFINITY,
    prefix: (schema.prefixItems ?? []).map((item) => ruleOf(item, named)),
    items: items === undefined || items === false ? items : ruleOf(items, named),
    keys: new Map(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, ruleOf(part, named)])),
    required: schema.required ?? [],
    others: others === undefined || others === false ? others : ruleOf(others, named),
  };
}

function here(text: string): Fault {
  return { text, path: '' };
}

/** The fault with the name of what holds the value in front of its path. */
function inside(fault: Fault, name: string): Fault {
  const between = fault.path === '' || fault.path.startsWith('[') ? '' : '.';
  return { text: fault.text, path: `${name}${between}${fault.path}` };
}

function faultOf(rule: Rule, value: unknown): Fault | undefined {
  if (rule.ref !== undefined) {
    const target = rule.ref();
    return faultOf(target, value) ?? (rule.isClosed ? unknownKey(target, value, NO_KEYS) : undefined);
  }
  if (rule.any.length > 0) {
    let first: Fault | undefined;
    for (const choice of rule.any) {
      const fault = faultOf(choice, value);
      if (fault === undefined) return undefined;
      first ??= fault;
    }
    return first;
  }
  const { types } = rule;
  if (types.length > 0 && !types.some((type) => isOfType(type, value))) return here(`is not ${a(types.join(' or '))}`);
  if (rule.values !== undefined && !rule.values.has(value)) return here(`is not one of ${[...rule.values].join(', ')}`);
  if (typeof value === 'string') {
    if (rule.pattern === undefined || rule.pattern.test(value)) return undefined;
    return here(`does not have the form ${rule.pattern.source}`);
  }
  if (typeof value === 'number') {
    if (value < rule.minimum) return here(`is less than ${rule.minimum}`);
    return value > rule.maximum ? here(`is more than ${rule.maximum}`) : undefined;
  }
  if (Array.isArray(value)) return faultOfItems(rule, value);
  return typeof value === 'object' && value !== null ? faultOfKeys(rule, value) : undefined;
}

const NO_KEYS: ReadonlySet<string> = new Set();

function faultOfItems(rule: Rule, items: readonly unknown[]): Fault | undefined {
  if (items.length < rule.minItems) return here('has too few items');
  if (items.length > rule.maxItems) return here('has too many items');
  for (let index = 0; index < items.length; index++) {
    const own = rule.prefix[index] ?? rule.items;
    if (own === false) return here('has too many items');
    const fault = own === undefined ? undefined : faultOf(own, items[index]);
    if (fault !== undefined) return inside(fault, `[${index}]`);
  }
  return undefined;
}

function faultOfKeys(rule: Rule, value: object): Fault | undefined {
  for (const name of rule.required) if (!Object.hasOwn(value, name)) return inside(here('is missing'), name);
  for (const [name, item] of Object.entries(value)) {
    const own = rule.keys.get(name) ?? rule.others;
    if (own === false) return inside(here('is not known'), short(name));
    const fault = own === undefined ? undefined : faultOf(own, item);
    if (fault !== undefined) return inside(fault, short(name));
  }
  return undefined;
}

function unknownKey({ keys }: Rule, value: unknown, extra: ReadonlySet<string>): Fault | undefined {
  if (typeof value !== 'object' || value === null || keys.size === 0) return undefined;
  const unknown = Object.keys(value).find((name) => !keys.has(name) && !extra.has(name));
  return unknown === undefined ? undefined : inside(here('is not known'), short(unknown));
}

function requireKnown(schema: Schema): void {
  const unknown = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  if (unknown !== undefined) throw new Error(`the keyword ${unknown} of the common schema is not checked`);
  const parts: readonly (Schema | false | undefined)[] = [
    schema.items,
    schema.additionalProperties,
    ...(schema.prefixItems ?? []),
    ...(schema.anyOf ?? []),
    ...Object.values(schema.properties ?? {}),
  ];
  for (const part of parts) if (part !== undefined && part !== false) requireKnown(part);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  return typeof value === type;
}

function a(type: string): string {
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function short(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME).toWellFormed()}…` : name;
}
