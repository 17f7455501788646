/**
 * What of an OpenAPI document a client may rest on, and a later one has not any more (SERVE 6). Read for documents as `openApiDocument`
 * makes them: parts that it does not write are compared by their text. New paths, methods, statuses, fields of answers, optional fields of
 * requests and values of an enumeration are no breaking change: a client passes over what it does not know.
 */

type Json = Readonly<Record<string, unknown>>;
/** Who reads what a schema describes: the server, which may not ask for more, or a client, which may not be given less. */
type Side = 'request' | 'answer';

const METHODS: readonly string[] = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** Sentences, each with its place; none where whoever speaks to the old server can speak to the new one. */
export function breakingChanges(before: Json, after: Json): readonly string[] {
  const told: string[] = [];
  for (const [path, methods] of entriesOf(before['paths'])) {
    const now = member(after, 'paths', path);
    for (const method of METHODS.filter((name) => name in methods)) {
      const where = `${method.toUpperCase()} ${path}`;
      const [was, is] = [record(methods[method]), record(now?.[method])];
      if (was !== undefined && is === undefined) told.push(`${where}: is gone.`);
      if (was !== undefined && is !== undefined) told.push(...ofOperation(where, was, is));
    }
  }
  for (const [name, schema] of entriesOf(member(before, 'components', 'schemas'))) {
    const is = member(after, 'components', 'schemas', name);
    told.push(...(is === undefined ? [`${name}: is gone.`] : ofSchema(name, schema, is, 'answer')));
  }
  return told;
}

function ofOperation(where: string, was: Json, is: Json): readonly string[] {
  const told: string[] = [];
  if (was['operationId'] !== is['operationId']) told.push(`${where}: is called ${String(is['operationId'])}.`);
  return [
    ...told,
    ...ofAccess(where, was, is),
    ...ofParameters(where, was, is),
    ...ofBody(where, was, is),
    ...ofAnswers(where, was, is),
  ];
}

/** Whoever was let in still is. */
function ofAccess(where: string, was: Json, is: Json): readonly string[] {
  const lost = (name: string): readonly string[] => {
    const still = new Set(listOf(is[name]).map(textOf));
    return listOf(was[name])
      .map(textOf)
      .filter((one) => !still.has(one));
  };
  const isOpen = listOf(is['security']).length === 0;
  if (isOpen) return [];
  const told = [...lost('security'), ...lost('x-roles')].map((one) => `${where}: ${one} is no longer let in.`);
  if (listOf(was['security']).length === 0) told.push(`${where}: was open, and asks who it is.`);
  else if (was['x-triad-scope'] !== is['x-triad-scope'])
    told.push(
      `${where}: the scope of a key was ${String(was['x-triad-scope'])} and is ${String(is['x-triad-scope'])}.`,
    );
  return told;
}

function ofParameters(where: string, was: Json, is: Json): readonly string[] {
  const [old, now] = [parametersOf(was), parametersOf(is)];
  const told: string[] = [];
  for (const [name, one] of old) {
    const still = now.get(name);
    if (still === undefined) told.push(`${where}: ${name} is gone.`);
    else
      told.push(...ofSchema(`${where} ${name}`, record(one['schema']) ?? {}, record(still['schema']) ?? {}, 'request'));
  }
  for (const [name, one] of now) {
    if (one['required'] === true && old.get(name)?.['required'] !== true) told.push(`${where}: ${name} is needed now.`);
  }
  return told;
}

/** By place and name. */
function parametersOf(operation: Json): ReadonlyMap<string, Json> {
  return new Map(recordsOf(operation['parameters']).map((one) => [`${String(one['in'])} ${String(one['name'])}`, one]));
}

function ofBody(where: string, was: Json, is: Json): readonly string[] {
  const [old, now] = [record(was['requestBody']), record(is['requestBody'])];
  if (old === undefined) return now?.['required'] === true ? [`${where}: a body is needed now.`] : [];
  if (now === undefined) return [`${where}: takes no body any more.`];
  return ofContent(`${where} body`, old, now, 'request');
}

function ofAnswers(where: string, was: Json, is: Json): readonly string[] {
  return entriesOf(was['responses']).flatMap(([status, answer]) => {
    const now = member(is, 'responses', status);
    if (now === undefined) return [`${where}: ${status} is gone.`];
    return ofContent(`${where} ${status}`, answer, now, 'answer');
  });
}

function ofContent(where: string, was: Json, is: Json, side: Side): readonly string[] {
  return entriesOf(was['content']).flatMap(([type, media]) => {
    const now = member(is, 'content', type);
    if (now === undefined) return [`${where}: ${type} is gone.`];
    const [old, schema] = [record(media['schema']), record(now['schema'])];
    if (old === undefined) return schema === undefined || side === 'answer' ? [] : [`${where}: has a schema now.`];
    return schema === undefined && side === 'request' ? [] : ofSchema(where, old, schema ?? {}, side);
  });
}

/** What of a schema is narrower than it was for who writes it (a request), or less than it was for who reads it (an answer). */
export function ofSchema(where: string, was: Json, is: Json, side: Side): readonly string[] {
  if (was['$ref'] !== is['$ref']) return [`${where}: is ${String(is['$ref'])} and was ${String(was['$ref'])}.`];
  const choices = choicesOf(was);
  if (choices.length > 1 || choicesOf(is).length > 1) return ofChoices(where, choices, choicesOf(is), side);
  return [
    ...ofTypes(where, was, is, side),
    ...ofValues(where, was, is, side),
    ...ofBounds(where, was, is, side),
    ...ofFields(where, was, is, side),
    ...ofParts(where, was, is, side),
  ];
}

