import assert from 'node:assert/strict';
import {
  bufferFile,
  type CimInstance,
  openRepository,
  type PlainValue,
  plainValue,
  REPOSITORY_ANOMALIES,
  type Repository,
  type RepositoryAnomalyWord,
} from '../../src/cim/index.ts';
import type { CaseTrouble, CaseTruth, CimValue, RepositoryFiles, TrueInstance } from '../../testkit/cim/index.ts';

/** Opens the files that lie in no folder of their own. */
export function openFiles(files: RepositoryFiles): Repository {
  return openRepository(
    [...files].filter(([name]) => !name.includes('/')).map(([name, bytes]) => bufferFile(name, bytes)),
  );
}

/** What stands for each word of the test kit among the anomalies of the reader; any of them will do. */
const WORDS: Readonly<Record<CaseTrouble, readonly RepositoryAnomalyWord[]>> = {
  map: ['mapping'],
  tie: ['mappingTie'],
  fallback: ['fallback'],
  checksum: ['pageChecksum'],
  index: ['indexPage', 'indexKey'],
  record: ['record', 'recordSize'],
  class: ['classBroken'],
  instance: ['instance', 'classBroken'],
  value: ['value'],
  keyHash: ['keyHash'],
  keyPair: ['keyPair'],
  namespace: ['unnamedNamespace'],
  namespaceName: ['namespaceBound'],
  noMap: ['noMapping'],
  noIndex: ['noIndex'],
  noObjects: ['noObjects'],
  unindexed: ['unindexed'],
};

/** Every instance that the current generation gives, in every namespace. */
export function liveInstances(repository: Repository): CimInstance[] {
  return repository.namespaces().flatMap((namespace) => [...repository.current.allInstances(namespace)]);
}

/** A line for each instance: namespace, class and all values. */
export function readLine(instance: CimInstance, hasNamespace = true): string {
  const { namespace, className, properties } = instance;
  const values = properties.map(({ name, value }) => [name.toLowerCase(), plainValue(value)] as const);
  return line(hasNamespace ? (namespace?.path ?? namespace?.hash) : '', className, values);
}

/** The same line of what was written. */
export function trueLine({ namespace, className, values }: TrueInstance, hasNamespace = true, hash?: string): string {
  const list = Object.entries(values).map(([name, value]) => [name.toLowerCase(), truePlain(value)] as const);
  return line(hasNamespace ? (hash ?? namespace) : '', className, list);
}

function line(
  place: string | undefined,
  className: string,
  values: readonly (readonly [string, PlainValue])[],
): string {
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${place?.toLowerCase()} ${className} ${JSON.stringify(sorted)}`;
}

function truePlain(value: CimValue): PlainValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return value;
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return [...value];
  return (value as readonly CimValue[]).map((item) => truePlain(item) as string | number | boolean | null);
}

/** Holds a reader to the truth of a case. */
export function assertTruth(repository: Repository, truth: CaseTruth): void {
  const hasNamespaces = truth.isWithoutNamespaces !== true;
  const hashes = new Map(repository.namespaces().map(({ hash, path }) => [hash, path]));
  for (const { hash, path, isTold } of truth.unnamed ?? []) {
    assert.ok(hashes.has(hash), `the namespace ${hash} is listed`);
    const shown = hashes.get(hash)?.toLowerCase();
    assert.ok(isTold ? shown === path || shown === undefined : shown === undefined, `${shown}`);
  }
  const live = liveInstances(repository);
  const lines = new Set(live.map((instance) => readLine(instance, hasNamespaces)));
  const placed = new Set(live.map((instance) => `${instance.namespace?.hash} ${readLine(instance, false)}`));
  const isFound = (instance: TrueInstance): boolean =>
    lines.has(trueLine(instance, hasNamespaces)) ||
    (truth.unnamed ?? []).some(({ hash }) => placed.has(`${hash} ${trueLine(instance, false)}`));
  assert.deepEqual(
    truth.live.filter((instance) => !isFound(instance)).map((instance) => trueLine(instance)),
    [],
    'every live instance is read with all its values',
  );
  assert.deepEqual(
    (truth.absent ?? []).filter(isFound).map((instance) => trueLine(instance)),
    [],
  );
  if (truth.map !== undefined) assert.equal(repository.current.info.map, truth.map);
  if (truth.generation !== undefined && repository.layout === 'vista') {
    assert.equal(repository.current.info.id, truth.generation);
  }
  if (truth.generations !== undefined) assert.equal(repository.generations().length, truth.generations);
  if (truth.namespaces !== undefined) {
    const paths = repository.namespaces().flatMap(({ path }) => (path === undefined ? [] : [path.toLowerCase()]));
    for (const path of truth.namespaces) assert.ok(paths.includes(path.toLowerCase()), path);
  }
  assertRemains(repository, truth, hasNamespaces);
  const told = repository.anomalies();
  const codes = new Set(told.map(({ code }) => code));
  for (const trouble of truth.trouble ?? []) {
    const wanted = WORDS[trouble].map((word) => REPOSITORY_ANOMALIES[word].code);
    assert.ok(
      wanted.some((code) => codes.has(code)),
      `${trouble} is told, not only ${[...codes].join(' ')}`,
    );
  }
  if (truth.isHealthy === true) {
    assert.deepEqual(
      told.map(({ message }) => message),
      [],
    );
    for (const { place, path } of live) {
      assert.deepEqual([place.label, place.keyHash], ['live', 'match'], path);
      assert.equal(place.checksum, repository.layout === 'xp' ? 'none' : 'match', path);
    }
  }
}

function assertRemains(repository: Repository, truth: CaseTruth, hasNamespaces: boolean): void {
  const { instances } = repository.carve();
  const carved = instances.map(({ instance }) => `${instance.place.label} ${readLine(instance, false)}`);
  const history = repository
    .history()
    .flatMap(({ before, change }) =>
      before === undefined || change === 'appeared' ? [] : [`${before.place.label} ${readLine(before, false)}`],
    );
  if (truth.found !== undefined) {
    const read = [...carved, ...history].map((text) => text.slice(text.indexOf('  ') + 1));
    const all = new Set([...read, ...liveInstances(repository).map((instance) => readLine(instance, false))]);
    assert.deepEqual(
      truth.found.map((instance) => trueLine(instance, false)).filter((text) => !all.has(text)),
      [],
      'every instance is found somehow',
    );
  }
  for (const { instance, label } of truth.remains ?? []) {
    const wanted = `${label} ${trueLine(instance, false)}`;
    const found = label.startsWith('superseded') ? history : carved;
    assert.ok(found.includes(wanted), `${wanted}\nis among\n${found.join('\n')}`);
  }
  if (truth.hasNoRemains === true && hasNamespaces) assert.deepEqual(carved, []);
}
