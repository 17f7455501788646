import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FIELD_LAYOUTS } from '../windows/index.ts';
import {
  CATEGORIES,
  caseOf,
  type FieldKnowledge,
  fieldLint,
  knowledgeOf,
  knownFieldsOf,
  type LogSource,
  narrowedTo,
  type Route,
  routesOf,
  SERVICES,
  TRIAD_FIELDS,
} from './index.ts';
import { KNOWN_ROWS } from './known-field-table.ts';

function routes(logsource: LogSource): readonly Route[] {
  const routing = routesOf(logsource);
  assert.ok('routes' in routing, JSON.stringify(routing));
  return routing.routes;
}

/** What is known of a field by each route of a log source. */
function known(logsource: LogSource, field: string): readonly FieldKnowledge[] {
  return routes(logsource).map((route) => knowledgeOf(route, field));
}

test('111: what a route never has is known, and what it has since some version is not promised', () => {
  const creation = { product: 'windows', category: 'process_creation' };
  const table: readonly (readonly [string, FieldKnowledge, FieldKnowledge])[] = [
    ['Image', 'always', 'always'],
    ['CommandLine', 'always', 'sometimes'],
    ['ParentImage', 'always', 'sometimes'],
    ['OriginalFileName', 'sometimes', 'never'],
    ['Hashes', 'always', 'never'],
    ['sha256', 'sometimes', 'never'],
    ['User', 'always', 'always'],
    ['LogonId', 'always', 'always'],
    ['ProcessId', 'always', 'always'],
    ['IntegrityLevel', 'always', 'sometimes'],
    ['ParentUser', 'sometimes', 'never'],
    ['ParentCommandLine', 'always', 'never'],
    ['NewProcessName', 'never', 'always'],
    ['EventID', 'always', 'always'],
    ['Provider_Name', 'always', 'always'],
    ['Keywords', 'sometimes', 'sometimes'],
    ['GrandParentImage', 'never', 'never'],
    ['commandline', 'never', 'never'],
  ];
  for (const [field, bySysmon, bySecurity] of table) {
    assert.deepEqual(known(creation, field), [bySysmon, bySecurity], field);
  }
});

test('of a service more is known once the numbers of a rule are', () => {
  const [security] = routes({ product: 'windows', service: 'security' });
  assert.ok(security !== undefined);
  const at = (field: string, ...ids: readonly number[]): FieldKnowledge =>
    knowledgeOf(ids.length === 0 ? security : narrowedTo(security, ids), field);
  assert.equal(at('LogonType'), 'sometimes');
  assert.equal(at('NoSuchField'), 'unknown');
  assert.equal(at('LogonType', 4624), 'always');
  assert.equal(at('LogonType', 4624, 4688), 'sometimes');
  assert.equal(at('NoSuchField', 4624, 4625), 'never');
  assert.equal(at('NoSuchField', 4624, 9999), 'unknown');
  assert.equal(at('LogonType', 4624, 9999), 'sometimes');
  assert.equal(at('AttributeValue', 5136), 'always');
  assert.equal(at('FilterOrigin', 5156), 'sometimes');
  assert.equal(at('TargetUserSid', 4624), 'always');
  assert.equal(at('EventID', 9999), 'always');
});

test('of all of Windows nothing is known but the frame; what is virtual is known as of Sysmon', () => {
  assert.deepEqual(known({ product: 'windows' }, 'CommandLine'), ['unknown']);
  assert.deepEqual(known({ product: 'windows' }, 'EventID'), ['always']);
  const wmi = { product: 'windows', category: 'wmi_event' };
  assert.deepEqual(known(wmi, 'Destination'), ['sometimes', 'sometimes']);
  assert.deepEqual(known(wmi, 'Operation'), ['always', 'always']);
  assert.deepEqual(known(wmi, 'PossibleCause'), ['never', 'never']);
});

test('a field of Zeek is as in the log', () => {
  const of = (service: string, field: string): readonly FieldKnowledge[] => known({ product: 'zeek', service }, field);
  assert.deepEqual(of('dns', 'id.orig_h'), ['always']);
  assert.deepEqual(of('dns', 'answers'), ['sometimes']);
  assert.deepEqual(of('x509', 'certificate.serial'), ['always']);
  assert.deepEqual(of('x509', 'uid'), ['never']);
  assert.deepEqual(of('http', 'c-uri'), ['sometimes']);
  assert.deepEqual(of('rdp', 'uri'), ['never']);
  assert.deepEqual(known({ category: 'dns' }, 'record_type'), ['sometimes']);
});

