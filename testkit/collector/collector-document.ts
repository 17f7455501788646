import type { DescribedHost, DescribedNamespace, DescribedSubscription } from './described-host.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

const TIME = '2026-03-12T09:41:10.1234567Z';
const SUFFIX = '-69AE-11D9-BED3-505054503030';
const ADMINISTRATORS = 'S-1-5-32-544';
const ADMINISTRATORS_HEX = '01020000000000052000000020020000';

/** Sections in the order in which the collector reads them. */
export const COLLECTOR_SECTIONS: readonly string[] =
  'host registry audit channels events rights acls files services drivers sysmon shippers time defender firewall winrm rpc smb device_guard features repository wmi signatures members'.split(
    ' ',
  );

export function denied(message = 'Access denied '): JsonObject {
  return { code: 'AccessDenied', message, type: 'HRESULT 0x80041003', hresult: '0x80041003' };
}

/** The document that the collector would write on this host (HARDENING 7.4, SETTLED D12). */
export function collectorDocument(host: DescribedHost): JsonObject {
  const namespaces = (host.namespaces ?? [{ path: 'root' }, { path: 'root\\subscription' }]).map(namespaceRow);
  const unreached = (host.namespaces ?? []).filter(({ isUnreached }) => isUnreached === true).map(({ path }) => path);
  const registry = (host.registry ?? []).map((row) => ({ ...row, view: 64, error: null }));
  const audit = host.audit ?? { '0CCE922B': 1, '0CCE9215': 3 };
  return {
    schema: 'triad.collector/1',
    collector: {
      version: '1',
      sha256: 'ab'.repeat(32),
      edition: 'Desktop',
      psversion: '5.1.20348.2849',
      language_mode: 'FullLanguage',
      clm: false,
      bitness: 64,
      elevated: true,
      user_sid: 'S-1-5-21-1-2-3-500',
      namespace_timeout_sec: 30,
      total_timeout_sec: 600,
    },
    run: {
      id: '0f0e0d0c-0b0a-4908-8706-050403020100',
      started: TIME,
      finished: '2026-03-12T09:42:01.0000000Z',
      nonce: host.nonce ?? null,
      sections: COLLECTOR_SECTIONS.map((name) =>
        name === 'signatures' || name === 'members'
          ? { name, ok: false, ms: 0, items: 0, error: plainError('not_asked') }
          : { name, ok: true, ms: 12, items: 1, error: null },
      ),
    },
    acls: [{ path: 'C:\\Windows\\System32\\winevt\\Logs', sddl: 'O:SYG:SYD:PAI(A;OICI;FA;;;SY)', error: null }],
    audit: {
      method: 'auditpol /backup',
      subcategory: Object.fromEntries(Object.entries(audit).map(([prefix, value]) => [prefix + SUFFIX, value])),
      raw: auditLines(host.name, audit, 'Success'),
    },
    channels: (host.channels ?? []).map((channel) => ({
      name: channel.name,
      enabled: channel.isEnabled,
      max_bytes: String(channel.maxBytes),
      mode: 'Circular',
      sddl: channel.sddl ?? 'O:BAG:SYD:(A;;0xf0007;;;SY)(A;;0x7;;;BA)',
      path: '%SystemRoot%\\System32\\Winevt\\Logs\\x.evtx',
      file_bytes: '1052672',
      records: '812',
      oldest_id: '4411',
      newest_id: '5222',
      oldest_time: TIME,
      newest_time: TIME,
      error: null,
    })),
    dcom: { users: null, rpc_filters: [] },
    defender: { preference: { AttackSurfaceReductionRules_Ids: [] }, status: null, antivirus: [] },
    device_guard: { SecurityServicesRunning: [1], CodeIntegrityPolicyEnforcementStatus: 0 },
    drivers: [],
    errors: [],
    events: [],
    features: { optional: [], packages: [] },
    files: [],
    firewall: { profiles: [], rules: [] },
    host: {
      name: host.name,
      fqdn: host.domain === undefined ? host.name : `${host.name}.${host.domain}`,
      domain: host.domain ?? 'WORKGROUP',
      domain_role: host.domainRole ?? 3,
      machine_sid: 'S-1-5-21-1-2-3',
      machine_guid: '6f7a1f6e-0000-4000-8000-0123456789ab',
      os_build: host.build ?? 20348,
      ubr: 2849,
      install_date: TIME,
      boot_time: TIME,
      timezone_minutes: 60,
      utc_now: TIME,
      uptime_ms: '4321000000',
    },
    registry,
    rights: Object.fromEntries(Object.entries(host.rights ?? {})),
    services: (host.services ?? ['Winmgmt']).map((name) => ({
      name,
      display_name: name,
      state: 'Running',
      start_mode: 'Auto',
      path: 'C:\\Windows\\system32\\svchost.exe -k netsvcs -p',
      account: 'LocalSystem',
      type: 'Share Process',
      pid: 1234,
      sddl: 'D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)',
      protection: '[SC] QueryServiceConfig2 SUCCESS',
    })),
    shippers: [],
    smb: { server: { RequireSecuritySignature: true }, client: null },
    sysmon: {
      present: false,
      service: null,
      driver: null,
      version: null,
      publisher_file: null,
      parameters: [],
      config_sha256: null,
      config_file: null,
      config_file_sha256: null,
      config_xml: null,
    },
    time: { zone_id: 'W. Europe Standard Time', offset_minutes: 60, status: [], source: [], configuration: [] },
    winrm: { listeners: [{ name: '*+HTTP', values: { Port: 5985, enabled: 1 } }] },
    wmi: { namespaces, unreached, repository: { files: [], consistent: null, autorecover: [], mofs: [] } },
  };
}

