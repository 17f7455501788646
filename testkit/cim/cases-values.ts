import { asBuilt, type CaseTruth, type CimCase, smallRepository, updater } from './case.ts';
import { CONSUMER_CLASSES } from './consumer-classes.ts';
import { fileBytes } from './damage.ts';
import type { RepositoryFiles } from './generation.ts';
import { arrayProperty, keyProperty, property, sidBytes } from './model.ts';
import { defineConsumers } from './ordinary.ts';
import { RepositoryWriter } from './repository-writer.ts';
import {
  absoluteTimer,
  intervalTimer,
  type ReferenceForm,
  SUBSCRIPTION_NAMESPACE,
  type SubscriptionPlan,
  stockSubscription,
} from './subscription.ts';

const HEALTHY = { isHealthy: true, hasNoRemains: true } as const;

function withOne(name: string, plan: Partial<SubscriptionPlan> = {}): { files: RepositoryFiles; truth: CaseTruth } {
  const repository = smallRepository();
  updater(repository, { name, ...plan });
  repository.checkpoint();
  return asBuilt(repository, HEALTHY);
}

const HARD_NAMES = ['a"b', 'a\\b\\', 'a,b', 'a.b', "a='b'", 'root\\x:y', 'two\r\nlines', '"', 'Filter.Name="x"'];