test('a name that differs in case alone is named', () => {
  const [sysmon] = routes({ product: 'windows', category: 'process_creation' });
  assert.ok(sysmon !== undefined);
  assert.equal(caseOf(sysmon, 'Commandline'), 'CommandLine');
  assert.equal(caseOf(sysmon, 'CommandLine'), undefined);
  assert.equal(caseOf(sysmon, 'Other'), undefined);
});

test('a field that no event of a rule has is told, and nothing where one may have it', () => {
  const lint = (logsource: LogSource, field: string): string | undefined => fieldLint(routes(logsource), field);
  const files = { product: 'windows', category: 'file_event' };
  const creation = { product: 'windows', category: 'process_creation' };
  assert.equal(lint(files, 'CommandLine'), 'No event of file_event has the field CommandLine.');
  assert.equal(
    lint(creation, 'Commandline'),
    'No event of process_creation has the field Commandline. Names compare with upper and lower case: did you mean CommandLine?',
  );
  assert.equal(lint(creation, 'OriginalFileName'), undefined);
  assert.equal(lint({ product: 'windows', service: 'security' }, 'NoSuchField'), undefined);
  assert.equal(
    lint({ product: 'windows', service: 'security' }, 'logontype'),
    'No event of security has the field logontype. Names compare with upper and lower case: did you mean LogonType?',
  );
  assert.equal(fieldLint([], 'x'), undefined);
});

test('what is mapped, blind or unfilled names fields that are in the tables', () => {
  const all = [...CATEGORIES, ...SERVICES].flatMap(({ routes }) => routes);
  for (const route of all) {
    const { always, sometimes, isComplete } = knownFieldsOf(route);
    for (const name of route.fields.keys()) {
      if (isComplete) assert.ok(always.has(name) || sometimes.has(name), `${route.id} ${name}`);
    }
    for (const name of route.blind) assert.equal(knowledgeOf(route, name), 'never', `${route.id} ${name}`);
    for (const name of route.unfilled.keys()) assert.equal(knowledgeOf(route, name), 'sometimes', route.id);
    for (const name of always) assert.ok(!sometimes.has(name), `${route.id} ${name}`);
  }
});

test('every event of a category is in the tables', () => {
  const incomplete = CATEGORIES.flatMap(({ routes }) =>
    routes.flatMap((route) => (knownFieldsOf(route).isComplete ? [] : [route.id])),
  );
  assert.deepEqual(incomplete, []);
});

test('the extra table repeats no layout but that of 5156, which a later Windows extended', () => {
  const laid = new Set(FIELD_LAYOUTS.map(({ channel, eventId }) => `${channel} ${eventId}`));
  const rows = KNOWN_ROWS.flatMap(([channel, ids]) => ids.map((id) => `${channel} ${id}`));
  assert.equal(new Set(rows).size, rows.length);
  assert.deepEqual(
    rows.filter((row) => laid.has(row)),
    ['Security 5156'],
  );
});

test("E8: the fields of Triad's own objects are the leaves of a subscription in the JSON output", () => {
  const schema: unknown = JSON.parse(
    readFileSync(new URL('../../schemas/common.schema.json', import.meta.url), 'utf8'),
  );
  const leaves = new Set(['payload.features', 'payload.score']);
  collect((schema as Schema).$defs ?? {}, { $ref: '#/$defs/subscription' }, '', [], leaves);
  // Pins are laid on when rules were tried: no rule can ask for them.
  const asked = [...leaves].filter((leaf) => !leaf.startsWith('pinned.'));
  assert.deepEqual([...TRIAD_FIELDS].sort(), asked.sort());
  assert.deepEqual(known({ product: 'triad', service: 'subscription' }, 'consumer.properties.ScriptText'), [
    'sometimes',
  ]);
  assert.deepEqual(known({ product: 'triad', service: 'subscription' }, 'consumer.script'), ['never']);
});

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

function collect(
  defs: Readonly<Record<string, Schema>>,
  node: Schema,
  path: string,
  seen: readonly string[],
  leaves: Set<string>,
): void {
  const { $ref, items, properties } = node;
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    const target = defs[name];
    if (target !== undefined && !seen.includes(name) && name !== 'evidence') {
      collect(defs, target, path, [...seen, name], leaves);
    }
    return;
  }
  const choices = [...(node.oneOf ?? []), ...(node.anyOf ?? []), ...(node.allOf ?? [])];
  for (const choice of choices) collect(defs, choice, path, seen, leaves);
  if (items !== undefined) collect(defs, items, path, seen, leaves);
  else if (properties !== undefined) {
    for (const [name, below] of Object.entries(properties)) {
      if (name !== 'evidence') collect(defs, below, path === '' ? name : `${path}.${name}`, seen, leaves);
    }
  } else leaves.add(node.type === 'object' ? `${path}.*` : path);
}
