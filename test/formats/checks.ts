import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')) as T;
}

type Json = Readonly<Record<string, unknown>>;

interface OcsfAttribute {
  readonly type: string;
  readonly array?: true;
  readonly required?: true;
  readonly profile?: string;
  readonly enum?: Readonly<Record<string, string>>;
}

interface OcsfType {
  readonly type?: string;
  readonly max_len?: number;
  readonly regex?: string;
  readonly range?: readonly [number, number];
}

interface OcsfObject {
  readonly attributes: Readonly<Record<string, OcsfAttribute>>;
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
}

interface OcsfSchema {
  readonly class: OcsfObject;
  readonly objects: Readonly<Record<string, OcsfObject>>;
  readonly types: Readonly<Record<string, OcsfType>>;
}

const OCSF = fixture<OcsfSchema>('ocsf-1.3.0.json');

/** What is wrong with a document of class 2004 by the compiled schema, a line each with its place. */
export function ocsfProblems(document: Json): readonly string[] {
  const { profiles = [] } = document['metadata'] as { readonly profiles?: readonly string[] };
  return objectProblems(document, OCSF.class, '', profiles);
}

function objectProblems(value: Json, of: OcsfObject, at: string, profiles: readonly string[]): readonly string[] {
  const problems: string[] = [];
  for (const [name, attribute] of Object.entries(of.attributes)) {
    const isOn = attribute.profile === undefined || profiles.includes(attribute.profile);
    if (attribute.required === true && isOn && !(name in value)) problems.push(`${at}.${name}: missing`);
  }
  const some = of.constraints?.at_least_one;
  if (some !== undefined && !some.some((name) => name in value)) problems.push(`${at}: none of ${some.join(', ')}`);
  for (const [name, item] of Object.entries(value)) {
    const attribute = of.attributes[name];
    const place = `${at}.${name}`;
    if (attribute === undefined) problems.push(`${place}: no attribute of 1.3.0`);
    else if (attribute.profile !== undefined && !profiles.includes(attribute.profile))
      problems.push(`${place}: profile ${attribute.profile} is not on`);
    else if (attribute.array === true)
      problems.push(
        ...(Array.isArray(item)
          ? item.flatMap((one, index) => valueProblems(one, attribute, `${place}[${index}]`, profiles))
          : [`${place}: no list`]),
      );
    else problems.push(...valueProblems(item, attribute, place, profiles));
  }
  return problems;
}