/** Cases 19 to 32: what values, names and classes may be. */
export const VALUE_CASES: readonly CimCase[] = [
  {
    number: 19,
    name: 'a script of 40 KB spans pages that lie backwards in the file',
    build() {
      const repository = smallRepository({ placement: 'last' });
      const ScriptText = Array.from({ length: 1400 }, (_, i) => `WScript.Echo "line ${i} of a long script"\r\n`).join(
        '',
      );
      updater(repository, {
        consumer: { className: 'ActiveScriptEventConsumer', values: { ScriptingEngine: 'VBScript', ScriptText } },
      });
      const { objects, instances } = repository.checkpoint();
      const long = instances.find(({ address }) => address.id === 1 && address.size > 40_000);
      const at = long?.address.page ?? 0;
      const [first, second] = [objects.entries[at]?.physical ?? 0, objects.entries[at + 1]?.physical ?? 0];
      if (second >= first) throw new Error('the pages do not lie backwards');
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 20,
    name: 'a reference of 0xFFFFFFFF is null though no bit says so',
    build: () =>
      withOne('Nulls', {
        consumer: {
          className: 'ActiveScriptEventConsumer',
          values: { ScriptingEngine: 'VBScript', ScriptText: null, ScriptFilename: null, MachineName: null },
        },
        consumerOptions: { nullsAsReferences: true },
        creator: null,
      }),
  },
  { number: 21, name: 'a name in Cyrillic is UTF-16', build: () => withOne('Обновление') },
  { number: 21, name: 'a name in Latin-1 is one byte a character', build: () => withOne('Mise à jour été ½') },
  ...HARD_NAMES.map(
    (name): CimCase => ({
      number: 22,
      name: `the name ${JSON.stringify(name)} is read whole, in filter, consumer and references`,
      build: () => withOne(name, { references: name.length % 2 === 0 ? 'local' : 'relative' }),
    }),
  ),
  {
    number: 22,
    name: 'a name of 64 KiB is read whole, in records of many pages',
    build: () => withOne(`${'long name '.repeat(6553)}.end`),
  },
  ...(['relative', 'local', 'host', 'slashes', 'namespace', 'unnamed'] as const satisfies readonly ReferenceForm[]).map(
    (references): CimCase => ({
      number: 23,
      name: `a binding may name its ends in the form ${references}`,
      build: () => withOne('Updater', { references }),
    }),
  ),
  {
    number: 24,
    name: 'filters of one name in two namespaces are two',
    build() {
      const repository = smallRepository();
      updater(repository, { query: 'SELECT * FROM A' });
      updater(repository, { query: 'SELECT * FROM B', namespace: 'root\\DEFAULT' });
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 25,
    name: 'a consumer class may be derived two levels down, in a namespace of its own',
    build() {
      const repository = smallRepository();
      repository.createNamespace('root\\Vendor');
      for (const [name, superclass] of [
        ['VendorConsumer', '__EventConsumer'],
        ['VendorEventConsumer', 'VendorConsumer'],
      ] as const) {
        const properties = name === 'VendorConsumer' ? [keyProperty('Name')] : [property('Payload', 'string')];
        repository.defineClass('root\\Vendor', { name, superclass, properties });
      }
      updater(repository, {
        namespace: 'root\\Vendor',
        consumer: { className: 'VendorEventConsumer', values: { Payload: 'powershell.exe -enc AAAA' } },
      });
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 26,
    name: 'a subscription in a namespace four levels down is found',
    build() {
      const repository = smallRepository();
      const namespace = 'root\\a\\b\\c\\d';
      repository.createNamespace(namespace);
      defineConsumers(repository, namespace);
      updater(repository, { namespace });
      const { namespaces } = repository.checkpoint();
      return asBuilt(repository, { ...HEALTHY, namespaces });
    },
  },
  ...[true, false].map(
    (isTold): CimCase => ({
      number: 27,
      name: isTold
        ? 'a namespace that no instance names is read, and reference records may still tell its path'
        : 'a namespace that nothing names is read, and told by its hash',
      build() {
        const repository = smallRepository();
        const path = 'root\\hidden';
        repository.createNamespace(path, { isUnnamed: true });
        if (isTold) defineConsumers(repository, path);
        else for (const model of CONSUMER_CLASSES) repository.defineClass(path, model);
        updater(repository, { namespace: path, bindingOptions: isTold ? {} : { without: ['IR'] } });
        repository.checkpoint();
        const unnamed = [{ hash: repository.names.hash(path), path, isTold }];
        return asBuilt(repository, { trouble: ['namespace'], unnamed });
      },
    }),
  ),
  {
    number: 28,
    name: 'timers of both kinds stand in the namespace of the events, not beside the filter',
    build() {
      const repository = smallRepository();
      intervalTimer(repository, 'root\\cimv2', 'Hourly', 3_600_000);
      intervalTimer(repository, 'root\\cimv2', 'Daily', 86_400_000);
      absoluteTimer(repository, 'root\\DEFAULT', 'Once', '20260312094400.000000+000');
      updater(repository, { query: "SELECT * FROM __TimerEvent WHERE TimerID = 'hourly'" });
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 29,
    name: 'an instance may bring a qualifier set for each property',
    build: () => withOne('Qualified', { consumerOptions: { withPropertyQualifiers: true } }),
  },
  {
    number: 30,
    name: 'INDEX.BTR may be one page shorter than its map says',
    build() {
      const repository = smallRepository({ placement: 'first' });
      const files = repository.files();
      files.set('INDEX.BTR', fileBytes(files, 'INDEX.BTR').slice(0, -8192));
      return asBuilt(repository, HEALTHY, files);
    },
  },
  {
    number: 31,
    name: 'a class of one name may have another layout in a namespace below',
    build() {
      const repository = smallRepository();
      const namespace = 'root\\subscription\\own';
      repository.createNamespace(namespace);
      repository.defineClass(namespace, {
        name: 'CommandLineEventConsumer',
        superclass: '__EventConsumer',
        properties: [
          property('CommandLineTemplate', 'string'),
          arrayProperty('More', 'uint16', { byDefault: [7, 65535] }),
          keyProperty('Name'),
        ],
      });
      updater(repository, { namespace });
      updater(repository);
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 32,
    name: 'SIDs of five parts, of none, null, and with bytes behind their end',
    build() {
      const repository = smallRepository();
      updater(repository, { name: 'five', creator: 'S-1-5-21-3275454858-3348516582-95323724-1000' });
      updater(repository, { name: 'none', creator: null });
      const CreatorSID = Buffer.concat([sidBytes('S-1-5-18'), Uint8Array.of(1, 2, 3)]);
      repository.put(SUBSCRIPTION_NAMESPACE, '__EventFilter', { Name: 'tail', Query: 'SELECT * FROM A', CreatorSID });
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 42,
    name: 'a repository without any subscription is healthy and empty',
    build() {
      const repository = new RepositoryWriter({ seed: 42 });
      const { namespaces } = repository.checkpoint();
      return asBuilt(repository, { ...HEALTHY, live: [], namespaces });
    },
  },
  {
    number: 42,
    name: 'a fresh repository has the stock triad alone',
    build() {
      const repository = new RepositoryWriter({ seed: 43 });
      repository.createNamespace(SUBSCRIPTION_NAMESPACE);
      defineConsumers(repository, SUBSCRIPTION_NAMESPACE);
      stockSubscription(repository);
      repository.checkpoint();
      return asBuilt(repository, HEALTHY);
    },
  },
  {
    number: 62,
    name: 'a payload with line breaks, forged log lines and escapes is read as it is',
    build: () =>
      withOne('\u001b[31mred\u001b[0m', {
        consumer: {
          className: 'LogFileEventConsumer',
          values: {
            Filename: 'C:\\x.log',
            Text: '\r\n2026-03-12 09:00:00 INFO nothing here\u001b]0;title\u0007\u0085end',
          },
        },
      }),
  },
];
