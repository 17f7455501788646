import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dossier, finding, input } from '../../test/made-incident-parts.ts';
import { parsePowershell } from '../../test/powershell-grammar.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { buildIncidents } from './build.ts';
import { isPlainName, powershellLiteral } from './powershell-literal.ts';
import { contentHash, removalOf } from './removal-objects.ts';
import { removalScript } from './removal-script.ts';

function named(name: string, more: Partial<Dossier> = {}): Dossier {
  const made = dossier('s', more);
  return { ...made, filter: { ...made.filter, name }, consumer: { ...made.consumer, name } };
}

function scriptOf(...dossiers: readonly Dossier[]): string {
  return removalScript('x7q2m4kd6tbc3wpa', 'SRV-02', removalOf(dossiers).objects);
}

/** All that the script may call; of verbs that change something only Remove-CimInstance. */
const COMMANDS = [
  'Export-Clixml',
  'Find-Instance',
  'Get-CimInstance',
  'Get-ContentHash',
  'Get-Date',
  'Get-PropertyText',
  'Get-WmiText',
  'Remove-CimInstance',
  'Test-Bound',
  'Test-Content',
  'Where-Object',
  'Write-Output',
  'Write-Step',
];

test('L17: the script is what the grammar of PowerShell reads, in words of 5.1 only, ASCII, and calls what is listed', () => {
  const script = scriptOf(named('Updater'), named('café'), named('Evil -> $(calc) ; %x%'));
  const { problems, commands } = parsePowershell(script);
  assert.deepEqual(problems, []);
  assert.deepEqual(commands, COMMANDS);
  assert.match(script, /^[\n\u0020-\u007e]+$/);
  assert.match(script, /Checked by grammar, not run on Windows/);
});

test('the grammar finds what is broken, and operators of PowerShell 7, where they are planted', () => {
  assert.notDeepEqual(parsePowershell("$a = 'open").problems, []);
  assert.notDeepEqual(parsePowershell('Get-Date && Get-Date').problems, []);
  assert.deepEqual(parsePowershell("Write-Output 'it''s'").literals, ["it's"]);
});

test('L17: it changes nothing without -Apply, and compares the content before it deletes', () => {
  const script = scriptOf(named('Updater'));
  const deletes = script.split('\n').filter((line) => line.includes('Remove-CimInstance'));
  assert.deepEqual(
    deletes.map((line) => line.trim()),
    ['$instance | Remove-CimInstance', '$instance | Remove-CimInstance -WhatIf'],
  );
  const order = [
    'Test-Content $instance $object',
    '$Apply -and (Test-Bound $object)',
    '} elseif ($Apply) {',
    'Remove-CimInstance\n',
  ];
  const places = order.map((text) => script.lastIndexOf(text));
  assert.ok(places.every((place) => place > 0));
  assert.deepEqual(
    places,
    [...places].sort((a, b) => a - b),
  );
});

test('DOMAIN 7: the binding first, then the consumer, then the filter; a watchdog’s binding before all others', () => {
  const watchdog = named('Guard', {
    filter: { ...dossier('s').filter, trigger: { family: 'WMI about WMI', code: 'TR10', sentence: '', names: [] } },
  });
  const { objects, byHand } = removalOf([named('Updater'), watchdog]);
  assert.deepEqual(
    objects.map((object) => [object.kind, object.kind === 'binding' ? object.filter : object.name]),
    [
      ['binding', 'Guard'],
      ['binding', 'Updater'],
      ['consumer', 'Guard'],
      ['consumer', 'Updater'],
      ['filter', 'Guard'],
      ['filter', 'Updater'],
    ],
  );
  assert.deepEqual(byHand, []);
});

test('an object that two subscriptions share is listed once', () => {
  const one = named('Shared');
  const other = { ...one, consumer: { ...one.consumer, name: 'Second' } };
  assert.equal(removalOf([one, other]).objects.filter(({ kind }) => kind === 'filter').length, 1);
});

test('the content that is compared is what runs, and the query, whatever the line ends', () => {
  const script = named('A');
  const { objects } = removalOf([{ ...script, consumer: { ...script.consumer, payload: 'x\r\ny \r\n' } }]);
  const hashes = objects.flatMap((object) => (object.kind === 'binding' ? [] : object.checks));
  assert.deepEqual(hashes, [
    { property: '(payload)', sha256: contentHash('x\ny') },
    { property: 'Query', sha256: contentHash(script.filter.query ?? '') },
  ]);
});

test('a file-writing consumer is known again by its texts', () => {
  const made = named('Log');
  const consumer = {
    ...made.consumer,
    class: 'LogFileEventConsumer',
    properties: { Filename: 'C:\\a.hta', Text: 'x' },
  };
  const { payload: _payload, ...rest } = consumer;
  const [, object] = removalOf([{ ...made, consumer: rest }]).objects;
  assert.deepEqual(object?.kind === 'consumer' ? object.checks.map(({ property }) => property) : [], [
    'Filename',
    'Text',
  ]);
});

