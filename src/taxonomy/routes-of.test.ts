import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, powershell, security, sysmon, wmi } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { CATEGORIES, isOfRoute, keepOf, type LogSource, narrowedTo, type Route, routesOf, SERVICES } from './index.ts';

function routes(logsource: LogSource): readonly Route[] {
  const routing = routesOf(logsource);
  assert.ok('routes' in routing, JSON.stringify(routing));
  return routing.routes;
}

function only(model: EventModel): Event {
  const [event] = madeEvents([model]);
  assert.ok(event !== undefined);
  return event;
}

/** Ids of the routes of a log source that an event belongs to. */
function taken(logsource: LogSource, model: EventModel): readonly string[] {
  const event = only(model);
  return routes(logsource).flatMap((route) => (isOfRoute(route, event) ? [route.id] : []));
}

const SHORT: Readonly<Record<string, string>> = {
  'microsoft-windows-sysmon/operational': 'Sysmon',
  security: 'Security',
  'microsoft-windows-powershell/operational': 'PowerShell',
  'powershellcore/operational': 'Core',
  'windows powershell': 'Classic',
  'microsoft-windows-wmi-activity/operational': 'WMI-Activity',
  'microsoft-windows-dns-client/operational': 'DNS-Client',
  'microsoft-windows-windows defender/operational': 'Defender',
};

function shown({ channel, eventIds, conditions }: Route): string {
  const tests = conditions.map(({ field, oneOf }) => ` ${field}=${oneOf.join('|')}`).join('');
  return `${SHORT[channel] ?? channel} ${eventIds === 'all' ? 'all' : eventIds.join(',')}${tests}`;
}

test('SIGMA 6.1: each category means these events', () => {
  const table = CATEGORIES.map(({ name, routes }) => `${name}: ${routes.map(shown).join('; ') || 'none'}`);
  assert.deepEqual(table, [
    'process_creation: Sysmon 1; Security 4688',
    'file_change: Sysmon 2',
    'network_connection: Sysmon 3; Security 5156',
    'sysmon_status: Sysmon 4,16',
    'process_termination: Sysmon 5; Security 4689',
    'driver_load: Sysmon 6',
    'image_load: Sysmon 7',
    'create_remote_thread: Sysmon 8',
    'raw_access_thread: Sysmon 9',
    'raw_access_read: Sysmon 9',
    'process_access: Sysmon 10; Security 4656,4663 ObjectType=Process',
    'file_event: Sysmon 11',
    'registry_add: Sysmon 12 EventType=CreateKey; Security 4657 OperationType=%%1904',
    'registry_delete: Sysmon 12 EventType=DeleteKey|DeleteValue; Security 4657 OperationType=%%1906',
    'registry_set: Sysmon 13; Security 4657 OperationType=%%1904|%%1905',
    'registry_rename: Sysmon 14',
    'registry_event: Sysmon 12,13,14; Security 4657',
    'create_stream_hash: Sysmon 15',
    'pipe_created: Sysmon 17,18',
    'wmi_event: Sysmon 19,20,21; WMI-Activity 5861',
    'dns_query: Sysmon 22; DNS-Client 3008',
    'file_delete: Sysmon 23',
    'clipboard_capture: Sysmon 24',
    'process_tampering: Sysmon 25',
    'file_delete_detected: Sysmon 26',
    'file_block_executable: Sysmon 27',
    'file_block_shredding: Sysmon 28',
    'file_executable_detected: Sysmon 29',
    'sysmon_error: Sysmon 255',
    'ps_module: PowerShell 4103; Core 4103',
    'ps_script: PowerShell 4104; Core 4104',
    'ps_classic_start: Classic 400',
    'ps_classic_provider_start: Classic 600',
    'ps_classic_script: Classic 800',
    'antivirus: Defender 1006,1007,1008,1009,1010,1011,1012,1017,1018,1019,1115,1116',
    'dns: zeek/dns all',
    'file_access: none',
    'file_rename: none',
  ]);
});

test('ids of routes are unique, channels are keys, and a service has its channels once', () => {
  const all = [...CATEGORIES, ...SERVICES].flatMap(({ routes }) => routes);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  for (const { id, channel, provider = '' } of all) {
    assert.equal(channel, channel.toLowerCase(), id);
    assert.equal(provider, provider.toLowerCase(), id);
  }
  const services = SERVICES.map(({ product, name }) => `${product}/${name}`);
  assert.equal(new Set(services).size, services.length);
  assert.equal(services.length, 64);
});

