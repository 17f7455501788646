import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon, wmi } from '../../testkit/index.ts';
import { compileRules } from '../sigma/index.ts';
import { toEnd } from '../windows/index.ts';
import { EventMatcher, LOG_SOURCES } from './index.ts';

function matcherOf(...texts: readonly string[]): EventMatcher {
  const sources = texts.map((text, at) => ({ text, file: `${at}.yml` }));
  const { rules, problems } = compileRules(sources, { taxonomy: LOG_SOURCES });
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  return new EventMatcher(rules);
}

function titles(matcher: EventMatcher, model: EventModel): readonly string[] {
  const [event] = madeEvents([model]);
  assert.ok(event !== undefined);
  return matcher.match(event).map(({ rule, route }) => `${rule.metadata.title} on ${route.id}`);
}

const PROCESS = `title: Calculator by the provider host
logsource: { category: process_creation, product: windows }
detection:
  selection:
    Image|endswith: '\\calc.exe'
    ParentImage|endswith: '\\wmiprvse.exe'
  condition: selection
`;
const SERVICE = `title: Any logon
logsource: { service: security, product: windows }
detection:
  selection: { EventID: 4624 }
  condition: selection
`;
const CONSUMER = `title: Consumer with a command
logsource: { category: wmi_event, product: windows }
detection:
  selection:
    Destination|contains: powershell
  condition: selection
`;

test('one rule of process creations is tried on Sysmon 1 and on 4688, under the names of each', () => {
  const matcher = matcherOf(PROCESS);
  const image = 'C:\\Windows\\System32\\calc.exe';
  const parentImage = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
  assert.deepEqual(titles(matcher, sysmon.process({ pid: 4, image, parentImage })).length, 1);
  assert.deepEqual(
    titles(
      matcher,
      security.processCreation({
        pid: 4n,
        image,
        creatorPid: 8n,
        creatorImage: parentImage,
        subject: security.subject(security.SYSTEM_ACCOUNT, 0x3e7n),
      }),
    ).length,
    1,
  );
  assert.deepEqual(titles(matcher, sysmon.process({ pid: 4, image, parentImage: image })), []);
});

test('a rule of a service is tried on the events that it names and on no others', () => {
  const matcher = matcherOf(SERVICE);
  assert.ok(matcher.channels.has('security'));
  assert.deepEqual([...(matcher.channels.get('security') ?? [])], [4624]);
  assert.equal(titles(matcher, security.logon({ account: security.SYSTEM_ACCOUNT, logonId: 4n })).length, 1);
  assert.deepEqual(titles(matcher, security.logoff(security.SYSTEM_ACCOUNT, 4n)), []);
});

test('E3: a rule over Sysmon 20 sees what a 5861 implies', () => {
  const matcher = matcherOf(CONSUMER);
  const binding = wmi.binding(
    { name: 'Up', query: 'SELECT * FROM Win32_ProcessStartTrace', eventNamespace: 'root\\cimv2' },
    { class: 'CommandLineEventConsumer', name: 'Up', properties: { CommandLineTemplate: 'powershell -enc AAAA' } },
    {},
  );
  assert.equal(titles(matcher, binding).length, 1);
});

test('routes of many rules are made ready before an event comes, one a piece, and those of few are left', () => {
  const many = Array.from({ length: 120 }, (_, at) => PROCESS.replace('calc.exe', `calc${at}.exe`));
  const { rules } = compileRules(
    [...many, SERVICE].map((text, at) => ({ text, file: `${at}.yml` })),
    { taxonomy: LOG_SOURCES },
  );
  const ready: number[] = [];
  const routeMatcher: NonNullable<ConstructorParameters<typeof EventMatcher>[1]>['routeMatcher'] = (ofRoute) => ({
    match: () => [],
    makeReady: () => ready.push(ofRoute.length),
  });
  const pieces = new EventMatcher(rules, { routeMatcher }).makingReady();
  assert.deepEqual([pieces.next().done, ready], [false, [120]]);
  toEnd(pieces);
  // Process creations are Sysmon 1 and 4688.
  assert.deepEqual(ready, [120, 120]);
});
