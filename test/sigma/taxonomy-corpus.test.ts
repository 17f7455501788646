import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { TextReader } from '../../src/shapes/index.ts';
import {
  CATEGORIES,
  EventFields,
  type FieldKnowledge,
  isOfRoute,
  knowledgeOf,
  knownFieldsOf,
  narrowedTo,
  type Route,
  routesOf,
  virtualWmiEvents,
} from '../../src/taxonomy/index.ts';
import type { Event } from '../../src/windows/index.ts';
import { CORPUS, hostArchives, logsInZip, looseLogs, WITHOUT_CORPUS } from '../evtx/corpus.ts';
import { eachRecord } from './corpus-events.ts';
import { liveRules, membersOf, type PublicRule, ruleMembers, WITHOUT_SIGMAHQ } from './sigmahq.ts';

/** Routes of a rule, narrowed to the numbers that it names. */
function narrowRoutes(rule: PublicRule): readonly Route[] {
  const routing = routesOf(rule.logsource);
  if (!('routes' in routing)) return [];
  const { routes } = routing;
  return routes.map((route) =>
    route.product === 'windows' && route.eventIds === 'all' && rule.eventIds.length > 0
      ? narrowedTo(route, rule.eventIds)
      : route,
  );
}

function count(into: Record<string, number>, key: string): void {
  into[key] = (into[key] ?? 0) + 1;
}

function sorted(counts: Readonly<Record<string, number>>): readonly string[] {
  return Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, times]) => `${key}: ${times}`);
}

test('every public rule for Windows and Zeek has a route, or is refused for what no log holds', {
  skip: WITHOUT_SIGMAHQ,
}, (t) => {
  const rules = liveRules();
  assert.equal(rules.length, 3780);
  const routed: Record<string, number> = {};
  const perRoute: Record<string, number> = {};
  const refused: Record<string, number> = {};
  for (const { logsource } of rules) {
    const { product = 'none' } = logsource;
    const routing = routesOf(logsource);
    if ('routes' in routing) {
      count(routed, product);
      for (const { id } of routing.routes) count(perRoute, id);
    } else {
      count(refused, `${routing.refused.code} ${/^(?:windows|zeek|none)$/.test(product) ? product : 'of others'}`);
    }
  }
  for (const line of [...sorted(perRoute), ...sorted(refused)]) t.diagnostic(line);
  assert.deepEqual(routed, { none: 20, windows: 2857, zeek: 24 });
  assert.deepEqual(refused, {
    'foreign-category none': 145,
    'foreign-product of others': 715,
    'foreign-service none': 4,
    'no-event-log windows': 15,
  });
  // SIGMA 6.1 and 6.2 say how many rules each has.
  const expected: Readonly<Record<string, number>> = {
    'process_creation/sysmon': 1416,
    'process_creation/security': 1416,
    'registry_set/sysmon': 224,
    'file_event/sysmon': 220,
    'ps_script/powershell': 178,
    'ps_script/core': 178,
    'service:security': 177,
    'image_load/sysmon': 125,
    'service:system': 74,
    'network_connection/sysmon': 63,
    'registry_event/sysmon': 41,
    'ps_module/powershell': 34,
    'service:application': 32,
    'process_access/sysmon': 29,
    'dns_query/sysmon': 29,
    'pipe_created/sysmon': 20,
    'service:windefend': 17,
    'wmi_event/sysmon': 3,
    'wmi_event/wmi-activity': 3,
    'service:wmi': 2,
    'zeek/smb_files': 7,
    'zeek/dns': 5,
    'zeek/http': 5,
    'zeek/dce_rpc': 4,
    'zeek/kerberos': 1,
    'zeek/rdp': 1,
    'zeek/x509': 1,
  };
  for (const [route, times] of Object.entries(expected)) assert.equal(perRoute[route], times, route);
});

