import type { RepositoryFiles, RepositoryOptions, TrueInstance } from './generation.ts';
import { type OrdinaryOptions, ordinaryRepository } from './ordinary.ts';
import type { RepositoryWriter } from './repository-writer.ts';
import { plantSubscription, type SubscriptionPlan, type TrueSubscription } from './subscription.ts';

/** What must be told as odd, in words of the test kit. */
export type CaseTrouble =
  | 'map'
  | 'tie'
  | 'fallback'
  | 'checksum'
  | 'index'
  | 'record'
  | 'class'
  | 'instance'
  | 'value'
  | 'keyHash'
  | 'keyPair'
  | 'namespace'
  | 'namespaceName'
  | 'noMap'
  | 'noIndex'
  | 'noObjects'
  | 'unindexed';

/** How what is deleted must be found (CIM 7.5). */
export interface CaseRemain {
  readonly instance: TrueInstance;
  readonly label: 'superseded' | 'superseded-version' | 'free-page record' | 'slack' | 'unindexed';
}

export interface CaseTruth {
  /** Instances that the current generation must give, each with all its values. */
  readonly live: readonly TrueInstance[];
  /** Instances that must be given somehow: as current, as superseded, or by carving. */
  readonly found?: readonly TrueInstance[];
  /** Instances that the current generation must not give. */
  readonly absent?: readonly TrueInstance[];
  /** Of what the current generation must be; left out where no map is usable. */
  readonly map?: string;
  readonly generation?: number;
  /** How many generations can be read. */
  readonly generations?: number;
  readonly namespaces?: readonly string[];
  /** Namespaces that no instance names: by hash, and by path only where something else tells it. */
  readonly unnamed?: readonly { readonly hash: string; readonly path: string; readonly isTold: boolean }[];
  readonly remains?: readonly CaseRemain[];
  /** Nothing deleted may be reported at all. */
  readonly hasNoRemains?: boolean;
  /** At least one of each must be told. */
  readonly trouble?: readonly CaseTrouble[];
  /** Nothing may be told. */
  readonly isHealthy?: boolean;
  /** The namespaces of what is found cannot be known. */
  readonly isWithoutNamespaces?: boolean;
  /** Reference records that have lost the object that refers. */
  readonly edgesWithoutObject?: number;
}

/** A test case of CIM 11, by its number. */
export interface CimCase {
  readonly number: number;
  readonly name: string;
  build(): { readonly files: RepositoryFiles; readonly truth: CaseTruth };
}

/** A small ordinary repository, checkpointed once, with pages of few keys so that its index is deep. */
export function smallRepository(options: OrdinaryOptions = {}): RepositoryWriter {
  const repository = ordinaryRepository({
    seed: 11,
    plainClasses: 24,
    maxKeys: 16,
    spareObjectPages: 60,
    spareIndexPages: 60,
    ...options,
  });
  repository.checkpoint();
  return repository;
}

export function updater(repository: RepositoryWriter, plan: Partial<SubscriptionPlan> = {}): TrueSubscription {
  return plantSubscription(repository, {
    name: 'Updater',
    consumer: { className: 'CommandLineEventConsumer', values: { CommandLineTemplate: 'cmd.exe /c calc.exe' } },
    ...plan,
  });
}

export function partsOf({ filter, consumer, binding }: TrueSubscription): TrueInstance[] {
  return [filter, consumer, binding];
}

/** Removes a subscription, what was made last first. */
export function removeSubscription(
  repository: RepositoryWriter,
  { filter, consumer, binding }: TrueSubscription,
): void {
  for (const part of [binding, consumer, filter]) repository.remove(part);
}

/** The instances of subscriptions and timers of the newest generation. */
export function subscriptionsOf(repository: RepositoryWriter): TrueInstance[] {
  const last = repository.generations.at(-1);
  return (last?.instances ?? []).filter(({ className }) =>
    /EventConsumer$|^__EventFilter$|^__FilterToConsumerBinding$|TimerInstruction$/.test(className),
  );
}

/** Some change that is no subscription, in a page of its own, so that a checkpoint has something to write. */
export function touch(repository: RepositoryWriter, name: string): void {
  repository.put('root\\cimv2', 'Win32_Adapter000', { Name: name, Caption: 'touched' }, { isAlone: true });
}

/** The repository as it is, with everything that it holds as truth. */
export function asBuilt(
  repository: RepositoryWriter,
  more: Partial<CaseTruth> = {},
  files: RepositoryFiles = repository.files(),
): { files: RepositoryFiles; truth: CaseTruth } {
  const last = repository.generations.at(-1);
  return {
    files,
    truth: {
      live: subscriptionsOf(repository),
      ...(last === undefined ? {} : { map: last.mapFile, generation: last.generation }),
      ...more,
    },
  };
}

export type { RepositoryOptions };