test('SIGMA 6.2: services by channel, in both spellings where the real one is in doubt', () => {
  const channels = (service: string): readonly string[] =>
    routes({ product: 'windows', service }).map(({ channel }) => channel);
  assert.deepEqual(channels('security'), ['security']);
  assert.deepEqual(channels('wmi'), ['microsoft-windows-wmi-activity/operational']);
  assert.deepEqual(channels('wmi-trace'), ['microsoft-windows-wmi-activity/trace']);
  assert.deepEqual(channels('dns-client'), [
    'microsoft-windows-dns-client/operational',
    'microsoft-windows-dns client events/operational',
  ]);
  assert.equal(channels('applocker').length, 4);
  assert.deepEqual(channels('servicebus-client'), channels('microsoft-servicebus-client'));
  assert.deepEqual(channels('ldap'), channels('ldap_debug'));
});

test('109: one number of Sysmon is several categories, told apart by what happened', () => {
  const change = (eventType: string): EventModel => sysmon.event(12, { EventType: eventType });
  const of = (category: string, model: EventModel): readonly string[] => taken({ product: 'windows', category }, model);
  assert.deepEqual(of('registry_delete', change('CreateKey')), []);
  assert.deepEqual(of('registry_delete', change('DeleteKey')), ['registry_delete/sysmon']);
  assert.deepEqual(of('registry_delete', change('DeleteValue')), ['registry_delete/sysmon']);
  assert.deepEqual(of('registry_add', change('CreateKey')), ['registry_add/sysmon']);
  assert.deepEqual(of('registry_add', change('DeleteKey')), []);
  assert.deepEqual(of('registry_event', change('CreateKey')), ['registry_event/sysmon']);
  assert.deepEqual(of('registry_set', sysmon.event(13, { EventType: 'SetValue' })), ['registry_set/sysmon']);
});

test('each category takes the event that it is named for, and not its neighbour', () => {
  const models: readonly (readonly [string, EventModel])[] = [
    ['process_creation', sysmon.event(1)],
    ['network_connection', sysmon.event(3)],
    ['sysmon_status', sysmon.event(4)],
    ['sysmon_status', sysmon.event(16)],
    ['process_termination', sysmon.event(5)],
    ['image_load', sysmon.event(7)],
    ['create_remote_thread', sysmon.event(8)],
    ['process_access', sysmon.event(10)],
    ['file_event', sysmon.event(11)],
    ['registry_rename', sysmon.event(14)],
    ['pipe_created', sysmon.event(17)],
    ['pipe_created', sysmon.event(18)],
    ['wmi_event', sysmon.event(20)],
    ['dns_query', sysmon.event(22)],
    ['file_delete', sysmon.event(23)],
    ['process_tampering', sysmon.event(25)],
    ['file_delete_detected', sysmon.event(26)],
    ['sysmon_error', sysmon.event(255)],
    ['process_creation', security.event(4688)],
    ['process_termination', security.event(4689)],
    ['network_connection', security.event(5156)],
    ['wmi_event', wmi.event(5861)],
  ];
  for (const [category, model] of models) {
    assert.equal(taken({ product: 'windows', category }, model).length, 1, `${category} ${model.eventId}`);
    for (const { name, routes } of CATEGORIES) {
      if (name === category || name === 'registry_event' || routes.length === 0) continue;
      assert.deepEqual(taken({ category: name }, model), [], `${name} ${model.eventId}`);
    }
  }
  const script = powershell.scriptBlock({ text: 'Get-Item x' });
  assert.deepEqual(taken({ product: 'windows', category: 'ps_script' }, script), ['ps_script/powershell']);
});

test('116: a forwarded record is of the channel that it names, and a provider of the same channel and number is none', () => {
  const start = only(security.event(4688));
  const [, route] = routes({ product: 'windows', category: 'process_creation' });
  assert.ok(route !== undefined);
  assert.equal(isOfRoute(route, start), true);
  assert.equal(isOfRoute(route, { ...start, channel: 'SECURITY' }), true);
  assert.equal(isOfRoute(route, { ...start, channel: 'ForwardedEvents' }), false);
  assert.equal(isOfRoute(route, { ...start, provider: 'Someone' }), false);
  // Some shapes lose it.
  assert.equal(isOfRoute(route, { ...start, provider: '' }), true);
});

