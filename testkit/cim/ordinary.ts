import { Xorshift } from '../evtx/xorshift.ts';
import { CONSUMER_CLASSES, CONSUMER_PROVIDERS } from './consumer-classes.ts';
import type { RepositoryOptions } from './generation.ts';
import {
  arrayProperty,
  type CimType,
  type ClassModel,
  flag,
  keyProperty,
  type PropertyModel,
  property,
  referenceProperty,
} from './model.ts';
import { RepositoryWriter } from './repository-writer.ts';
import { securityDescriptor } from './security-descriptor.ts';
import { stockSubscription } from './subscription.ts';
import { targetPath } from './target-path.ts';

export interface OrdinaryOptions extends RepositoryOptions {
  /** Plain classes in root\cimv2, which make up the size: 820 give about 200 pages of objects and index together. */
  readonly plainClasses?: number;
}

const NOUNS = ['Adapter', 'Battery', 'Cache', 'Device', 'Event', 'Fan', 'Group', 'Host', 'Item', 'Job', 'Key', 'Log'];
const FACTS = ['Availability', 'Caption', 'Description', 'InstallDate', 'Status', 'Version', 'Speed', 'Count', 'Flags'];
const TYPES: readonly CimType[] = ['string', 'uint32', 'uint16', 'boolean', 'datetime', 'uint64', 'sint32'];

/**
 * A repository as an untouched machine has it, only smaller: root, cimv2, subscription and DEFAULT with their consumers, providers
 * and registrations, and the stock triad. Nothing is checkpointed yet.
 */
export function ordinaryRepository(options: OrdinaryOptions = {}): RepositoryWriter {
  const repository = new RepositoryWriter({ security: securityDescriptor(), ...options });
  for (const path of ['root\\subscription', 'root\\DEFAULT', 'root\\cimv2', 'root\\cimv2\\ms_409', 'root\\Security']) {
    repository.createNamespace(path);
  }
  repository.defineClass('root', {
    name: '__CIMOMIdentification',
    superclass: '__SystemClass',
    isSingleton: true,
    properties: ['WorkingDirectory', 'SetupDateTime', 'VersionUsedToCreateDB', 'VersionCurrentlyRunning'].map((name) =>
      property(name, 'string'),
    ),
  });
  repository.put('root', '__CIMOMIdentification', {
    VersionUsedToCreateDB: '10.0.20348.1',
    VersionCurrentlyRunning: '10.0.20348.1906',
    WorkingDirectory: '%systemroot%\\system32\\WBEM',
  });
  for (const namespace of ['root\\subscription', 'root\\DEFAULT']) defineConsumers(repository, namespace);
  definePlainClasses(repository, options.plainClasses ?? 820, options.seed ?? 1);
  stockSubscription(repository);
  return repository;
}

/** The five consumer classes of a namespace, with provider and registration of each (CIM 7.4). */
export function defineConsumers(repository: RepositoryWriter, namespace: string): void {
  for (const model of CONSUMER_CLASSES) repository.defineClass(namespace, model);
  for (const { consumer, clsid, hosting, isPerUser = false } of CONSUMER_PROVIDERS) {
    repository.put(namespace, '__Win32Provider', {
      Name: consumer,
      CLSID: clsid,
      HostingModel: hosting,
      ...(isPerUser ? { PerUserInitialization: true } : {}),
    });
    repository.put(namespace, '__EventConsumerProviderRegistration', {
      provider: targetPath('__Win32Provider', { Name: consumer }, { host: '.', namespace }),
      ConsumerClassNames: [consumer],
    });
  }
}

/** Classes of no meaning for Triad, some with instances, one in eight derived, so that the index has several levels. */
function definePlainClasses(repository: RepositoryWriter, count: number, seed: number): void {
  const random = new Xorshift(seed + 77);
  const made: string[] = [];
  for (let i = 0; i < count; i++) {
    const superclass = made.length > 0 && random.chance(0.125) ? random.pick(made) : undefined;
    const name = `Win32_${NOUNS[i % NOUNS.length] ?? ''}${String(i).padStart(3, '0')}`;
    const parent = superclass === undefined ? undefined : repository.classLayout('root\\cimv2', superclass);
    const properties = plainProperties(name, random, parent === undefined);
    const qualifiers = [flag('dynamic', 3), { name: 'Locale', type: 'sint32' as const, value: 1033 }];
    const model: ClassModel =
      superclass === undefined ? { name, qualifiers, properties } : { name, superclass, qualifiers, properties };
    repository.defineClass('root\\cimv2', model);
    if (superclass === undefined) made.push(name);
    if (i % 4 === 0) {
      for (let k = 0; k <= i % 3; k++)
        repository.put('root\\cimv2', name, { Name: `${name} ${k}`, Caption: `No. ${k}` });
    }
  }
  if (made.length > 1) {
    repository.defineClass('root\\cimv2', {
      name: 'Win32_AdapterSetting',
      qualifiers: [flag('Association', 3)],
      properties: [
        referenceProperty('Element', made[0] ?? '', true),
        referenceProperty('Setting', made[1] ?? '', true),
      ],
    });
  }
}

function plainProperties(name: string, random: Xorshift, isBase: boolean): PropertyModel[] {
  const list: PropertyModel[] = isBase ? [keyProperty('Name'), property('Caption', 'string')] : [];
  const count = 4 + random.below(14);
  for (let k = 0; k < count; k++) {
    const type = random.pick(TYPES);
    const own = `${random.pick(FACTS)}${name.slice(-3)}${k}`;
    if (random.chance(0.15)) list.push(arrayProperty(own, type === 'boolean' ? 'uint8' : type));
    else if (type === 'uint32' && random.chance(0.5)) list.push(property(own, type, { byDefault: random.below(100) }));
    else list.push(property(own, type, { qualifiers: [flag('read', 3)] }));
  }
  return list;
}
