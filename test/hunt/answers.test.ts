import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';
import { commandHelp } from '../../src/cli/help.ts';
import { renderJsonl } from '../../src/report/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { INCIDENTS, POSSIBLE_INCIDENT, WORST } from '../report/sample-incidents.ts';
import { PLANTED } from '../report/sample-result.ts';
import { folderWith, ROOT, triad } from './run-triad.ts';

const RESULT = [...renderJsonl(INCIDENTS)].join('');

test('explain, graph and report read a result file, standard input, and findings.jsonl where nothing is named', async (t) => {
  const cwd = folderWith(t, [
    ['findings.jsonl', RESULT],
    ['other/x.jsonl', RESULT],
  ]);
  const named = await triad(['explain', WORST.id, 'other/x.jsonl'], { cwd });
  assert.deepEqual([named.code, named.stderr], [0, '']);
  assert.match(named.stdout, /^■ CRITICAL {2}inca/);
  assert.equal((await triad(['explain', WORST.id], { cwd })).stdout, named.stdout);
  assert.equal((await triad(['explain', WORST.id, '-'], { cwd, input: RESULT })).stdout, named.stdout);
  const graph = await triad(['graph', '--incident', PLANTED.id, '--format', 'dot'], { cwd });
  assert.match(graph.stdout, /^digraph triad \{/);
  const page = await triad(['report', WORST.id], { cwd });
  assert.equal(page.code, 0);
  assert.match(page.stdout, /^<!doctype html>/);
  const json = await triad(['report', WORST.id, '--as', 'json'], { cwd });
  assert.equal((JSON.parse(json.stdout) as { incident: { id: string } }).incident.id, WORST.id);
});

test('PRODUCT 5 these verbs never end with 1; an id that is not there is 2, with the nearest one', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  for (const args of [['explain'], ['report'], ['graph', '--incident']]) {
    const ended = await triad([...args, `${WORST.id.slice(0, 12)}zzzz`], { cwd });
    assert.deepEqual([ended.code, ended.stdout], [2, ''], args.join(' '));
    assert.match(ended.stderr, new RegExp(`TRIAD-E-ARG-NO-ID[\\s\\S]*Did you mean ${WORST.id}`));
  }
});

test('L14 a superseded id finds its incident from the command line', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  const ended = await triad(['explain', WORST.aliases[0] ?? '', '--format', 'json'], { cwd });
  assert.deepEqual(JSON.parse(ended.stdout).id, WORST.id);
});

test('U1 a cut, changed or foreign result is 3, said with its line; nothing to read at all is 2', async (t) => {
  const lines = RESULT.split('\n');
  const cwd = folderWith(t, [
    ['cut.jsonl', lines.slice(0, 6).join('\n')],
    ['changed.jsonl', RESULT.replace('"level":"critical","score":100', '"level":"low","score":100')],
    ['later.jsonl', RESULT.replaceAll('triad.finding/1', 'triad.finding/2')],
  ]);
  const ended = async (name: string): Promise<string> => {
    const { code, stderr } = await triad(['graph', name], { cwd });
    return `${code} ${/^error {2}(\S+) {3}(.*)/.exec(stderr)?.slice(1).join(' ')}`;
  };
  assert.equal(await ended('cut.jsonl'), '3 TRIAD-E-RESULT-CUT cut.jsonl, line 6');
  assert.match(await ended('changed.jsonl'), /^3 TRIAD-E-RESULT-CHANGED changed\.jsonl, line \d+$/);
  assert.equal(await ended('later.jsonl'), '3 TRIAD-E-RESULT-VERSION later.jsonl, line 1');
  assert.match(await ended('none.jsonl'), /^2 TRIAD-E-ARG-NOTHING-FOUND/);
  const { code, stderr } = await triad(['graph'], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /the current folder holds no findings\.jsonl/);
});