/** Fields of live rules that no event of any of their routes has: they come from other sensors, or are mistakes. */
const NEVER: readonly string[] = [
  'create_remote_thread SourceCommandLine: 1',
  'create_remote_thread SourceParentImage: 2',
  'create_remote_thread TargetParentProcessId: 1',
  'file_event CommandLine: 4',
  'file_event IntegrityLevel: 1',
  'file_event ParentCommandLine: 1',
  'file_event ParentImage: 3',
  'image_load CommandLine: 3',
  'network_connection CommandLine: 4',
  'network_connection ParentImage: 3',
  'process_access SourceCommandLine: 1',
  'process_creation GrandParentImage: 2',
  'security FileName: 1',
  'security SubjectAccountName: 2',
  'system ProcessId: 1',
];

/** Fields of events that are in no table, by service: nothing is said of them. */
const UNKNOWN: readonly string[] = [
  'application: 27',
  'appmodel-runtime: 1',
  'appxdeployment-server: 10',
  'appxpackaging-om: 1',
  'diagnosis-scripted: 1',
  'dns-server-analytic: 1',
  'firewall-as: 10',
  'ldap: 2',
  'lsa-server: 2',
  'msexchange-management: 2',
  'printservice-admin: 1',
  'security-mitigations: 2',
  'shell-core: 2',
  'smbclient-connectivity: 3',
  'smbclient-security: 2',
  'smbserver-connectivity: 4',
  'system: 5',
];

test('every field that a public rule reads is known for one of its routes, or is listed here', {
  skip: WITHOUT_SIGMAHQ,
}, (t) => {
  const never: Record<string, number> = {};
  const unknown: Record<string, number> = {};
  let fields = 0;
  for (const rule of liveRules()) {
    const routes = narrowRoutes(rule);
    const { category, service } = rule.logsource;
    if (routes.length === 0) continue;
    for (const field of rule.fields) {
      fields++;
      const known = routes.map((route) => knowledgeOf(route, field));
      if (known.includes('always') || known.includes('sometimes')) continue;
      if (known.includes('unknown')) count(unknown, service ?? 'windows');
      else count(never, `${category ?? service} ${field}`);
    }
  }
  t.diagnostic(`${fields} fields of rules`);
  assert.ok(fields > 6000);
  assert.deepEqual(sorted(never), NEVER);
  assert.deepEqual(sorted(unknown), UNKNOWN);
});

/** Every log of the real captures. */
function* realLogs(): Generator<readonly [name: string, bytes: Uint8Array]> {
  for (const path of looseLogs()) yield [path.slice(CORPUS.length), readFileSync(path)];
  for (const path of hostArchives()) yield* logsInZip(path);
}

test('118: the records that rules were written for are of their routes, with the fields that the rules read', {
  skip: WITHOUT_SIGMAHQ,
}, (t) => {
  const rules = new Map(liveRules().map((rule) => [rule.id, rule]));
  const members = new Map(ruleMembers('all_regression_cases.zip'));
  const found: Record<string, number> = {};
  const knowledge: Record<string, number> = {};
  let cases = 0;
  let records = 0;
  for (const [path, info] of members) {
    if (!path.endsWith('/info.yml')) continue;
    const { rule_metadata: named } = parse(info.toString('utf8')) as { rule_metadata: { id: string }[] };
    const rule = rules.get(named[0]?.id ?? '');
    const log = members.get(`${path.slice(0, -'info.yml'.length)}${rule?.id}.evtx`);
    if (rule === undefined || log === undefined) continue;
    cases++;
    const routes = narrowRoutes(rule);
    const readers = routes.map((route) => new EventFields(route));
    let taken = 0;
    eachRecord(log, path, (view) => {
      records++;
      for (const [at, route] of routes.entries()) {
        if (!isOfRoute(route, view)) continue;
        taken++;
        count(found, route.id);
        const reader = readers[at];
        assert.ok(reader !== undefined);
        reader.moveTo(view);
        for (const field of rule.fields) {
          const isThere = reader.values(field) !== undefined;
          const known = knowledgeOf(route, field);
          count(knowledge, `${known} ${isThere ? 'there' : 'absent'}`);
          if (known === 'always') assert.ok(isThere, `${path} ${field}`);
          if (known === 'never') assert.ok(!isThere, `${path} ${field}`);
        }
      }
    });
    assert.ok(taken > 0, `${path}: no record of ${JSON.stringify(rule.logsource)}`);
  }
  t.diagnostic(`${cases} cases, ${records} records`);
  for (const line of [...sorted(found), ...sorted(knowledge)]) t.diagnostic(line);
  assert.deepEqual([cases, records], [202, 238]);
  assert.equal(knowledge['never there'], undefined);
  assert.equal(knowledge['always absent'], undefined);
});

