import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedCase } from '../../testkit/index.ts';
import { folderWith, triad } from './run-triad.ts';

interface Result {
  readonly subscriptions: readonly {
    readonly id: string;
    readonly host: string;
    readonly filter: { readonly name: string; readonly query: string };
    readonly consumer: { readonly class: string; readonly name: string; readonly payload?: string };
    readonly creator: { readonly sid?: string; readonly account?: string };
    readonly origin: { readonly kind: string; readonly source?: { readonly address?: string } };
    readonly lifecycle: readonly { readonly step: string }[];
    readonly verdict: {
      readonly level: string;
      readonly score: number;
      readonly terms: readonly { readonly points: number }[];
    };
    readonly baseline: { readonly known: boolean };
    readonly evidence: readonly {
      readonly file: string;
      readonly container?: readonly string[];
      readonly offset: number;
    }[];
  }[];
  readonly findings: readonly {
    readonly analytic: string;
    readonly subscriptions: readonly string[];
    readonly process: { readonly pid: number; readonly image: string; readonly commandLine: string };
  }[];
}

test('the seed case: every planted triad is found with its content, creator and life, and nothing else is raised', async (t) => {
  const seed = seedCase();
  const folder = folderWith(t, seed.files);
  const { code, stdout } = await triad(['hunt', folder, '--format', 'json', '--quiet']);
  assert.equal(code, 1);
  const result = JSON.parse(stdout) as Result;
  const raised = result.subscriptions.filter((dossier) => dossier.verdict.level !== 'informational');
  const shown = raised
    .map((d) => ({
      host: d.host,
      filter: d.filter.name,
      consumer: d.consumer.name,
      query: d.filter.query,
      payload: d.consumer.payload,
      class: d.consumer.class,
      creatorSid: d.creator.sid,
      creator: d.creator.account?.toLowerCase(),
      step: d.lifecycle.find(({ step }) => step === 'created' || step === 'registered')?.step,
      address: d.origin.source?.address,
    }))
    .sort((a, b) => (`${a.host}${a.filter}` < `${b.host}${b.filter}` ? -1 : 1));
  const wanted = seed.truth
    .map((truth) => ({
      host: truth.computer.toLowerCase(),
      filter: truth.filter,
      consumer: truth.consumer,
      query: truth.query,
      payload: truth.payload,
      class: 'CommandLineEventConsumer',
      creatorSid: truth.creatorSid,
      creator: truth.creator.toLowerCase(),
      step: truth.step,
      address: truth.address,
    }))
    .sort((a, b) => (`${a.host}${a.filter}` < `${b.host}${b.filter}` ? -1 : 1));
  assert.deepEqual(shown, wanted);
  const fired = result.findings.filter((finding) => finding.analytic === 'C03');
  assert.deepEqual(
    fired.map(({ process }) => [process.pid, process.image, process.commandLine]),
    [[seed.fired.pid, seed.fired.image, seed.fired.commandLine]],
  );
  const built = result.subscriptions.filter((dossier) => dossier.baseline.known);
  assert.ok(built.length > 0 && built.every((dossier) => dossier.verdict.level === 'informational'));
});

test('a verdict can be added up by hand (L12), and the record that a card cites can be shown again', async (t) => {
  const folder = folderWith(t, seedCase().files);
  const { stdout } = await triad(['hunt', folder, '--format', 'json', '--quiet']);
  const result = JSON.parse(stdout) as Result;
  for (const { verdict } of result.subscriptions) {
    const sum = verdict.terms.reduce((total, term) => total + term.points, 0);
    assert.equal(verdict.score, Math.max(0, Math.min(100, sum)));
  }
  for (const { evidence } of result.subscriptions.slice(0, 4)) {
    const [item] = evidence;
    assert.ok(item !== undefined);
    const member = (item.container ?? []).flatMap((path) => ['--member', path]);
    const again = await triad(['dump', item.file, ...member, '--offset', `0x${item.offset.toString(16)}`, '--quiet']);
    const lines = again.stdout.trimEnd().split('\n');
    assert.equal(lines.length, 1, again.stderr);
    assert.equal((JSON.parse(lines[0] ?? '') as { _meta: { offset: number } })._meta.offset, item.offset);
  }
});

test('L7 the same evidence gives the same bytes in another zone and with the paths the other way round', async (t) => {
  const folder = folderWith(t, seedCase().files);
  const paths = ['FS-01.zip', 'APP-02', 'WS-17'];
  for (const format of ['text', 'csv', 'html', 'jsonl']) {
    const runs = await Promise.all([
      triad(['hunt', ...paths, '--format', format, '--quiet'], { cwd: folder, variables: { TZ: 'UTC' } }),
      triad(['hunt', ...paths.toReversed(), '--format', format, '--quiet', '--jobs', '2'], {
        cwd: folder,
        variables: { TZ: 'Asia/Kolkata', LC_ALL: 'tr_TR.UTF-8' },
      }),
    ]);
    const [first, second] = runs.map(({ stdout }) => withoutRun(stdout));
    assert.equal(second, first, format);
  }
});

/** The output without the one object that may differ between runs, and without what the command line shows of the paths. */
function withoutRun(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('{"kind":"run"') && !/triad (?:hunt|explain|graph) /.test(line))
    .join('\n');
}

test('L5 a window, a host and a level limit what is reported, not what is known', async (t) => {
  const seed = seedCase();
  const folder = folderWith(t, seed.files);
  const all = JSON.parse((await triad(['hunt', folder, '--format', 'json', '-q'])).stdout) as Result;
  const hosts = [...new Set(all.subscriptions.map((d) => d.host))].sort();
  const one = hosts[0] ?? '';
  const ofHost = await triad([
    'hunt',
    folder,
    '--format',
    'json',
    '-q',
    '--host',
    one.split('.')[0]?.toUpperCase() ?? '',
  ]);
  const limited = JSON.parse(ofHost.stdout) as Result;
  assert.deepEqual(
    limited.subscriptions,
    all.subscriptions.filter((d) => d.host === one),
    'what is reported of a host is the same as without --host, sums and origin included',
  );
  const none = await triad(['hunt', folder, '--format', 'json', '-q', '--to', '2001-01-01']);
  assert.equal(none.code, 0);
  assert.deepEqual((JSON.parse(none.stdout) as Result).subscriptions, []);
  const high = JSON.parse(
    (await triad(['hunt', folder, '--format', 'json', '-q', '--min-level', 'high'])).stdout,
  ) as Result;
  assert.ok(high.subscriptions.length > 0);
  assert.ok(high.subscriptions.every((d) => d.verdict.level === 'high' || d.verdict.level === 'critical'));
});