test('a result beside other paths, a bad number and an unknown host are usage', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  for (const [args, code] of [
    [['graph', 'findings.jsonl', '.'], 'TRIAD-E-ARG-RESULT'],
    [['graph', '--hops', '0'], 'TRIAD-E-ARG-VALUE'],
    [['graph', '--min-confidence', '2'], 'TRIAD-E-ARG-VALUE'],
    [['graph', '--from-host', 'nobody'], 'TRIAD-E-ARG-NO-HOST'],
    [['report', 'findings.jsonl', '--all'], 'TRIAD-E-ARG-MISSING'],
    [['report'], 'TRIAD-E-ARG-MISSING'],
    [['analytics', 'run'], 'TRIAD-E-ARG-VALUE'],
    [['analytics', '--analytic', 'ZZ9'], 'TRIAD-E-ARG-NO-ID'],
    [['explain', WORST.id, '--record', '1'], 'TRIAD-E-ARG-NO-RECORD'],
  ] as const) {
    const ended = await triad(args, { cwd });
    assert.equal(ended.code, 2, args.join(' '));
    assert.ok(ended.stderr.includes(code), `${args.join(' ')}: ${ended.stderr}`);
  }
});

test('an unknown host is answered with hosts that have hops, an unknown id with the worst incident', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  const from = await triad(['graph', '--from-host', 'nobody'], { cwd });
  assert.match(from.stderr, /Name one of ws-07\.corp\.example\./);
  const to = await triad(['graph', '--to-host', 'nobody'], { cwd });
  assert.match(to.stderr, /Name one of srv-02\.corp\.example, dc-01\.corp\.example\./);
  const id = await triad(['explain', 'zzzzzzzzzzzzzzzz'], { cwd });
  assert.match(id.stderr, new RegExp(`The worst incident of the result: ${WORST.id}\\.`));
});

test('report --all writes a page for each incident and an index, and overwrites only when told to', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  const args = ['report', '--all', 'findings.jsonl', '-o', 'pages'];
  assert.equal((await triad(args, { cwd })).code, 0);
  const names = ['incident-report-1.html', 'incident-report-2.html', 'incident-report-3.html', 'index.html'];
  assert.deepEqual(readdirSync(join(cwd, 'pages')).sort(), names);
  const index = readFileSync(join(cwd, 'pages', 'index.html'), 'utf8');
  for (const name of names.slice(0, 3)) assert.ok(index.includes(`href="${name}"`));
  assert.ok(index.indexOf(WORST.id) < index.indexOf(POSSIBLE_INCIDENT.id));
  assert.equal((await triad(args, { cwd })).code, 2);
  assert.equal((await triad([...args, '--force'], { cwd })).code, 0);
});

test('hunt --like reads a result and ends with 1 where what is alike is bad enough', async (t) => {
  const cwd = folderWith(t, [['findings.jsonl', RESULT]]);
  const like = ['hunt', '--like', WORST.id, 'findings.jsonl'];
  const ended = await triad(like, { cwd });
  assert.equal(ended.code, 1);
  assert.match(ended.stdout, /same account {8}CORP\\svc-deploy/);
  assert.equal((await triad([...like, '--fail-level', 'critical'], { cwd })).code, 0);
  assert.equal((await triad([...like, '--report', 'out'], { cwd })).code, 2);
  assert.equal((await triad(['hunt', '--like', 'nothing', 'findings.jsonl'], { cwd })).code, 2);
  assert.ok(!existsSync(join(cwd, 'out')));
});

test('analytics tells the catalogue as a list, in whole and as JSON', async () => {
  const list = await triad(['analytics']);
  assert.equal(list.code, 0);
  assert.match(list.stdout, /^R01 {3}/m);
  const why = await triad(['analytics', 'why', '--analytic', 'r01']);
  for (const word of ['asks', 'holds', 'needs', 'joins', 'blind', 'mistakes'])
    assert.match(why.stdout, new RegExp(`^${word} `, 'm'));
  const json = JSON.parse((await triad(['analytics', '--format', 'json', '--analytic', 'R01'])).stdout) as {
    analytics: { id: string }[];
  };
  assert.deepEqual(
    json.analytics.map(({ id }) => id),
    ['R01'],
  );
  const all = await triad(['analytics', 'why']);
  assert.deepEqual(
    [...list.stdout.split('\n'), ...why.stdout.split('\n'), ...all.stdout.split('\n')].filter(
      (line) => line.length > 100,
    ),
    [],
  );
});

