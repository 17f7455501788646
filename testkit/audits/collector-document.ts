import { type AuditedHost, consumerNamed, objectPath } from './audited-host.ts';

export interface CollectorOptions {
  /** The CIM cmdlets tell no path text: then the parts stand alone (SETTLED D12). */
  readonly hasReferences?: boolean;
  /** Put over what the namespace says. */
  readonly namespace?: Readonly<Record<string, unknown>>;
  /** Put over what the document says. */
  readonly document?: Readonly<Record<string, unknown>>;
}

/** The collector's document (HARDENING 7.4 with SETTLED D12), as an object: tests bend it before it becomes text. */
export function collectorDocument(host: AuditedHost, options: CollectorOptions = {}): Record<string, unknown> {
  const { namespace } = host;
  return {
    schema: 'triad.collector/1',
    collector: {
      version: '1.0.0',
      edition: 'Desktop',
      psversion: '5.1.19041',
      clm: false,
      bitness: 64,
      elevated: true,
    },
    host: {
      name: host.name,
      fqdn: `${host.name}.${host.domain}`,
      domain: host.domain,
      domain_role: 3,
      os_build: 17763,
      utc_now: host.time,
    },
    run: {
      id: '11111111-2222-3333-4444-555555555555',
      started: host.time,
      finished: host.time,
      nonce: null,
      sections: [{ name: 'wmi', ok: true, ms: 900, items: 9, error: null }],
    },
    wmi: {
      namespaces: [
        {
          path: namespace,
          classes: 87,
          sd_sddl: 'O:BAG:BAD:(A;;CCDCLCSWRPWPRCWD;;;BA)',
          sd_hex: null,
          error: null,
          filters: host.filters.map(({ name, query, eventNamespace, creator }) => ({
            name,
            query,
            query_language: 'WQL',
            event_namespace: eventNamespace,
            event_access: null,
            creator_sid: creator.text,
          })),
          consumers: host.consumers.map(({ className, name, values, creator }) => ({
            class: className,
            name,
            creator_sid: creator.text,
            max_queue: null,
            machine_name: null,
            props: values,
          })),
          bindings: host.bindings.map(({ filter, consumer, creator }) => {
            const { className } = consumerNamed(host, consumer);
            const isTold = options.hasReferences === true;
            return {
              filter: { class: '__EventFilter', name: filter, namespace },
              consumer: { class: className, name: consumer, namespace },
              filter_ref: isTold ? objectPath('__EventFilter', filter, '.', namespace) : null,
              consumer_ref: isTold ? objectPath(className, consumer, '.', namespace) : null,
              creator_sid: creator.text,
              delivery_qos: null,
              deliver_synchronously: false,
              maintain_security_context: false,
              slow_down_providers: false,
            };
          }),
          timers: [
            { class: '__IntervalTimerInstruction', timer_id: 'TI_Updater', interval_ms: 60000, skip_if_passed: false },
          ],
          providers: [
            {
              name: 'CommandLineEventConsumer',
              clsid: '{266c72e5-62e8-11d1-ad89-00c04fd8fdff}',
              hosting_model: 'LocalSystemHost',
              dll: 'C:\\Windows\\System32\\wbem\\wbemcons.dll',
              dll_sha256: 'ab'.repeat(32),
              signed: true,
            },
          ],
          registrations: [
            {
              class: '__EventConsumerProviderRegistration',
              provider: '__Win32Provider.Name="CommandLineEventConsumer"',
              consumer_class_names: ['CommandLineEventConsumer'],
            },
          ],
          consumer_classes: [
            {
              name: 'CommandLineEventConsumer',
              superclasses: ['__EventConsumer', '__IndicationRelated', '__SystemClass'],
            },
          ],
          process_classes: [],
          ...options.namespace,
        },
      ],
      unreached: [],
      repository: { files: [], consistent: null, autorecover: [] },
    },
    registry: [],
    errors: [],
    ...options.document,
  };
}