export function plainError(code: string): JsonObject {
  return { code, message: 'This section was not asked for.', type: '', hresult: null };
}

/** Rows of `auditpol /backup`, with the words that a language of Windows has for the setting. */
export function auditLines(host: string, audit: Readonly<Record<string, number>>, word: string): readonly string[] {
  return [
    'Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value',
    ...Object.entries(audit).map(([prefix, value]) => `${host},System,x,{${prefix}${SUFFIX}},${word},,${value}`),
  ];
}

function namespaceRow(described: DescribedNamespace): JsonObject {
  const error = described.isDenied === true ? denied() : described.isUnreached === true ? notReached() : null;
  const subscriptions = error === null ? (described.subscriptions ?? []) : [];
  return {
    path: described.path,
    classes: error === null ? 60 : null,
    sd_sddl: error === null ? 'O:BAG:BAD:(A;CI;CCDCLCSWRPWPRCWD;;;BA)' : null,
    sd_hex: error === null ? '01000480' : null,
    error,
    errors: error === null || described.isUnreached === true ? [] : [{ what: 'filters', error }],
    ms: 210,
    children: error === null ? [] : null,
    filters: subscriptions.map((one) => filterRow(described.path, one)),
    consumers: subscriptions.map(consumerRow),
    bindings: subscriptions.filter(({ isBound }) => isBound !== false).map((one) => bindingRow(described.path, one)),
    timers: (described.timers ?? []).map(({ id, intervalMs }) => ({
      class: '__IntervalTimerInstruction',
      timer_id: id,
      interval_ms: intervalMs,
      event_date_time: null,
      skip_if_passed: false,
      props: { TimerId: id, IntervalBetweenEvents: intervalMs, SkipIfPassed: false },
      types: { TimerId: 'String', IntervalBetweenEvents: 'UInt32', SkipIfPassed: 'Boolean' },
    })),
    providers: [],
    registrations: [],
    consumer_classes: (described.consumerClasses ?? []).map((name) => ({ name, superclass: '__EventConsumer' })),
    process_classes: (described.processClasses ?? []).map((name) => ({ name, superclass: 'Win32_Process' })),
  };
}

function notReached(): JsonObject {
  return { code: 'not_reached', message: 'The time ran out before this one.', type: '', hresult: null };
}

function creatorOf(one: DescribedSubscription): JsonObject {
  return { creator_sid: one.creator ?? ADMINISTRATORS, creator_sid_hex: one.creatorHex ?? ADMINISTRATORS_HEX };
}

function filterRow(path: string, one: DescribedSubscription): JsonObject {
  return {
    class: '__EventFilter',
    name: one.filter,
    query: one.query,
    query_language: 'WQL',
    event_namespace: one.eventNamespace ?? path,
    event_access: null,
    ...creatorOf(one),
  };
}

function consumerRow(one: DescribedSubscription): JsonObject {
  const props: Record<string, string | number | boolean | null> = { Name: one.consumer, ...one.properties };
  return {
    class: one.consumerClass,
    name: one.consumer,
    ...creatorOf(one),
    max_queue: null,
    machine_name: null,
    props: { ...props, CreatorSID: one.creatorHex ?? ADMINISTRATORS_HEX },
    types: {
      ...Object.fromEntries(Object.entries(props).map(([name, value]) => [name, typeOf(value)])),
      CreatorSID: 'UInt8Array',
    },
    withheld: [],
  };
}

function typeOf(value: string | number | boolean | null): string {
  if (typeof value === 'number') return 'UInt32';
  return typeof value === 'boolean' ? 'Boolean' : 'String';
}

function bindingRow(path: string, one: DescribedSubscription): JsonObject {
  const reference = (className: string, name: string): JsonObject => ({
    class: className,
    name,
    namespace: path.replaceAll('\\', '/'),
    server: null,
    keys: { Name: name },
  });
  return {
    filter: reference('__EventFilter', one.filter),
    consumer: reference(one.consumerClass, one.consumer),
    filter_ref: null,
    consumer_ref: null,
    ...creatorOf(one),
    delivery_qos: null,
    deliver_synchronously: false,
    maintain_security_context: false,
    slow_down_providers: false,
  };
}