test('what a rule leaves out does not restrict it, and all of Windows is every record of a log of it', () => {
  assert.deepEqual(
    routes({ category: 'process_creation' }).map(({ id }) => id),
    ['process_creation/sysmon', 'process_creation/security'],
  );
  assert.deepEqual(
    routes({ service: 'dns' }).map(({ id }) => id),
    ['zeek/dns'],
  );
  assert.deepEqual(
    routes({ product: 'windows', category: 'process_creation', service: 'security' }).map(({ id }) => id),
    ['process_creation/security'],
  );
  assert.deepEqual(
    routes({ product: 'zeek' }).map(({ id }) => id),
    ['conn', 'dce_rpc', 'dns', 'http', 'kerberos', 'ntlm', 'rdp', 'smb_files', 'smb_mapping', 'x509'].map(
      (log) => `zeek/${log}`,
    ),
  );
  assert.equal(routes({ product: 'triad' }).length, 3);
  const [windows] = routes({ product: 'windows' });
  assert.ok(windows !== undefined);
  const start = only(security.event(4688));
  assert.equal(isOfRoute(windows, start), true);
  assert.equal(isOfRoute(windows, { ...start, channel: 'zeek/dns', provider: 'Zeek' }), false);
  assert.equal(isOfRoute(windows, { ...start, look: { source: 'audit', isTimed: true, provesAbsence: false } }), false);
});

test('a log source without a route is refused with a reason', () => {
  const refusal = (logsource: LogSource & { readonly vendor?: string; readonly definition?: string }): string => {
    const routing = routesOf(logsource);
    assert.ok('refused' in routing, JSON.stringify(logsource));
    return `${routing.refused.code}: ${routing.refused.text}`;
  };
  assert.deepEqual(
    [
      refusal({}),
      refusal({ definition: 'x' }),
      refusal({ product: 'linux', category: 'process_creation' }),
      refusal({ product: 'windows', vendor: 'x' }),
      refusal({ product: 'windows', others: { vendor: 'x' } }),
      refusal({ category: 'webserver' }),
      refusal({ category: 'process-creation', product: 'windows' }),
      refusal({ category: 'process_creation', product: 'zeek' }),
      refusal({ category: 'file_access', product: 'windows' }),
      refusal({ service: 'sysmom', product: 'windows' }),
      refusal({ service: 'dns', product: 'windows' }),
      refusal({ service: 'apache' }),
      refusal({ category: 'process_creation', service: 'system', product: 'windows' }),
      refusal({ service: 'Security', product: 'windows' }),
    ],
    [
      'no-log-source: The rule names no category, product or service.',
      'no-log-source: The rule names no category, product or service.',
      'foreign-product: This rule is for linux.',
      'custom-dimension: Nothing here says which events the log source key "vendor" means.',
      'custom-dimension: Nothing here says which events the log source key "vendor" means.',
      'foreign-category: No log of the category webserver is read here.',
      'unknown-category: There is no category "process-creation". Did you mean "process_creation"?',
      'foreign-category: zeek has no category process_creation.',
      'no-event-log: No event log holds file_access: it comes from the trace provider Microsoft-Windows-Kernel-File, which keeps no event log.',
      'unknown-service: There is no service "sysmom" of windows.',
      'unknown-service: There is no service "dns" of windows.',
      'foreign-service: No log of the service apache is read here.',
      'no-overlap: No event of the category process_creation stands in a log of the service system.',
      'unknown-service: There is no service "Security" of windows. Did you mean "security"?',
    ],
  );
});

test('A8: a hunt keeps the channels and numbers of its rules, and nothing for its own objects', () => {
  const [all] = routes({ product: 'windows', service: 'security' });
  assert.ok(all !== undefined);
  const keep = (...list: readonly Route[]): unknown =>
    [...keepOf(list)].map(([channel, ids]) => [channel, ids === 'all' ? ids : [...ids]]);
  const creation = routes({ product: 'windows', category: 'process_creation' });
  assert.deepEqual(keep(...creation, narrowedTo(all, [4624, 4688, 4624])), [
    ['microsoft-windows-sysmon/operational', [1]],
    ['security', [4688, 4624]],
  ]);
  assert.deepEqual(keep(...creation, all), [
    ['microsoft-windows-sysmon/operational', [1]],
    ['security', 'all'],
  ]);
  assert.deepEqual(keep(all, ...creation), [
    ['security', 'all'],
    ['microsoft-windows-sysmon/operational', [1]],
  ]);
  assert.deepEqual(keep(...routes({ product: 'triad' })), []);
  // 117: a number that the route does not have leaves nothing of it.
  const [sysmonOnly] = creation;
  assert.ok(sysmonOnly !== undefined);
  assert.deepEqual(narrowedTo(sysmonOnly, [4688]).eventIds, []);
  assert.deepEqual(keep(narrowedTo(sysmonOnly, [4688])), []);
  assert.deepEqual(keep(...routes({ product: 'windows' }), ...routes({ product: 'zeek', service: 'dns' })), [
    ['*', 'all'],
    ['zeek/dns', 'all'],
  ]);
});