test('L17: names with quotes, line ends and what cannot be seen are left to a person, with their path', () => {
  for (const name of ["it's", 'a"b', 'a\nb', 'a\u2019b', 'a\u201db', 'a\u202eb', 'a`b', 'a\u0000b', 'a\ud800']) {
    assert.equal(isPlainName(name), false, JSON.stringify(name));
    const { objects, byHand } = removalOf([named(name)]);
    assert.deepEqual(objects, []);
    assert.equal(byHand.length, 3);
    assert.ok(byHand.every(({ path }) => /^[^\p{Cc}\p{Cf}\p{Cs}]*$/u.test(path)));
  }
  const { byHand } = removalOf([named('a\n"b"\\')]);
  assert.deepEqual(
    byHand.find(({ path }) => path.startsWith('root\\subscription:__EventFilter.')),
    {
      path: 'root\\subscription:__EventFilter.Name="a\\u{a}\\"b\\"\\\\"',
      why: 'its name holds a quote, a line end or what cannot be seen',
    },
  );
});

test('what is in no evidence is not deleted by a script: content, class', () => {
  const made = named('A');
  const { query: _query, ...filter } = made.filter;
  const { payload: _payload, ...consumer } = made.consumer;
  const bare = { ...made, filter, consumer: { ...consumer, properties: {} } };
  assert.deepEqual(
    removalOf([bare]).objects.map(({ kind }) => kind),
    ['binding'],
  );
  assert.equal(removalOf([bare]).byHand.length, 2);
  const classless = { ...made, consumer: { ...made.consumer, class: null } };
  assert.deepEqual(
    removalOf([classless]).objects.map(({ kind }) => kind),
    ['filter'],
  );
});

test('a filter in another namespace is removed where its reference leads', () => {
  const made = named('A', { binding: { inferred: false, filterRef: '\\\\.\\root\\cimv2:__EventFilter.Name="A"' } });
  const filter = removalOf([made]).objects.find(({ kind }) => kind === 'filter');
  assert.equal(filter?.namespace, 'root/cimv2');
});

test('L17: content that is known to be benign needs a second switch', () => {
  assert.match(scriptOf(named('A', { baseline: { known: true } })), /Known = \$true/);
  assert.match(scriptOf(named('A')), /Known = \$false/);
  assert.match(scriptOf(named('A')), /if \(\$object\.Known -and -not \$RemoveKnown\) \{/);
});

test('L20: any text becomes one literal that holds exactly it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const literal = powershellLiteral(text);
      assert.match(literal, /^[\u0020-\u007e]*$/);
      const { problems, commands } = parsePowershell(`$a = ${literal}`);
      assert.deepEqual(problems, []);
      assert.deepEqual(commands, []);
      assert.equal(evaluated(literal), text);
    }),
    { numRuns: 100 },
  );
});

/** What PowerShell makes of the literal: texts in single quotes and characters by code, joined. */
function evaluated(literal: string): string {
  let value = '';
  for (const [part] of literal.matchAll(/'(?:[^']|'')*'|\[char\]\d+/g)) {
    value += part.startsWith("'")
      ? part.slice(1, -1).replaceAll("''", "'")
      : String.fromCharCode(Number(part.slice(6)));
  }
  return value;
}

test('L20: hostile names of evidence stay inside their literals', () => {
  const nameOf = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(nameOf, nameOf, (filterName, consumerName) => {
      const made = dossier('s');
      const hostile = {
        ...made,
        filter: { ...made.filter, name: filterName },
        consumer: { ...made.consumer, name: consumerName },
      };
      const script = scriptOf(hostile);
      const { problems, commands } = parsePowershell(script);
      assert.deepEqual(problems, []);
      assert.deepEqual(commands, COMMANDS);
      assert.match(script, /^[\n\u0020-\u007e]+$/);
    }),
    { numRuns: 20 },
  );
});

test('next steps come in the phases of PRODUCT 14, with the script for exactly these objects', () => {
  const of = (more: Partial<Dossier>): readonly (readonly [string, string | undefined])[] => {
    const { incidents } = buildIncidents(
      input(
        [finding('c03', 'C03', { subscriptions: ['s'], process: { image: 'C:\\cmd.exe', pid: 42 } })],
        [named('Updater', more)],
      ),
    );
    return incidents[0]?.next.map(({ phase, shell }) => [phase, shell] as const) ?? [];
  };
  assert.deepEqual(of({}), [
    ['preserve', undefined],
    ['contain', undefined],
    ['contain', 'powershell'],
    ['remove', 'powershell'],
    ['remove', undefined],
    ['verify', undefined],
    ['scope', 'triad'],
  ]);
  assert.ok(!of({ state: 'deleted' }).some(([phase, shell]) => phase === 'remove' && shell === 'powershell'));
});

test('every command of a next step is what the grammar reads, for hostile accounts too', () => {
  const { incidents } = buildIncidents(
    input([
      finding('a', 'R01', {
        accounts: ["CORP\\a'; calc; '", 'CORP\\$(calc)', 'CORP\\svc', 'CORP\\SRV$', 'NT AUTHORITY\\SYSTEM'],
      }),
    ]),
  );
  const commands = incidents[0]?.next.flatMap(({ shell, command }) => (shell === 'powershell' ? [command] : [])) ?? [];
  assert.deepEqual(commands, [
    "Disable-ADAccount -Identity '$(calc)' -WhatIf",
    "Disable-ADAccount -Identity 'svc' -WhatIf",
  ]);
  for (const command of commands) assert.deepEqual(parsePowershell(command ?? '').problems, []);
});
