import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitCommandLine } from './command-line.ts';

test('arguments are split as CommandLineToArgvW does', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['cmd.exe /c echo hi', 'cmd.exe', ['/c', 'echo', 'hi']],
    ['"C:\\Program Files\\a b.exe" x', 'C:\\Program Files\\a b.exe', ['x']],
    ['  a.exe   "b c"  d', 'a.exe', ['b c', 'd']],
    ['a "x""y" z', 'a', ['x"y', 'z']],
    ['a "b\\\\" c', 'a', ['b\\', 'c']],
    ['a "b\\"c" d', 'a', ['b"c', 'd']],
    ['a \\\\srv\\share\\x', 'a', ['\\\\srv\\share\\x']],
    ['a b\\\\\\"c', 'a', ['b\\"c']],
    ['"a\\"b', 'a\\', ['b']],
    ['a "', 'a', ['']],
    ['', '', []],
    ['"unclosed program', 'unclosed program', []],
  ];
  for (const [line, program, args] of cases) {
    const split = splitCommandLine(line);
    assert.deepEqual([split.program, split.args, split.isCut], [program, args, false], line);
  }
});

test('the tail is the text behind the program as written', () => {
  assert.equal(splitCommandLine('"a b"   /c "x y"').tail, '/c "x y"');
});

/** The inverse rule, written apart: each argument quoted. */
function quoted(arg: string): string {
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
}

test('any arguments quoted by the rule come back', () => {
  const arg = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', '\t', 'é'), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(arg, { maxLength: 6 }), (args) => {
      assert.deepEqual(splitCommandLine(`x.exe ${args.map(quoted).join(' ')}`).args, args);
    }),
  );
});

test('hostile command lines end soon and are marked where arguments were left', () => {
  const start = process.cpuUsage().user;
  assert.equal(splitCommandLine(`a ${'\\'.repeat(1_000_000)}"`).args.length, 1);
  assert.equal(splitCommandLine(`a ${'"'.repeat(1_000_000)}`).args.length, 1);
  assert.equal(splitCommandLine(`a${' b'.repeat(8192)}`).isCut, false);
  const many = splitCommandLine(`a${' b'.repeat(8193)}`);
  assert.deepEqual([many.args.length, many.isCut], [8192, true]);
  assert.ok(process.cpuUsage().user - start < 1_500_000);
});
