import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse5861Cause } from './binding-cause.ts';
import { loosened } from './fingerprint.ts';
import { hiddenData } from './hidden-data.ts';
import { decodeMof, readMofDocument } from './mof-document.ts';
import { parseMofInstances } from './mof-reader.ts';
import { parseNamespace, parseReference } from './reference.ts';
import { unwrapSysmonValue } from './sysmon-value.ts';
import { matchesTemplate } from './template.ts';
import { reasonsNotToFire } from './trap-notes.ts';
import { classifyTrigger } from './trigger.ts';
import { parseWql } from './wql-parser.ts';
import { normaliseQuery } from './wql-text.ts';

/** Real texts, to be cut, doubled and bent. */
const SEEDS: readonly string[] = [
  'Binding EventFilter: \ninstance of __EventFilter\n{\n\tCreatorSID = {1, 2, 0};\n\tName = "a\\"};b";\n};\nPerm. Consumer: \ninstance of ActiveScriptEventConsumer\n{\n\tScriptText = "x\\r\\n\\x41";\n};\n',
  '#pragma namespace("\\\\\\\\.\\\\root\\\\subscription")\n#pragma autorecover\n#include "a.mof"\n[x] class A : B { string C = "d"; };\ninstance of __EventFilter as $F { Name = "a"; };\ninstance of __FilterToConsumerBinding { Filter = $F; Consumer = $G; };',
  'SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA "Win32_LocalTime" AND NOT (TargetInstance.Hour >= 9 OR 5 = TargetInstance.Minute) GROUP WITHIN 60 BY A HAVING NumberOfEvents > 1',
  "SELECT * FROM __InstanceCreationEvent WITHIN 5WHERE TargetInstance ISA 'CIM_DataFile' AND TargetInstance.Path='\\\\x\\\\' AND A IS NOT NULL",
  '\\\\.\\ROOT\\subscription:CommandLineEventConsumer.Name="a=\\"b\\",c",Key=5',
  ' "cmd.exe /c echo %ProcessId% &gt;&gt; c:\\\\\\\\temp\\\\\\\\log.txt"',
];

/** A seed with a few cuts, insertions of its own grammar's signs, and repeats. */
const bent: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(
      fc.tuple(
        fc.nat(400),
        fc.nat(12),
        fc.constantFrom(
          '',
          '"',
          "'",
          '\\',
          '{',
          '}',
          ';',
          '(',
          ')',
          '=',
          ',',
          '.',
          '%',
          '\u0000',
          'é',
          '\ud800',
          ' OR ',
          '5',
          '/*',
          '*/',
          '#',
          '$F',
        ),
      ),
      { maxLength: 6 },
    ),
  )
  .map(([seed, edits]) =>
    edits.reduce((text, [at, length, insert]) => text.slice(0, at) + insert + text.slice(at + length), seed),
  );

function readAll(text: string): void {
  const query = parseWql(text);
  reasonsNotToFire(query, text);
  classifyTrigger(query, text);
  assert.equal(normaliseQuery(normaliseQuery(text)), normaliseQuery(text));
  parse5861Cause(text);
  for (const instance of parseMofInstances(text).instances) assert.ok(instance.className !== '');
  const document = readMofDocument(text);
  for (const { offset, length } of [...document.instances, ...document.classes]) {
    assert.ok(length > 0 && offset + length <= text.length);
  }
  decodeMof(Buffer.from(text, 'utf16le'));
  hiddenData(text);
  hiddenData(Buffer.from(text));
  const reference = parseReference(text);
  assert.ok(reference === undefined || reference.className !== '');
  const { namespace } = parseNamespace(text);
  assert.equal(namespace, namespace.toLowerCase());
  unwrapSysmonValue(text);
  loosened(text);
  matchesTemplate(text, text);
}

test('no bent text makes a reader of this room throw', () => {
  fc.assert(fc.property(bent, readAll), { numRuns: 1500, seed: 20260311 });
});

test('the fuzzing finds a planted failure', () => {
  const planted = (text: string): void => {
    if (/\\\\{0,2}}/.test(text)) throw new Error('planted');
  };
  assert.throws(() => fc.assert(fc.property(bent, planted), { numRuns: 1500, seed: 20260311 }), /Counterexample/);
});
