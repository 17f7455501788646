import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchBenign, resemblesName, type SeenSubscription } from './benign.ts';
import { editDistance } from './edit-distance.ts';

/** The built-in subscription as a 5861 shows it: properties at default are left out. */
const SCM: SeenSubscription = {
  namespace: 'root\\subscription',
  isBound: true,
  hasAllProperties: true,
  filterName: 'SCM Event Log Filter',
  query: 'select * from MSFT_SCMEventLogEvent',
  eventNamespace: 'root\\cimv2',
  filterCreatorSid: 'S-1-5-32-544',
  consumerClass: 'NTEventLogEventConsumer',
  consumerName: 'SCM Event Log Consumer',
  properties: {
    Category: '0',
    CreatorSID: '{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0}',
    EventType: '1',
    Name: 'SCM Event Log Consumer',
    NameOfUserSIDProperty: 'sid',
    SourceName: 'Service Control Manager',
  },
};

const BVT: SeenSubscription = {
  namespace: 'root\\subscription',
  isBound: true,
  hasAllProperties: true,
  filterName: 'BVTFilter',
  query:
    'SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA "Win32_Processor" AND TargetInstance.LoadPercentage > 99',
  eventNamespace: '//./root/cimv2',
  consumerClass: 'CommandLineEventConsumer',
  consumerName: 'BVTConsumer',
  properties: {
    CommandLineTemplate: 'cscript KernCap.vbs',
    WorkingDirectory: 'C:\\\\tools\\\\kernrate',
    Name: 'BVTConsumer',
  },
};

test('the built-in subscriptions are known by all of their content', () => {
  assert.deepEqual(
    [matchBenign(SCM).exact?.id, matchBenign(SCM).masquerade, matchBenign(SCM).likeness],
    ['SCM Event Log', undefined, 1],
  );
  assert.deepEqual([matchBenign(BVT).exact?.id, matchBenign(BVT).masquerade], ['BVT', undefined]);
  const withDefaults = {
    ...SCM.properties,
    EventID: '0',
    NumberOfInsertionStrings: '0',
    InsertionStringTemplates: '{""}',
  };
  assert.equal(matchBenign({ ...SCM, properties: withDefaults }).exact?.id, 'SCM Event Log');
  const { Category: _, ...noCategory } = SCM.properties as Readonly<Record<string, string>>;
  assert.equal(matchBenign({ ...SCM, properties: noCategory }).exact?.id, 'SCM Event Log');
  const singled = { ...BVT.properties, WorkingDirectory: 'C:\\tools\\kernrate', RunInteractively: 'FALSE' };
  assert.equal(matchBenign({ ...BVT, properties: singled }).exact?.id, 'BVT');
});

test('any property that differs takes the exact match away and makes a masquerade', () => {
  const changes: readonly (readonly [Partial<SeenSubscription>, string])[] = [
    [{ query: "select * from Win32_ProcessStartTrace where ProcessName='x'" }, 'query'],
    [{ eventNamespace: 'root\\default' }, 'event namespace'],
    [{ consumerClass: 'CommandLineEventConsumer', properties: { CommandLineTemplate: 'x' } }, 'consumer class'],
    [{ properties: { ...SCM.properties, SourceName: 'Other' } }, 'SourceName'],
    [{ properties: { ...SCM.properties, EventType: '2' } }, 'EventType'],
    [{ properties: { ...SCM.properties, Category: '7' } }, 'Category'],
    [{ properties: { ...SCM.properties, UNCServerName: '\\\\evil' } }, 'UNCServerName'],
    [{ properties: { ...SCM.properties, MachineName: 'evil' } }, 'MachineName'],
    [{ properties: { ...SCM.properties, Unknown: 'x' } }, 'Unknown'],
    [{ namespace: 'root\\default' }, 'namespace'],
    [{ consumerName: 'Evil' }, 'consumer'],
    [{ filterName: 'Evil' }, 'filter'],
  ];
  for (const [change, difference] of changes) {
    const match = matchBenign({ ...SCM, ...change });
    assert.deepEqual([match.exact, match.masquerade?.id], [undefined, 'SCM Event Log'], difference);
    assert.ok(match.differences.includes(difference), `${difference}: ${match.differences.join()}`);
  }
});

/** Every property of the entry spelt out, as the repository holds them. */
const STORED: Readonly<Record<string, string>> = {
  ...(SCM.properties as Readonly<Record<string, string>>),
  EventID: '0',
  InsertionStringTemplates: '{""}',
  NumberOfInsertionStrings: '0',
  NameOfRawDataProperty: '',
  MachineName: '',
  MaximumQueueSize: '',
  UNCServerName: '',
};