test('what is said to be in every event, or in none, is so in every real record', { skip: WITHOUT_CORPUS }, (t) => {
  const routes = new Map<string, readonly Route[]>();
  const readers = new Map<Route, EventFields>();
  const checked: Record<FieldKnowledge, number> = { always: 0, sometimes: 0, never: 0, unknown: 0 };
  const kinds = new Set<string>();
  const perRoute: Record<string, number> = {};
  const wrong: Record<string, number> = {};
  for (const [path, bytes] of realLogs()) {
    eachRecord(bytes, path, (view) => {
      const entries = view.entries();
      // Where Windows could not lay out the data it says so, and gives the bytes.
      if (entries.some(([name]) => name === 'EventPayload')) return;
      const key = `${view.channel} ${view.eventId}`;
      const candidates = routes.get(key) ?? completeRoutes(view);
      routes.set(key, candidates);
      for (const route of candidates) {
        if (!isOfRoute(route, view)) continue;
        kinds.add(key);
        count(perRoute, route.id);
        const reader = readers.get(route) ?? new EventFields(route);
        readers.set(route, reader);
        reader.moveTo(view);
        for (const name of knownFieldsOf(route).always) {
          checked.always++;
          if (reader.values(name) === undefined) count(wrong, `${route.id} ${key} ${name} is not always there`);
        }
        for (const name of route.blind) {
          checked.never++;
          if (reader.values(name) !== undefined) count(wrong, `${route.id} ${key} ${name} is there`);
        }
        for (const [name] of entries) {
          const bare = name.replaceAll(' ', '');
          const known = knowledgeOf(route, bare);
          checked[known]++;
          if (known === 'never' && name !== 'Binary') count(wrong, `${route.id} ${key} ${bare} is there`);
        }
      }
    });
  }
  t.diagnostic(JSON.stringify({ ...checked, kinds: kinds.size }));
  for (const line of sorted(perRoute)) t.diagnostic(line);
  assert.deepEqual(sorted(wrong), []);
  assert.ok(kinds.size > 80, `${kinds.size} kinds of events`);
  for (const id of ['process_creation/security', 'process_creation/sysmon']) {
    assert.ok((perRoute[id] ?? 0) > 100, id);
  }
});

