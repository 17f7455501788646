import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRoot } from '../house/tree.ts';
import { HOST_FACTS, type HostFacts } from './host-facts.ts';

const SCRIPT = readRoot('collect/Collect-Triad.ps1');
const SCHEMA = JSON.parse(readRoot('schemas/collector.schema.json')) as Schema;

interface Schema {
  readonly $ref?: string;
  readonly type?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** The tables of the script: what it asks for. */
interface Asked {
  readonly registry: ReadonlyMap<string, ReadonlySet<string>>;
  readonly channels: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
  readonly literals: ReadonlySet<string>;
}

function askedBy(script: string): Asked {
  const registry = new Map<string, Set<string>>();
  for (const [, key = '', rest = ''] of script.matchAll(/^ {2}@\{ Key = 'HKLM\\([^']+)'; (.*) \},?$/gm)) {
    const names = registry.get(key.toLowerCase()) ?? new Set<string>();
    if (rest.includes('Deep = $true')) names.add('deep');
    for (const [, kind, list = ''] of rest.matchAll(/(Names|Each) = @\(([^)]*)\)/g)) {
      for (const name of words(list)) names.add(kind === 'Each' ? `each:${name}` : name);
    }
    registry.set(key.toLowerCase(), names);
  }
  const events = script.matchAll(
    /^ {2}@\{ Channel = '[^']+'; Provider = 'Microsoft-Windows-([^']+)'; Id = (\d+) \},?$/gm,
  );
  return {
    registry,
    channels: new Set(listed(script, 'Channels')),
    services: new Set(listed(script, 'GuardedServices')),
    events: new Set([...events].map(([, provider, id]) => `${provider} ${id}`)),
    literals: new Set(words(script)),
  };
}

function words(text: string): readonly string[] {
  return [...text.matchAll(/'([^'\n]*)'/g)].map(([, word]) => word ?? '');
}

function listed(script: string, table: string): readonly string[] {
  return words(new RegExp(`^\\$${table} = @\\(([^)]*)\\)$`, 'm').exec(script)?.[1] ?? '');
}

/** What a check reads and the script does not ask for. */
function unasked(facts: HostFacts, asked: Asked): readonly string[] {
  const found: string[] = [];
  for (const [key, names] of Object.entries(facts.registry ?? {})) {
    const there = asked.registry.get(key.toLowerCase());
    found.push(
      ...names.filter((name) => there?.has(name) !== true && there?.has('*') !== true).map((name) => `${key} ${name}`),
    );
  }
  found.push(...(facts.channels ?? []).filter((name) => !asked.channels.has(name)));
  found.push(...(facts.services ?? []).filter((name) => !asked.services.has(name)));
  for (const [provider, ids] of Object.entries(facts.events ?? {})) {
    found.push(...ids.map((id) => `${provider} ${id}`).filter((event) => !asked.events.has(event)));
  }
  found.push(...(facts.literals ?? []).filter((literal) => !asked.literals.has(literal)));
  return found;
}

/** True where the schema has this place. */
function isPlace(path: string): boolean {
  let here: Schema | undefined = SCHEMA;
  for (const part of path.split('.')) {
    here = propertiesOf(here)?.[part];
    if (here === undefined) return false;
  }
  return true;
}

function propertiesOf(schema: Schema | undefined): Readonly<Record<string, Schema>> | undefined {
  if (schema === undefined) return undefined;
  if (schema.$ref !== undefined) return propertiesOf(SCHEMA.$defs?.[schema.$ref.replace('#/$defs/', '')]);
  if (schema.items !== undefined && schema.properties === undefined) return propertiesOf(schema.items);
  return schema.properties ?? schema.anyOf?.map(propertiesOf).find((found) => found !== undefined);
}

test('the table has every check of HARDENING, H01 to H60', () => {
  const ids = Array.from({ length: 60 }, (_, i) => `H${String(i + 1).padStart(2, '0')}`);
  assert.deepEqual(Object.keys(HOST_FACTS), ids);
});

for (const [id, facts] of Object.entries(HOST_FACTS)) {
  test(`${id} finds in the output what it reads`, () => {
    assert.ok(facts.paths.length > 0);
    assert.deepEqual(
      facts.paths.filter((path) => !isPlace(path)),
      [],
    );
    assert.deepEqual(unasked(facts, askedBy(SCRIPT)), []);
  });
}

test('L27 a key, value, channel, service, event or program that is taken out of the script is missed', () => {
  const silent: string[] = [];
  let planted = 0;
  for (const [id, facts] of Object.entries(HOST_FACTS)) {
    const needed = [
      ...Object.keys(facts.registry ?? {}).map((key) => `'HKLM\\${key}'`),
      ...Object.values(facts.registry ?? {})
        .flat()
        .filter((name) => /^\w{4,}$/.test(name) && name !== 'deep')
        .map((name) => `'${name}'`),
      ...(facts.channels ?? []).map((name) => `'${name}'`),
      ...(facts.services ?? []).map((name) => `'${name}'`),
      ...Object.values(facts.events ?? {})
        .flat()
        .map((event) => `Id = ${event} }`),
      ...(facts.literals ?? []).map((literal) => `'${literal}'`),
    ];
    for (const text of needed) {
      planted++;
      const without = askedBy(SCRIPT.replaceAll(new RegExp(RegExp.escape(text), 'gi'), "'elsewhere'"));
      if (unasked(facts, without).length === 0) silent.push(`${id} ${text}`);
    }
  }
  assert.ok(planted > 200, `${planted} planted`);
  assert.deepEqual(silent, []);
});
