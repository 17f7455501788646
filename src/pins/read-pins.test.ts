import assert from 'node:assert/strict';
import { test } from 'node:test';
import { print } from '../../test/made-pin.ts';
import { readPins, withoutPin, withPin } from './index.ts';
import { PIN_BOUNDS } from './pin.ts';

const WHOLE = `version: 1
pins:
  # The agent of the inventory.
  - what: Updater
    subscription: ${print('f1')}
    hosts: [SRV-02, "WS-*"]
    owner: alice
    reason: inventory agent
    created: 2026-03-01
    review: 2026-09-01
  - command: ${print('c0')}
    accounts: ['CORP\\svc-deploy']
    sources: [SCCM01, 10.0.0.5]
    hosts: ["*"]
    owner: bob
    reason: deployment
    created: 2026-03-01
    review: 2026-09-01
`;

async function problemsOf(text: string): Promise<readonly string[]> {
  const reading = await readPins([{ path: 'pins.yaml', text }]);
  assert.ok(reading.kind === 'problems', 'it was read');
  return reading.problems.map(({ place, message }) => `${place} ${message}`);
}

test('a file of pins is read with the place of each pin', async () => {
  const reading = await readPins([{ path: 'pins.yaml', text: WHOLE }]);
  assert.ok(reading.kind === 'pins');
  const [first, second] = reading.pins;
  assert.deepEqual(first, {
    id: first?.id,
    kind: 'subscription',
    print: print('f1'),
    hosts: ['SRV-02', 'WS-*'],
    owner: 'alice',
    reason: 'inventory agent',
    created: '2026-03-01',
    review: '2026-09-01',
    what: 'Updater',
    place: 'pins.yaml:4:5',
  });
  assert.deepEqual(second?.callers, { accounts: ['CORP\\svc-deploy'], sources: ['SCCM01', '10.0.0.5'] });
  assert.deepEqual(second?.place, 'pins.yaml:11:5');
});

test('an empty file and an empty list are no pins', async () => {
  for (const text of ['', '# nothing yet\n', 'version: 1\n', 'version: 1\npins: []\n', 'version: 1\npins:\n']) {
    assert.deepEqual(await readPins([{ path: 'pins.yaml', text }]), { kind: 'pins', pins: [] }, text);
  }
});

test('L16 a pin without owner, reason, review or scope, or of a name alone, is refused where it stands', async () => {
  const without = (field: string): string => WHOLE.replace(new RegExp(`^    ${field}:.*\\n`, 'm'), '');
  assert.deepEqual(await problemsOf(without('owner')), [
    'pins.yaml:4:5 "owner" must be a line of 1 to 200 characters.',
  ]);
  assert.deepEqual(await problemsOf(without('reason')), [
    'pins.yaml:4:5 "reason" must be a line of 1 to 1000 characters.',
  ]);
  assert.deepEqual(await problemsOf(without('review')), ['pins.yaml:4:5 "review" must be a day as YYYY-MM-DD.']);
  assert.deepEqual(await problemsOf(without('created')), ['pins.yaml:4:5 "created" must be a day as YYYY-MM-DD.']);
  assert.deepEqual(await problemsOf(without('hosts')), ['pins.yaml:4:5 "hosts" must be a list of 1 to 64.']);
  assert.deepEqual(await problemsOf(without('subscription')), [
    'pins.yaml:4:5 A pin is of one content: subscription, payload, command.',
  ]);
  assert.deepEqual(await problemsOf(without('accounts')), ['pins.yaml:11:5 "accounts" must be a list of 1 to 64.']);
  assert.deepEqual(await problemsOf(without('sources')), ['pins.yaml:11:5 "sources" must be a list of 1 to 64.']);
});