test('exports of NXLog have no field that is said never to be there, and Security stands in for Sysmon in them', {
  skip: WITHOUT_CORPUS,
}, (t) => {
  const folder = join(CORPUS, 'json');
  const routes = new Map<string, readonly Route[]>();
  const readers = new Map<Route, EventFields>();
  const perRoute: Record<string, number> = {};
  const wrong: Record<string, number> = {};
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.zip'))) {
    for (const [, bytes] of membersOf(join(folder, name))) {
      const sink = {
        onEvent: (event: Event) => {
          const key = `${event.channel} ${event.eventId}`;
          const candidates = routes.get(key) ?? completeRoutes(event);
          routes.set(key, candidates);
          for (const route of candidates) {
            if (!isOfRoute(route, event)) continue;
            count(perRoute, route.id);
            const reader = readers.get(route) ?? new EventFields(route);
            readers.set(route, reader);
            reader.moveTo(event);
            for (const [field] of event.entries()) {
              const isNever = knowledgeOf(route, field) === 'never' && !route.blind.has(field);
              if (isNever) count(wrong, `${route.id} ${key} ${field} is there`);
            }
            if (!route.id.endsWith('/security')) continue;
            for (const field of route.fields.keys()) {
              if (reader.values(field) === undefined) count(wrong, `${route.id} ${key} ${field} is missing`);
            }
          }
        },
      };
      const reader = new TextReader({ source: { file: name } });
      reader.push(bytes, sink);
      reader.end(sink);
    }
  }
  for (const line of sorted(perRoute)) t.diagnostic(line);
  assert.deepEqual(sorted(wrong), []);
  for (const id of ['network_connection/security', 'process_creation/security', 'process_access/security']) {
    assert.ok((perRoute[id] ?? 0) > 0, id);
  }
});

/** Routes that may take the record and of whose events all fields are known: of categories, and of its service by number. */
function completeRoutes(view: Event): readonly Route[] {
  const service = serviceRoute(view);
  const categories = CATEGORIES.flatMap((category) => category.routes).filter(
    ({ channel, eventIds, isVirtual }) =>
      !isVirtual && channel === view.channel.toLowerCase() && (eventIds === 'all' || eventIds.includes(view.eventId)),
  );
  const all = service === undefined ? categories : [...categories, service];
  return all.filter((route) => knownFieldsOf(route).isComplete);
}

/** The service that holds the record, for its number alone. */
function serviceRoute(view: Event): Route | undefined {
  const channel = view.channel.toLowerCase();
  const service = SERVICE_OF.get(channel);
  const routing = service === undefined ? undefined : routesOf({ product: 'windows', service });
  if (routing === undefined || !('routes' in routing)) return undefined;
  const route = routing.routes.find((one) => one.channel === channel);
  return route === undefined ? undefined : narrowedTo(route, [view.eventId]);
}

const SERVICE_OF: ReadonlyMap<string, string> = new Map([
  ['security', 'security'],
  ['microsoft-windows-sysmon/operational', 'sysmon'],
  ['microsoft-windows-wmi-activity/operational', 'wmi'],
  ['microsoft-windows-powershell/operational', 'powershell'],
  ['windows powershell', 'powershell-classic'],
  ['microsoft-windows-taskscheduler/operational', 'taskscheduler'],
  ['microsoft-windows-windows defender/operational', 'windefend'],
  ['microsoft-windows-bits-client/operational', 'bits-client'],
  ['microsoft-windows-ntlm/operational', 'ntlm'],
  ['microsoft-windows-terminalservices-localsessionmanager/operational', 'terminalservices-localsessionmanager'],
  ['microsoft-windows-codeintegrity/operational', 'codeintegrity-operational'],
]);

test('114: every real binding gives the three events of Sysmon', { skip: WITHOUT_CORPUS }, (t) => {
  const given: Record<string, number> = {};
  let bindings = 0;
  for (const [path, bytes] of realLogs()) {
    eachRecord(bytes, path, (view) => {
      if (view.eventId !== 5861 || view.provider !== 'Microsoft-Windows-WMI-Activity') return;
      bindings++;
      const events = virtualWmiEvents(view, 'Registered');
      count(given, events.map((event) => event.eventId).join(' '));
      const [filter, consumer, binding] = events;
      assert.ok((filter?.get('Query') ?? '').length > 5, path);
      assert.ok((consumer?.get('Type') ?? '') !== '', path);
      assert.match(binding?.get('Filter') ?? '', /__EventFilter\.Name=/);
    });
  }
  t.diagnostic(`${bindings} bindings`);
  assert.ok(bindings > 0);
  assert.deepEqual(Object.keys(given), ['19 20 21']);
});