test('without full properties, binding or the right creator there is neither an exact match nor a masquerade', () => {
  const { EventType: _, ...noType } = SCM.properties as Readonly<Record<string, string>>;
  assert.equal(matchBenign({ ...SCM, properties: STORED }).exact?.id, 'SCM Event Log');
  for (const change of [
    { hasAllProperties: false },
    { hasAllProperties: false, properties: STORED },
    { isBound: false },
    { filterCreatorSid: 'S-1-5-21-1-2-3-1001' },
    { hasAllProperties: false, properties: noType },
    { hasAllProperties: false, properties: {}, consumerClass: null, consumerName: null, isBound: false },
  ] satisfies readonly Partial<SeenSubscription>[]) {
    const match = matchBenign({ ...SCM, ...change });
    assert.deepEqual([match.exact, match.masquerade, match.differences], [undefined, undefined, []]);
  }
});

test('WannaMine: a command line consumer under the built-in names, or near them, is a masquerade (DOMAIN 4)', () => {
  for (const [filterName, consumerName] of [
    ['SCM Event Log Filter', 'SCM Event Log Consumer'],
    ['SCM Event8 Log Filter', 'SCM Event8 Log Consumer'],
    ['SCM Event8 Log Filter2', 'SCM Event8 Log Consumer2'],
    ['SCM Events Log Filter', 'SCM Events Log Consumer'],
    ['DSM Event Log Filter', 'DSM Event Log Consumer'],
  ] as const) {
    const match = matchBenign({
      ...SCM,
      filterName,
      consumerName,
      consumerClass: 'CommandLineEventConsumer',
      properties: { CommandLineTemplate: 'powershell -enc AAAA' },
    });
    assert.equal(match.masquerade?.id, 'SCM Event Log', filterName);
  }
  const bvt = matchBenign({ ...BVT, hasAllProperties: false, properties: {}, payload: 'powershell -enc AAAA' });
  assert.deepEqual([bvt.masquerade?.id, bvt.differences], ['BVT', ['payload']]);
});

test('ordinary names resemble no benign one', () => {
  for (const [filterName, consumerName] of [
    ['BotFilter82', 'BotConsumer23'],
    ['Event Log Filter', 'Event Log Consumer'],
    ['SQL Event Log Filter', 'SQL Event Log Consumer'],
    ['BFTFilter', 'BATConsumer'],
    ['Updater', 'Updater'],
    ['Syslog Consumer', 'Log Adapter Filter'],
    ['WSUS_QQTJ7', 'WSUS_RP5ZB'],
    ['ProcessStartTrigger', 'KillProcess'],
  ] as const) {
    const match = matchBenign({ ...BVT, filterName, consumerName });
    assert.equal(match.masquerade, undefined, filterName);
    const other = matchBenign({ ...SCM, filterName, consumerName });
    assert.equal(other.masquerade, undefined, filterName);
  }
  assert.equal(resemblesName('scm event log filter', 'SCM Event Log Filter'), true);
  assert.equal(resemblesName('BVTFilter2', 'BVTFilter'), true);
  assert.equal(resemblesName('x'.repeat(10_000), 'SCM Event Log Filter'), false);
});

test('vendor names are a hint and never a verdict', () => {
  const match = matchBenign({
    ...BVT,
    filterName: 'DellCommandPowerManagerAlertEventFilter',
    consumerName: 'DellCommandPowerManagerAlertEventConsumer',
    consumerClass: 'ActiveScriptEventConsumer',
    properties: { ScriptText: 'x' },
  });
  assert.deepEqual(
    [match.exact, match.masquerade, match.vendorHint],
    [undefined, undefined, 'Dell Command Power Manager'],
  );
});

test('likeness says how near an unknown subscription is, and names the nearest from one half on', () => {
  const near = matchBenign({ ...SCM, eventNamespace: 'root\\default' });
  assert.deepEqual([near.nearest, near.likeness], ['SCM Event Log', 0.96]);
  const far = matchBenign({
    ...BVT,
    filterName: 'a',
    consumerName: 'b',
    query: 'select * from X',
    properties: { CommandLineTemplate: 'c' },
  });
  assert.equal(far.nearest, undefined);
  assert.ok(far.likeness < 0.5);
});

/** The textbook form, as oracle. */
function plainDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 0; j <= b.length; j++) (rows[0] as number[])[j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const cell = (x: number, y: number): number => rows[x]?.[y] ?? 0;
      (rows[i] as number[])[j] = Math.min(
        cell(i - 1, j) + 1,
        cell(i, j - 1) + 1,
        cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
  }
  return rows[a.length]?.[b.length] ?? 0;
}

test('the banded edit distance equals the plain one up to its limit', async () => {
  const { default: fc } = await import('fast-check');
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 4 }), (a, b, limit) => {
      assert.equal(editDistance(a, b, limit), Math.min(plainDistance(a, b), limit + 1));
    }),
  );
});
