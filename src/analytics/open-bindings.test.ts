import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, sysmon, system, wmi } from '../../testkit/index.ts';
import { compileRules } from '../sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../taxonomy/index.ts';
import type { Event } from '../windows/index.ts';
import { Engine } from './engine.ts';
import { OpenBindings } from './open-bindings.ts';

function at(time: string): { computer: string; time: string } {
  return { computer: 'SRV-02.corp.example.com', time: `2026-03-12T${time}Z` };
}

function rule(title: string, id: number, ...tests: readonly string[]): string {
  return [
    `title: ${title}`,
    `id: 5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0a${id}`,
    'level: high',
    'logsource: { product: windows, category: wmi_event }',
    'detection:',
    `  s: { ${tests.join(', ')} }`,
    '  condition: s',
    '',
  ].join('\n');
}

const CREATED = rule('Made', 1, 'EventID: 21', 'Operation: Created', "Filter|contains: 'Updater'");
const REGISTERED = rule('Stands', 2, 'EventID: 21', 'Operation: Registered', "Filter|contains: 'Updater'");
const ANY = rule('Whatever', 3, 'EventID: 21', "Filter|contains: 'Updater'");
const BOTH = rule('Either', 4, 'EventID: 21', 'Operation: [Created, Registered]', "Filter|contains: 'Updater'");
const FILTER = {
  name: 'Updater',
  query: "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'",
  eventNamespace: 'root\\cimv2',
};
const CONSUMER = {
  class: 'CommandLineEventConsumer',
  name: 'Updater',
  properties: { CommandLineTemplate: 'cmd.exe /c calc' },
};
const stored = (time: string): EventModel => wmi.binding(FILTER, CONSUMER, at(time));
const MORNING = wmi.scmBinding(at('07:00:00'));

interface Told {
  readonly findings: readonly string[];
  readonly hits: readonly (readonly [number, number])[];
  readonly steps: readonly string[];
}

function told(models: readonly EventModel[], ...texts: readonly string[]): Told {
  const sources = texts.map((text, i) => ({ text, file: `rules/${i}.yml` }));
  const { rules } = compileRules(sources, { taxonomy: LOG_SOURCES });
  assert.equal(rules.rules.length + rules.correlations.length, texts.join('').match(/^title:/gm)?.length);
  const events = madeEvents(models);
  const engine = new Engine({ coverage: coverageOf(events), rules: new EventMatcher(rules) });
  for (const event of events) {
    // A view of a reader is reused: what waits is a copy.
    let isValid = true;
    const own = <T>(value: T): T => {
      assert.ok(isValid, 'the view was read when its turn was over');
      return value;
    };
    engine.accept({ ...event, get: (name) => own(event.get(name)), detach: () => own(event) });
    isValid = false;
  }
  const { ruleFindings, ruleHits, dossiers } = engine.finish();
  return {
    findings: ruleFindings
      .map(({ finding }) => `${finding.title} ${finding.count} ${finding.time.slice(11, 19)}`)
      .sort(),
    hits: [...ruleHits].sort(([a], [b]) => a - b),
    steps: dossiers
      .filter(({ filter }) => filter.name === 'Updater')
      .flatMap(({ lifecycle }) => lifecycle.map(({ step, part }) => [step, part].filter(Boolean).join(' '))),
  };
}

test('E3: a 5861 that witnesses the creation is Created for rules, and not Registered', () => {
  assert.deepEqual(told([MORNING, stored('09:00:00')], CREATED, REGISTERED, ANY), {
    findings: ['Made 1 09:00:00', 'Whatever 1 09:00:00'],
    hits: [
      [0, 1],
      [2, 1],
    ],
    steps: ['created binding'],
  });
});

test('L1: a 5861 that may be a repeat is Registered for rules, and not Created', () => {
  assert.deepEqual(told([stored('09:00:00')], CREATED, REGISTERED, ANY), {
    findings: ['Stands 1 09:00:00', 'Whatever 1 09:00:00'],
    hits: [
      [1, 1],
      [2, 1],
    ],
    steps: ['registered'],
  });
});

test('L1: a start of Winmgmt five minutes before makes it a repeat, one millisecond more does not', () => {
  const start = system.winmgmtStarted(5615, at('08:55:00.0000000'));
  assert.deepEqual(told([MORNING, start, stored('09:00:00.0000000')], CREATED).findings, []);
  assert.deepEqual(told([MORNING, start, stored('09:00:00.0010000')], CREATED).findings, ['Made 1 09:00:00']);
});

test('L1: what shows only after the record still decides: another binding that is logged again within ten seconds', () => {
  const again = (time: string): readonly EventModel[] => [MORNING, stored('09:00:00'), wmi.scmBinding(at(time))];
  assert.deepEqual(told(again('09:00:09'), CREATED, REGISTERED).findings, ['Stands 1 09:00:00']);
  assert.deepEqual(told(again('09:00:11'), CREATED, REGISTERED).findings, ['Made 1 09:00:00']);
});

test('the first 5861 is Created, and what repeats it later is Registered', () => {
  const models = [MORNING, stored('09:00:00'), stored('11:00:00'), stored('12:00:00')];
  assert.deepEqual(told(models, CREATED, REGISTERED, BOTH).findings, [
    'Either 3 09:00:00',
    'Made 1 09:00:00',
    'Stands 2 11:00:00',
  ]);
});

test('E3: a 5861 beside the Sysmon 21 of one write is one finding with it, Created both', () => {
  const models = [
    sysmon.binding(
      { consumer: 'Updater', filter: 'Updater', operation: 'Created', user: 'CORP\\alice' },
      at('09:00:00.2000000'),
    ),
    stored('09:00:00.1000000'),
  ];
  const { findings } = told(models, CREATED, REGISTERED);
  assert.deepEqual(findings, ['Made 2 09:00:00']);
});

test('a correlation counts what holds either way', () => {
  const twice = (member: number): string =>
    `title: Twice\ncorrelation:\n  type: event_count\n  rules: [5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0a${member}]\n  group-by: [Computer]\n  timespan: 1h\n  condition: { gte: 2 }\n`;
  const models = [MORNING, stored('09:00:00'), stored('09:20:00')];
  assert.deepEqual(told(models, ANY, twice(3)).findings, ['Twice 2 09:00:00']);
  assert.deepEqual(told(models, REGISTERED, twice(2)).findings, []);
});

test('L15: records that wait are bounded for each host, and those given up are counted', () => {
  const { rules } = compileRules([{ text: CREATED, file: 'a.yml' }], { taxonomy: LOG_SOURCES });
  const open = new OpenBindings(new EventMatcher(rules));
  const events = madeEvents(Array.from({ length: 1_001 }, () => stored('09:00:00')));
  for (const event of events.slice(1)) assert.deepEqual(open.match('flooded', event), []);
  assert.deepEqual(open.match('quiet', events[0] as Event), []);
  assert.equal(open.evicted, 0);
  assert.equal([...open.settle([])].length, 1_001);
  assert.deepEqual(open.match('flooded', events[0] as Event), []);
  assert.ok(open.evicted > 0);
  const hosts = [...open.settle([])].map(({ host }) => host);
  assert.ok(hosts.includes('quiet') && hosts.length < 1_002);
});