function ofChoices(where: string, was: readonly Json[], is: readonly Json[], side: Side): readonly string[] {
  const told = was.flatMap((choice, at) => {
    if (is.some((now) => ofSchema(where, choice, now, side).length === 0)) return [];
    const same = is[at];
    return same === undefined || is.length !== was.length
      ? [`${where}: one of its forms is gone.`]
      : ofSchema(`${where} (form ${at + 1})`, choice, same, side);
  });
  const isNew = (choice: Json): boolean => choice['type'] === 'null' && !was.some((old) => old['type'] === 'null');
  if (side === 'answer' && is.some(isNew)) told.push(`${where}: may be null now.`);
  return told;
}

function choicesOf(schema: Json): readonly Json[] {
  const choices = [...recordsOf(schema['anyOf']), ...recordsOf(schema['oneOf'])];
  return choices.length === 0 ? [schema] : choices;
}

function ofTypes(where: string, was: Json, is: Json, side: Side): readonly string[] {
  const [from, to] = side === 'request' ? [was, is] : [is, was];
  const known = typesOf(to);
  if (known.length === 0) return [];
  const other = typesOf(from).filter(
    (type) => !known.includes(type) && !(type === 'integer' && known.includes('number')),
  );
  if (other.length === 0 && typesOf(from).length > 0) return [];
  return [`${where}: is ${typesOf(is).join(' or ') || 'anything'} and was ${typesOf(was).join(' or ') || 'anything'}.`];
}

function typesOf(schema: Json): readonly string[] {
  const type = schema['type'];
  if (type === undefined)
    return [...new Set((valuesOf(schema) ?? []).map((value) => (value === null ? 'null' : typeof value)))];
  return (Array.isArray(type) ? type : [type]).map(String);
}

function valuesOf(schema: Json): readonly unknown[] | undefined {
  return 'const' in schema ? [schema['const']] : 'enum' in schema ? listOf(schema['enum']) : undefined;
}

function ofValues(where: string, was: Json, is: Json, side: Side): readonly string[] {
  const [old, now] = [valuesOf(was), valuesOf(is)];
  if (now === undefined) return [];
  if (old === undefined) return side === 'request' ? [`${where}: only some values are taken now.`] : [];
  const still = new Set(now.map(textOf));
  return old
    .map(textOf)
    .filter((value) => !still.has(value))
    .map((value) => `${where}: the value ${value} is gone.`);
}

/** Bounds bind who writes; the form of a text binds both. */
function ofBounds(where: string, was: Json, is: Json, side: Side): readonly string[] {
  const told: string[] = [];
  const isFormed = side === 'answer' ? 'pattern' in was : 'pattern' in is;
  if (isFormed && was['pattern'] !== is['pattern']) told.push(`${where}: its pattern is another one.`);
  if (side === 'answer') return told;
  for (const name of ['minLength', 'minItems', 'minimum', 'minProperties']) {
    if (
      numberOf(is[name], Number.NEGATIVE_INFINITY) >
      numberOf(was[name], name === 'minimum' ? Number.NEGATIVE_INFINITY : 0)
    )
      told.push(`${where}: ${name} is ${String(is[name])} now.`);
  }
  for (const name of ['maxLength', 'maxItems', 'maximum', 'maxProperties']) {
    if (numberOf(is[name], Number.POSITIVE_INFINITY) < numberOf(was[name], Number.POSITIVE_INFINITY))
      told.push(`${where}: ${name} is ${String(is[name])} now.`);
  }
  return told;
}

function ofFields(where: string, was: Json, is: Json, side: Side): readonly string[] {
  const [old, now] = [was, is].map((schema) => new Set(listOf(schema['required']).map(String))) as [
    Set<string>,
    Set<string>,
  ];
  const told: string[] = [];
  for (const [name, field] of entriesOf(was['properties'])) {
    const still = member(is, 'properties', name);
    if (still === undefined) told.push(`${where}: ${name} is gone.`);
    else told.push(...ofSchema(`${where} ${name}`, field, still, side));
    if (side === 'answer' && still !== undefined && old.has(name) && !now.has(name))
      told.push(`${where}: ${name} may be absent now.`);
  }
  if (side === 'answer') return told;
  return [...told, ...[...now].filter((name) => !old.has(name)).map((name) => `${where}: ${name} is needed now.`)];
}

/** Elements of lists, and the names and values of maps. */
function ofParts(where: string, was: Json, is: Json, side: Side): readonly string[] {
  const told: string[] = [];
  for (const name of ['items', 'additionalProperties', 'propertyNames']) {
    const [old, now] = [record(was[name]), record(is[name])];
    if (old !== undefined && now !== undefined) told.push(...ofSchema(`${where} ${name}`, old, now, side));
    else if (side === 'request' ? is[name] === false && was[name] !== false : old !== undefined)
      told.push(`${where}: its ${name} are told no more, or refused.`);
  }
  for (const name of ['prefixItems', 'allOf', 'not', '$defs', 'format', 'contentEncoding', 'multipleOf'])
    if (textOf(was[name]) !== textOf(is[name])) told.push(`${where}: its ${name} changed.`);
  return told;
}

function numberOf(value: unknown, preset: number): number {
  return typeof value === 'number' ? value : preset;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function recordsOf(value: unknown): readonly Json[] {
  return listOf(value)
    .map(record)
    .filter((one) => one !== undefined);
}

function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function member(value: Json, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>((inner, name) => record(inner?.[name]), value);
}

function entriesOf(value: unknown): readonly (readonly [string, Json])[] {
  return Object.entries(record(value) ?? {}).flatMap(([name, inner]) => {
    const known = record(inner);
    return known === undefined ? [] : [[name, known] as const];
  });
}