test('analytics tells each rule of the pack under its number, whether code bears it too or not', async () => {
  const list = (await triad(['analytics'])).stdout;
  assert.match(list, /^S09 {3}high {10}wmi {6}Subscription created by a script\n {29}\(rules\/s09-/m);
  assert.match(
    list,
    /^T01 .*Log cleared\. Who[\s\S]*?^T01 .*Event log cleared through WMI by a command/m,
    'code, then rules',
  );
  const ids = [...list.matchAll(/^([A-Z]\d\d) /gm)].map(([, id]) => id);
  assert.deepEqual(ids, ids.toSorted());
  const why = await triad(['analytics', 'why', '--analytic', 's08', '--analytic', 'S21', '--analytic', 'Q03']);
  assert.equal(why.code, 0, why.stderr);
  for (const word of ['asks', 'holds', 'source', 'needs', 'weighs', 'one for', 'blind', 'mistakes', 'ATT&CK'])
    assert.match(why.stdout, new RegExp(`^${word} `, 'm'));
  assert.match(why.stdout, /CommandLine is empty unless this is on/);
  assert.match(why.stdout, /the sum of the subscription, at least high/);
  assert.doesNotMatch(why.stdout, /^joins|^within/m, 'a rule joins nothing');
  const json = JSON.parse((await triad(['analytics', '--format', 'json', '--analytic', 'S08'])).stdout) as {
    analytics: object[];
    rules: { analytic: string; rule: { path: string }; falsePositives: { what: string; tell: string }[] }[];
  };
  assert.equal(json.analytics.length, 0);
  assert.deepEqual([...new Set(json.rules.map(({ analytic }) => analytic))], ['S08']);
  assert.ok(json.rules.every(({ rule }) => /^rules\/[a-z0-9-]+\.yml$/.test(rule.path)));
  assert.ok(json.rules.flatMap((one) => one.falsePositives).every(({ what, tell }) => what !== '' && tell !== ''));
});

test('L29 help says the exit codes that a verb has: of the server, of what asks it, of what tells by 1', () => {
  const exits = new Map(COMMANDS.map((command) => [command.verb, commandHelp(command).trimEnd().split('\n').at(-1)]));
  assert.match(exits.get('serve') ?? '', /^Exit: 0 ended .* 2 the start was refused, 4/);
  assert.match(exits.get('incidents list') ?? '', /3 no server answers/);
  assert.match(exits.get('pin check') ?? '', /1 something is/);
  const flag = commandHelp(COMMANDS.find(({ verb }) => verb === 'serve') ?? COMMANDS[0] ?? assert.fail());
  assert.match(flag, /^ {6}--i-accept-unauthenticated\n {30}take syslog from other machines/m);
});

test('L29 help of every verb keeps to 60 lines of 100 columns, and the README names every verb', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const command of COMMANDS) {
    const lines = commandHelp(command).trimEnd().split('\n');
    assert.ok(lines.length <= 60, `${command.verb}: ${lines.length} lines`);
    assert.deepEqual(
      lines.filter((line) => line.length > 100),
      [],
      command.verb,
    );
    assert.ok(
      readme.includes(`| \`triad ${command.verb} `) || readme.includes(`| \`triad ${command.verb}\``),
      command.verb,
    );
  }
});

test('L3 hunt --report writes its files, the manifest names each with its hash, and the result file is read back', async (t) => {
  const cwd = folderWith(
    t,
    [...seedCase().files].map(([path, bytes]) => [`evidence/${path}`, bytes] as const),
  );
  const evidence = 'evidence';
  const ended = await triad(['hunt', evidence, '--report', 'out', '--fail-level', 'never'], { cwd });
  assert.equal(ended.code, 0, ended.stderr);
  const names = readdirSync(join(cwd, 'out')).sort();
  for (const name of ['errors.jsonl', 'findings.jsonl', 'manifest.json', 'timeline.csv'])
    assert.ok(names.includes(name), name);
  assert.ok(names.some((name) => /^incident-report(?:-1)?\.html$/.test(name)));
  const manifest = JSON.parse(readFileSync(join(cwd, 'out', 'manifest.json'), 'utf8')) as {
    result: { outputs: { path: string; sha256: string }[] };
  };
  assert.deepEqual(
    manifest.result.outputs.map(({ path }) => path),
    names.filter((name) => name !== 'manifest.json').map((name) => join('out', name)),
  );
  for (const { path, sha256 } of manifest.result.outputs) {
    assert.equal(
      createHash('sha256')
        .update(readFileSync(join(cwd, path)))
        .digest('hex'),
      sha256,
      path,
    );
  }
  assert.match(ended.stdout, /^WROTE {5}out[/\\]incident-report/m);
  assert.equal((await triad(['graph', join('out', 'findings.jsonl')], { cwd })).code, 0);
  assert.equal((await triad(['hunt', evidence, '--report', 'out'], { cwd })).code, 2);
});
