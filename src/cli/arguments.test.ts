import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagValue, isGiven, parseArguments, type UsageProblem } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import { allHelp, commandHelp } from './help.ts';

function run(...argv: string[]): {
  verb: string;
  operands: readonly string[];
  flags: Record<string, readonly string[]>;
} {
  const parsed = parseArguments(argv);
  assert.equal(parsed.kind, 'run', JSON.stringify(parsed));
  if (parsed.kind !== 'run') throw new Error('unreachable');
  const { command, operands, flags } = parsed.invocation;
  return { verb: command.verb, operands, flags: Object.fromEntries(flags) };
}

function problems(...argv: string[]): readonly UsageProblem[] {
  const parsed = parseArguments(argv);
  assert.equal(parsed.kind, 'wrong', JSON.stringify(parsed));
  return parsed.kind === 'wrong' ? parsed.problems : [];
}

test('flags may stand before and after paths, and -- ends them', () => {
  assert.deepEqual(run('hunt', '--format', 'json', 'a', '-o', 'out.json', '--', '--odd'), {
    verb: 'hunt',
    operands: ['a', '--odd'],
    flags: { format: ['json'], output: ['out.json'] },
  });
});

test('a path alone is hunted', () => {
  assert.deepEqual(run('evidence/'), { verb: 'hunt', operands: ['evidence/'], flags: {} });
});

test('--flag=value, -oFILE, a relative time and a lone dash are values', () => {
  assert.deepEqual(run('hunt', 'a', '--format=csv', '-o-', '--from', '-24h').flags, {
    format: ['csv'],
    output: ['-'],
    from: ['-24h'],
  });
  assert.deepEqual(run('hunt', 'a', '--output', '-').flags, { output: ['-'] });
});

test('--host may be repeated, --format may not', () => {
  assert.deepEqual(run('hunt', 'a', '--host', 'x', '--host', 'y').flags, { host: ['x', 'y'] });
  assert.equal(problems('hunt', 'a', '--format', 'csv', '--format', 'json')[0]?.code, 'TRIAD-E-ARG-TWICE');
});

test('a verb that takes nothing says so', () => {
  assert.equal(problems('serve', 'x')[0]?.message, 'triad serve takes flags only.');
});

test('an unknown flag names the nearest one, and independent problems come together (L30)', () => {
  const found = problems('hunt', 'a', '--form', '-24h', '--fail-level', 'hihg');
  assert.deepEqual(
    found.map((p) => [p.code, p.place, p.action]),
    [
      ['TRIAD-E-ARG-UNKNOWN-FLAG', '--form', 'Did you mean --from?'],
      ['TRIAD-E-ARG-VALUE', '--fail-level', 'Did you mean high?'],
    ],
  );
});

test('a flag or value that was cut short names the one that begins so', () => {
  const parsed = parseArguments(['hunt', 'x', '--mani', 'json', '--min-level', 'crit']);
  assert.deepEqual(parsed.kind === 'wrong' ? parsed.problems.map(({ place, action }) => [place, action]) : parsed, [
    ['--mani', 'Did you mean --manifest?'],
    ['--min-level', 'Did you mean critical?'],
  ]);
});

test('a lone dash is standard input where a verb reads it, and refused where it does not', () => {
  const codes = (argv: readonly string[]) => {
    const parsed = parseArguments(argv);
    return parsed.kind === 'wrong' ? parsed.problems.map(({ code }) => code) : parsed.kind;
  };
  assert.deepEqual(codes(['hunt', '-']), ['TRIAD-E-ARG-STDIN']);
  assert.equal(codes(['hunt', 'x', '-o', '-']), 'run');
  assert.equal(codes(['decode', '-']), 'run');
});

test('flags and verbs of a later version are said to be not in this one', () => {
  assert.equal(problems('hunt', 'a', '--case', 'x')[0]?.message, 'This flag is not in this version.');
  assert.equal(problems('ledger')[0]?.message, 'This verb is not in this version.');
});

test('a missing path, a missing value and a value too many are usage problems', () => {
  assert.equal(problems('hunt')[0]?.code, 'TRIAD-E-ARG-MISSING');
  assert.equal(problems('hunt', 'a', '--output')[0]?.code, 'TRIAD-E-ARG-VALUE');
  assert.equal(problems('hunt', 'a', '--strict=yes')[0]?.message, 'This flag takes no value.');
  assert.equal(problems('verify', 'a', 'b')[0]?.code, 'TRIAD-E-ARG-TOO-MANY');
});

test('bare triad, --version and help are no runs', () => {
  assert.deepEqual(parseArguments([]), { kind: 'help', command: undefined, isAsked: false });
  assert.deepEqual(parseArguments(['--version']), { kind: 'version' });
  assert.equal(parseArguments(['help', 'dump']).kind, 'help');
  assert.equal(parseArguments(['hunt', '--nonsense', '-h']).kind, 'help');
});

test('L29 help of every verb names every flag, in at most 60 lines of 100 columns, with three examples', () => {
  for (const command of COMMANDS) {
    const text = commandHelp(command);
    const lines = text.split('\n');
    assert.ok(lines.length <= 60, `${command.verb}: ${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 100, line);
    for (const flag of command.flags) assert.ok(text.includes(`--${flag.name}`), `${command.verb} --${flag.name}`);
    assert.equal(command.examples.length, 3, command.verb);
  }
  for (const line of allHelp('1.0.0').split('\n')) assert.ok(line.length <= 100, line);
});

test('every example of the help is a command line that parses', () => {
  for (const command of COMMANDS) {
    for (const [example] of command.examples) {
      const words = example.split('<')[0]?.trim().split(' ').slice(1) ?? [];
      assert.notEqual(parseArguments(words).kind, 'wrong', example);
    }
  }
});

test('values are read back by name', () => {
  const parsed = parseArguments(['hunt', 'a', '--host', 'x', '--host', 'y', '--strict']);
  assert.ok(parsed.kind === 'run');
  assert.equal(flagValue(parsed.invocation, 'host'), 'y');
  assert.equal(isGiven(parsed.invocation, 'strict'), true);
  assert.equal(isGiven(parsed.invocation, 'all'), false);
});