test('what is wrong is told all at once, each with its place', async () => {
  const wrong = WHOLE.replace('version: 1', 'version: 2')
    .replace('review: 2026-09-01', 'review: 2026-02-30')
    .replace(`command: ${print('c0')}`, 'command: whoami')
    .replace('[SCCM01, 10.0.0.5]', '["*"]')
    .replace('reason: deployment', 'because: deployment');
  assert.deepEqual(await problemsOf(wrong), [
    'pins.yaml:1:10 The version of the file must be 1.',
    'pins.yaml:10:13 "review" must be a day as YYYY-MM-DD.',
    'pins.yaml:16:5 There is no "because" here.',
    'pins.yaml:11:14 "command" must be 64 hex digits.',
    'pins.yaml:13:14 "*" is no whole host name or address.',
    'pins.yaml:11:5 "reason" must be a line of 1 to 1000 characters.',
  ]);
});

test('a review is after the creation and within two years, on both sides of each bound', async () => {
  const withDays = (created: string, review: string): string =>
    WHOLE.replace('created: 2026-03-01', `created: ${created}`).replace('review: 2026-09-01', `review: ${review}`);
  const read = async (text: string): Promise<string> => (await readPins([{ path: 'pins.yaml', text }])).kind;
  assert.equal(await read(withDays('2026-03-01', '2026-03-02')), 'pins');
  assert.equal(await read(withDays('2026-03-01', '2026-03-01')), 'problems');
  assert.equal(await read(withDays('2026-03-01', '2028-03-01')), 'pins');
  assert.equal(await read(withDays('2026-03-01', '2028-03-02')), 'problems');
});

test('aliases, anchors, tags, broken and too deep YAML are told, and nothing is thrown', async () => {
  for (const text of [
    'version: &v 1\npins: []\n',
    'version: 1\npins: !!set {}\n',
    'version: 1\npins: [',
    'pins: []\n',
    '- 1\n',
    'version: 1\npins: {}\n',
    'version: 1\npins: [1]\n',
    '['.repeat(20_000),
  ]) {
    assert.equal((await readPins([{ path: 'pins.yaml', text }])).kind, 'problems', text.slice(0, 40));
  }
});

test('a file is read up to its bound, and not beyond', async () => {
  const padded = (bytes: number): string => `${WHOLE}#`.padEnd(bytes, '#');
  const kind = async (text: string): Promise<string> => (await readPins([{ path: 'pins.yaml', text }])).kind;
  assert.equal(await kind(padded(PIN_BOUNDS.fileBytes)), 'pins');
  assert.equal(await kind(padded(PIN_BOUNDS.fileBytes + 1)), 'problems');
});

test('the same pin in two files is told at the second', async () => {
  const reading = await readPins([
    { path: 'pins.yaml', text: WHOLE },
    { path: 'pins.d/console.yaml', text: WHOLE.replace('alice', 'carol') },
  ]);
  assert.ok(reading.kind === 'problems');
  assert.deepEqual(
    reading.problems.map(({ place }) => place),
    ['pins.d/console.yaml:4:5', 'pins.d/console.yaml:11:5'],
  );
});

test('a pin is added at the end and taken out again; comments and the others stay', async () => {
  const added = await withPin(WHOLE, {
    kind: 'payload',
    print: print('a1'),
    hosts: ['WS-07'],
    owner: 'carol',
    reason: 'reason: with "signs" # and more',
    created: '2026-03-02',
    review: '2026-09-02',
    what: 'Écran',
  });
  assert.ok(added.includes('# The agent of the inventory.'));
  const reading = await readPins([{ path: 'pins.yaml', text: added }]);
  assert.ok(reading.kind === 'pins');
  assert.equal(reading.pins.length, 3);
  const third = reading.pins[2];
  assert.equal(third?.reason, 'reason: with "signs" # and more');
  const rest = await withoutPin(added, third?.id ?? '');
  assert.deepEqual(
    (await readPins([{ path: 'pins.yaml', text: rest ?? '' }])).kind === 'pins' && rest?.includes('# The agent'),
    true,
  );
  assert.equal(await withoutPin(WHOLE, 'nothere'), undefined);
  const first = await withPin('', { ...(reading.pins[2] ?? assert.fail()), hosts: ['*'] });
  assert.equal((await readPins([{ path: 'pins.yaml', text: first }])).kind, 'pins');
});