function valueProblems(
  value: unknown,
  attribute: OcsfAttribute,
  at: string,
  profiles: readonly string[],
): readonly string[] {
  if (attribute.enum !== undefined && !(String(value) in attribute.enum))
    return [`${at}: ${String(value)} is not in the enum`];
  if (!attribute.type.startsWith('object:')) return scalarProblems(value, attribute.type, at);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`];
  const name = attribute.type.slice('object:'.length);
  if (name === 'object') return [];
  const of = OCSF.objects[name];
  return of === undefined
    ? [`${at}: object ${name} is not in the fixture`]
    : objectProblems(value as Json, of, at, profiles);
}

function scalarProblems(value: unknown, type: string, at: string): readonly string[] {
  if (type === 'json_t') return [];
  const { type: base = type, max_len, regex, range } = OCSF.types[type] ?? {};
  if (base === 'integer_t' || base === 'long_t')
    return Number.isSafeInteger(value) &&
      (base === 'long_t' || Math.abs(value as number) < 2 ** 32) &&
      inRange(value as number, range)
      ? []
      : [`${at}: ${String(value)} is no ${type}`];
  if (base === 'boolean_t') return typeof value === 'boolean' ? [] : [`${at}: no boolean`];
  if (base !== 'string_t') return [`${at}: type ${type} is not checked`];
  if (typeof value !== 'string' || !value.isWellFormed()) return [`${at}: no text`];
  if (value.length > (max_len ?? Number.POSITIVE_INFINITY)) return [`${at}: too long`];
  return regex === undefined || new RegExp(regex).test(value) ? [] : [`${at}: ${value} is no ${type}`];
}

function inRange(value: number, range: readonly [number, number] | undefined): boolean {
  return range === undefined || (value >= range[0] && value <= range[1]);
}

interface EcsFields {
  readonly allowed: Readonly<Record<string, readonly string[]>>;
  readonly fields: Readonly<Record<string, string>>;
}

const ECS = fixture<EcsFields>('ecs-8.17.0.json');

/** What is wrong with a document by the list of fields: unknown ones outside of `triad`, types, lists, and allowed words. */
export function ecsProblems(document: Json): readonly string[] {
  const missing = ['@timestamp', 'ecs.version', 'event.kind', 'event.category', 'event.type', 'message'].filter(
    (name) => name.split('.').reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document) === undefined,
  );
  return [...missing.map((name) => `${name}: missing`), ...fieldProblems(document, '')];
}

function fieldProblems(value: Json, above: string): readonly string[] {
  return Object.entries(value).flatMap(([key, item]) => {
    const name = above === '' ? key : `${above}.${key}`;
    if (name === 'triad') return [];
    const field = ECS.fields[name];
    if (field === undefined)
      return typeof item === 'object' && item !== null && !Array.isArray(item)
        ? fieldProblems(item as Json, name)
        : [`${name}: no field of ECS`];
    const isList = field.endsWith('[]');
    if (isList !== Array.isArray(item)) return [`${name}: ${isList ? 'is' : 'is no'} list`];
    const type = field.replace('[]', '');
    return (isList ? (item as readonly unknown[]) : [item]).flatMap((one) => ecsValueProblems(one, type, name));
  });
}

function ecsValueProblems(value: unknown, type: string, name: string): readonly string[] {
  const allowed = ECS.allowed[name];
  if (allowed !== undefined && !allowed.includes(String(value))) return [`${name}: ${String(value)} is not allowed`];
  const isRight =
    type === 'long'
      ? Number.isSafeInteger(value)
      : type === 'float'
        ? typeof value === 'number'
        : type === 'date'
          ? typeof value === 'string' && !Number.isNaN(Date.parse(value))
          : typeof value === 'string';
  return isRight ? [] : [`${name}: ${String(value)} is no ${type}`];
}

export interface StixBundle {
  readonly type: string;
  readonly id: string;
  readonly objects: readonly (Json & { readonly type: string; readonly id: string })[];
}

const STIX = fixture<{ readonly schemas: Readonly<Record<string, Json>> }>('stix-2.1.json').schemas;

/** The published schemas by path, for a validator that reads them from a folder. */
export const STIX_SCHEMAS: Readonly<Record<string, Json>> = STIX;

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false, unicodeRegExp: false });
for (const schema of Object.values(STIX)) ajv.addSchema(schema);
const CUSTOM = 'common/cyber-observable-core.json';

/** What is wrong with a bundle: each object by its schema, ids twice, references that lead nowhere. */
export function stixProblems({ type, objects }: StixBundle): readonly string[] {
  const ids = new Set(objects.map(({ id }) => id));
  const problems = type === 'bundle' ? [] : ['no bundle'];
  if (ids.size !== objects.length) problems.push('an id stands twice');
  for (const object of objects) {
    const path = Object.keys(STIX).find((name) => name.endsWith(`/${object.type}.json`)) ?? CUSTOM;
    const id = String(STIX[path]?.['$id']);
    if (ajv.validate(id, object) !== true) problems.push(`${object.id}: ${ajv.errorsText()}`);
    for (const reference of referencesOf(object))
      if (!ids.has(reference) && !reference.startsWith('marking-definition--'))
        problems.push(`${object.id}: ${reference} is not there`);
  }
  return problems;
}

function referencesOf(object: Json): readonly string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (key.endsWith('_ref')) return [String(value)];
    return key.endsWith('_refs') ? (value as readonly string[]) : [];
  });
}
