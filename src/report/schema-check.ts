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

export class SchemaCheck {
  readonly #definitions: Readonly<Record<string, Schema>>;
  readonly #patterns = new Map<string, RegExp>();

  /** `common` is the text of `schemas/common.schema.json`; a keyword that this class does not know is a bug and throws. */
  constructor(common: string) {
    const parsed = JSON.parse(common) as { readonly $defs: Readonly<Record<string, Schema>> };
    this.#definitions = parsed.$defs;
    for (const schema of Object.values(parsed.$defs)) requireKnown(schema);
  }

  /** What is wrong with the value, with its path, or undefined; `extra` keys may stand beside those of the definition. */
  problem(name: string, value: unknown, extra: ReadonlySet<string>): string | undefined {
    const schema = this.#named(name);
    return this.#wrong(schema, value, '') ?? this.#unknownKey(schema, value, extra, '');
  }

  #named(name: string): Schema {
    const schema = this.#definitions[name];
    if (schema === undefined) throw new Error(`no definition ${name} in the common schema`);
    return schema;
  }

  #wrong(schema: Schema, value: unknown, path: string): string | undefined {
    if (schema.$ref !== undefined) {
      const target = this.#named(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1));
      const problem = this.#wrong(target, value, path);
      if (problem !== undefined || schema.unevaluatedProperties !== false) return problem;
      return this.#unknownKey(target, value, new Set(), path);
    }
    if (schema.anyOf !== undefined) {
      const problems = schema.anyOf.map((choice) => this.#wrong(choice, value, path));
      return problems.includes(undefined) ? undefined : problems[0];
    }
    if (schema.type !== undefined && ![schema.type].flat().some((type) => isOfType(type, value))) {
      return `${at(path)} is not ${a([schema.type].flat().join(' or '))}`;
    }
    if (schema.enum !== undefined && !schema.enum.includes(value)) {
      return `${at(path)} is not one of ${schema.enum.join(', ')}`;
    }
    if (schema.const !== undefined && value !== schema.const) return `${at(path)} is not ${String(schema.const)}`;
    if (typeof value === 'string' && schema.pattern !== undefined && !this.#pattern(schema.pattern).test(value)) {
      return `${at(path)} does not have the form ${schema.pattern}`;
    }
    if (typeof value === 'number') {
      if (schema.minimum !== undefined && value < schema.minimum) return `${at(path)} is less than ${schema.minimum}`;
      if (schema.maximum !== undefined && value > schema.maximum) return `${at(path)} is more than ${schema.maximum}`;
    }
    if (Array.isArray(value)) return this.#wrongItems(schema, value, path);
    return typeof value === 'object' && value !== null ? this.#wrongKeys(schema, value, path) : undefined;
  }

  #wrongItems(schema: Schema, items: readonly unknown[], path: string): string | undefined {
    if (schema.minItems !== undefined && items.length < schema.minItems) return `${at(path)} has too few items`;
    if (schema.maxItems !== undefined && items.length > schema.maxItems) return `${at(path)} has too many items`;
    for (const [index, item] of items.entries()) {
      const place = `${path}[${index}]`;
      const own = schema.prefixItems?.[index] ?? schema.items;
      if (own === false) return `${at(path)} has too many items`;
      const problem = own === undefined ? undefined : this.#wrong(own, item, place);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #wrongKeys(schema: Schema, value: object, path: string): string | undefined {
    const properties = schema.properties ?? {};
    for (const name of schema.required ?? []) {
      if (!Object.hasOwn(value, name)) return `${at(child(path, name))} is missing`;
    }
    for (const [name, item] of Object.entries(value)) {
      const own = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
      if (own === false) return `${at(child(path, name))} is not known`;
      const problem = own === undefined ? undefined : this.#wrong(own, item, child(path, name));
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #unknownKey(schema: Schema, value: unknown, extra: ReadonlySet<string>, path: string): string | undefined {
    if (typeof value !== 'object' || value === null || schema.properties === undefined) return undefined;
    const properties = schema.properties;
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(properties, name) && !extra.has(name));
    return unknown === undefined ? undefined : `${at(child(path, unknown))} is not known`;
  }

  #pattern(source: string): RegExp {
    const known = this.#patterns.get(source);
    if (known !== undefined) return known;
    const pattern = new RegExp(source, 'u');
    this.#patterns.set(source, pattern);
    return pattern;
  }
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

function at(path: string): string {
  return path === '' ? 'the object' : path;
}

function child(path: string, name: string): string {
  const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME).toWellFormed()}…` : name;
  return path === '' ? short : `${path}.${short}`;
}
