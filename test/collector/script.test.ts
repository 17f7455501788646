import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COLLECTOR_SECTIONS } from '../../testkit/collector/index.ts';
import { readRoot } from '../house/tree.ts';
import { powershellTree } from '../powershell-grammar.ts';
import { PLANTED } from './planted.ts';
import { collectorBreaches, nameOf, nodesOf } from './script-rules.ts';

const SCRIPT = readRoot('collect/Collect-Triad.ps1');

test('L17, L22: the collector is what the grammar reads, and calls nothing that writes, reaches out or exists in 7 alone', () => {
  assert.deepEqual(collectorBreaches(SCRIPT), []);
});

test('L27 what it may not do is found where it is planted: one of each ten here, all in the long tests', () => {
  const some = PLANTED.filter((_, at) => at % 10 === 0);
  assert.deepEqual(
    some.filter((planted) => collectorBreaches(`${SCRIPT}\n${planted}\n`).length === 0),
    [],
  );
});

test('L22: temporary files are made in one place, and go when their reader ends, however it ends', () => {
  const tree = powershellTree(SCRIPT);
  assert.ok(tree !== null);
  const makers = nodesOf(tree.rootNode, 'function_statement').filter((node) => node.text.includes('NewGuid'));
  assert.deepEqual(makers.map(nameOf), ['Read-WithTemporaryFile']);
  assert.match(
    makers[0]?.text ?? '',
    /try \{\s+return & \$Body \$path\s+\} finally \{\s+if \(Test-Path -LiteralPath \$path\) \{ Remove-Item/,
  );
  // The log of secedit is a second file beside it, with a `finally` of its own.
  assert.equal(SCRIPT.split('Remove-Item').length - 1, 2);
  assert.equal(SCRIPT.split('Read-WithTemporaryFile').length - 1, 3);
});

test('L22: a path of the host is opened only where it lies on a fixed disk', () => {
  assert.match(functionText('Test-LocalPath'), /-Filter 'DriveType=3'/);
  for (const name of ['Get-ProviderRow', 'Read-SysmonSection']) {
    const text = functionText(name);
    const opened = text.search(/Get-Sha256|Get-FileRow|Get-Content|Test-Path/);
    assert.ok(text.indexOf('Test-LocalPath') > 0 && text.indexOf('Test-LocalPath') < opened, name);
  }
});

test('D12: 30 s a namespace, 10 min in all; what was not reached is listed', () => {
  assert.match(SCRIPT, /\[int\]\$NamespaceTimeoutSec = 30,/);
  assert.match(SCRIPT, /\[int\]\$TotalTimeoutSec = 600,/);
  assert.match(SCRIPT, /\$Deadline = \$Started\.AddSeconds\(\$TotalTimeoutSec\)/);
  assert.match(functionText('Read-Namespace'), /\$begin\.AddSeconds\(\$NamespaceTimeoutSec\)/);
  assert.match(
    functionText('Read-AllNamespaces'),
    /\(Test-Ended \$Deadline\) -or \$Wmi\.namespaces\.Count -ge \$MaxNamespaces/,
  );
  assert.match(functionText('Add-Unreached'), /\$Wmi\.unreached \+= \$Path/);
  assert.match(functionText('Invoke-Section'), /elseif \(Test-Ended \$Deadline\)/);
  for (const name of ['Read-Instances', 'Read-NamespaceClasses', 'Read-NamespaceSecurity']) {
    assert.match(functionText(name), /if \(Test-Ended \$State\.NamespaceEnd\) \{ throw 'time_limit' \}/, name);
  }
});

test('HARDENING 7.3: namespaces are walked by a loop with a guard, 16 levels and 2,000 at most, starting at root', () => {
  const walk = functionText('Read-AllNamespaces');
  assert.match(SCRIPT, /\$MaxNamespaceDepth = 16\n\$MaxNamespaces = 2000\n/);
  assert.match(walk, /'root\\subscription', 'root\\default', 'root\\cimv2', 'root'\)/);
  assert.match(
    walk,
    /\$folded = \$below\.ToLowerInvariant\(\)\n\s+if \(\$seen\.ContainsKey\(\$folded\)\) \{ continue \}/,
  );
  assert.ok(!walk.slice(30).includes('Read-AllNamespaces'), 'it calls itself');
  const read = functionText('Read-Namespace') + SCRIPT.slice(SCRIPT.indexOf('$RegistrationClasses = @('));
  for (const name of [
    '__NAMESPACE',
    '__EventFilter',
    '__EventConsumer',
    '__FilterToConsumerBinding',
    '__TimerInstruction',
    '__Win32Provider',
    '__EventConsumerProviderRegistration',
    '__EventProviderRegistration',
    '__InstanceProviderRegistration',
    '__MethodProviderRegistration',
  ]) {
    assert.ok(read.includes(`'${name}'`), name);
  }
});

test('every section has a reader and a name in the test kit, fails alone, and is told whether it was read', () => {
  assert.deepEqual(listed('SectionNames'), COLLECTOR_SECTIONS);
  assert.deepEqual(listed('SectionsByName'), ['signatures', 'members']);
  const readers = [...SCRIPT.matchAll(/^ {2}(\w+) = \{ (Read-\w+Section) \}$/gm)];
  assert.deepEqual(
    readers.map(([, name]) => name),
    COLLECTOR_SECTIONS,
  );
  for (const [, , reader = ''] of readers) assert.notEqual(functionText(reader), '', reader);
  assert.match(
    functionText('Invoke-Section'),
    /try \{\s+\$null = & \$Readers\[\$Name\]\s+\} catch \{\s+Add-Problem \$Name/,
  );
  assert.match(SCRIPT, /\nforeach \(\$name in \$SectionNames\) \{ Invoke-Section \$name \}\n/);
});

test('no failure is swallowed: each catch makes an error object, or passes its record on', () => {
  const tree = powershellTree(SCRIPT);
  assert.ok(tree !== null);
  const clauses = nodesOf(tree.rootNode, 'catch_clause');
  assert.ok(clauses.length > 25, `${clauses.length} clauses`);
  const silent = clauses.filter(
    ({ text }) => !/ConvertTo-ErrorObject \$_|Add-NamespaceProblem \$row [^\n]* \$_/i.test(text),
  );
  assert.deepEqual(
    silent.map(({ text }) => text),
    [],
  );
});

test('every key that the schema requires stands in the script', () => {
  const schema = JSON.parse(readRoot('schemas/collector.schema.json')) as object;
  const keys = new Set<string>();
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { required } = node as { readonly required?: unknown };
    if (Array.isArray(required)) for (const key of required) keys.add(String(key));
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(schema);
  assert.ok(keys.size > 120, `${keys.size} keys`);
  const missing = [...keys].filter((key) => !new RegExp(`(?:^|[{;\\s])${key} = |'"${key}":'`, 'm').test(SCRIPT));
  assert.deepEqual(missing, []);
});

test('every key that the script writes into a row stands in the schema', () => {
  const schema = readRoot('schemas/collector.schema.json');
  const tree = powershellTree(SCRIPT);
  assert.ok(tree !== null);
  const rows =
    /^(?:Get-\w+(?:Row|Facts|Reference|Namespace|Object|Error)|Read-\w+Section|ConvertTo-ErrorObject|Add-(?:Problem|NamespaceProblem)|Invoke-Section)$/;
  const written = nodesOf(tree.rootNode, 'function_statement')
    .filter((node) => rows.test(nameOf(node)))
    .flatMap((node) => nodesOf(node, 'key_expression').map(({ text }) => text))
    .filter((key) => /^[a-z]/.test(key));
  assert.ok(written.length > 100, `${written.length} keys`);
  assert.deepEqual(
    written.filter((key) => !schema.includes(`"${key}": `)),
    [],
  );
});

test('L17: the script, its help and its document say that it was not run on Windows', () => {
  assert.match(SCRIPT, /Executed on Windows by its authors: no\./);
  assert.doesNotMatch(SCRIPT, /tested on Windows/i);
});

test('the writer of JSON escapes all that is not ASCII, and knows every type that it may be given', () => {
  const text = functionText('ConvertTo-JsonString') + functionText('ConvertTo-JsonText');
  for (const part of [
    "'[^ -~]'",
    "'\\u' + $code.ToString('x4', $Invariant)",
    '$null -eq $Value',
    '$Depth -gt $MaxDepth',
    '-is [bool]',
    '-is [string]',
    '-is [long] -or $Value -is [uint64]',
    '-is [double]',
    '-is [datetime]',
    '-is [hashtable]',
    '-is [array]',
    '$Value.GetEnumerator()',
  ]) {
    assert.ok(text.includes(part), part);
  }
  // A table with a key named Keys or Count would hide its own.
  assert.doesNotMatch(SCRIPT, /\$Value\.(?:Keys|Count|Values)\b/);
});

function functionText(name: string): string {
  const tree = powershellTree(SCRIPT);
  const found =
    tree === null ? [] : nodesOf(tree.rootNode, 'function_statement').filter((node) => nameOf(node) === name);
  assert.equal(found.length, 1, `${name} is there once`);
  return found[0]?.text ?? '';
}

function listed(table: string): readonly string[] {
  const list = new RegExp(`^\\$${table} = @\\(([^)]*)\\)$`, 'm').exec(SCRIPT)?.[1] ?? '';
  return [...list.matchAll(/'([^']*)'/g)].map(([, word]) => word ?? '');
}
