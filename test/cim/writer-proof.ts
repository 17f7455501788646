import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  absoluteTimer,
  arrayProperty,
  type CimValue,
  type ConsumerClass,
  FULL_CONSUMERS,
  type Generation,
  intervalTimer,
  keyProperty,
  ordinaryRepository,
  plantSubscription,
  property,
  type RepositoryFiles,
  type RepositoryOptions,
  type RepositoryWriter,
  stockSubscription,
} from '../../testkit/cim/index.ts';
import type { PeerAnswer, PeerInstance, PeerValue } from './peers.ts';

/** A repository with everything that both peers can read: five full consumers, timers, a long script, three generations. */
export function provenRepository(options: RepositoryOptions): RepositoryWriter {
  const repository = ordinaryRepository({ plainClasses: 220, ...options });
  repository.createNamespace('root\\cimv2\\Power\\Sub');
  repository.checkpoint();
  for (const [className, values] of Object.entries(FULL_CONSUMERS) as [
    ConsumerClass,
    (typeof FULL_CONSUMERS)[ConsumerClass],
  ][]) {
    plantSubscription(repository, {
      name: `Full ${className}`,
      consumer: { className, values },
      references: className === 'LogFileEventConsumer' ? 'local' : 'relative',
    });
  }
  repository.checkpoint();
  const old = repository.generations.at(-1)?.instances.find(({ className }) => className === 'SMTPEventConsumer');
  if (old !== undefined) repository.remove(old);
  repository.defineClass('root\\cimv2\\Power\\Sub', {
    name: 'Everything',
    properties: [
      keyProperty('Name'),
      property('Small', 'uint8'),
      property('Middle', 'uint16', { byDefault: 512 }),
      property('Large', 'uint64', { byDefault: 2n ** 63n }),
      property('When', 'datetime', { byDefault: '20260312094400.000000+000' }),
      property('Accented', 'string', { byDefault: 'plain' }),
      arrayProperty('Numbers', 'uint32'),
      arrayProperty('Large numbers', 'uint64'),
      arrayProperty('Texts', 'string', { byDefault: ['one', 'two'] }),
    ],
  });
  repository.put('root\\cimv2\\Power\\Sub', 'Everything', { Name: 'defaults' });
  repository.put('root\\cimv2\\Power\\Sub', 'Everything', {
    Name: 'stored',
    Small: 255,
    Middle: 65535,
    Large: 2n ** 64n - 1n,
    When: null,
    Accented: '',
    Numbers: [0, 1, 0xffffffff],
    'Large numbers': [0n, 2n ** 64n - 1n],
    Texts: [],
  });
  intervalTimer(repository, 'root\\cimv2', 'Hourly', 3_600_000);
  absoluteTimer(repository, 'root\\cimv2\\Power\\Sub', 'Once', '20260312094400.000000+000');
  stockSubscription(repository, 'root\\DEFAULT');
  plantSubscription(repository, {
    namespace: 'root\\DEFAULT',
    name: 'Long',
    consumer: {
      className: 'ActiveScriptEventConsumer',
      values: { ScriptingEngine: 'JScript', ScriptText: 'var a = 1;\r\n'.repeat(3500) },
    },
  });
  repository.checkpoint();
  return repository;
}

/** Differences between what was written and what a peer read, as sentences; empty when they agree. */
export function differencesOf(truth: Generation, read: PeerAnswer): string[] {
  const out: string[] = [];
  compareSets(out, 'namespace', truth.namespaces, read.namespaces);
  const classes = truth.classes.map(
    ({ namespace, layout: { model } }) => `${namespace}:${model.name}<${model.superclass ?? ''}`,
  );
  compareSets(out, 'class', classes, read.classes);
  const found = new Map(read.instances.map((instance) => [pathOf(instance), instance]));
  const written = new Map(truth.instances.map((instance) => [pathOf(instance), instance]));
  compareSets(out, 'instance', [...written.keys()], [...found.keys()]);
  for (const [path, { values }] of written) {
    const theirs = found.get(path);
    if (theirs === undefined) continue;
    const names = new Map(Object.entries(theirs.values).map(([name, value]) => [name.toLowerCase(), value]));
    for (const [name, value] of Object.entries(values)) {
      const their = names.get(name.toLowerCase());
      const ours = asText(value);
      if (JSON.stringify(their) !== JSON.stringify(ours)) {
        out.push(`${path} ${name}: ${JSON.stringify(ours)} is read as ${JSON.stringify(their)}`);
      }
    }
  }
  return out;
}

function compareSets(out: string[], what: string, written: readonly string[], read: readonly string[]): void {
  const known = new Set(written.map((text) => text.toLowerCase()));
  // Look-ups of the peers visit a page twice (CIM 9), so duplicates tell nothing.
  const seen = new Set(read.map((text) => text.toLowerCase()));
  for (const text of known) if (!seen.has(text)) out.push(`${what} not read: ${text}`);
  for (const text of seen) if (!known.has(text)) out.push(`${what} not written: ${text}`);
}

function pathOf({ namespace, className, keyHash }: Pick<PeerInstance, 'namespace' | 'className' | 'keyHash'>): string {
  return `${namespace}:${className}.${keyHash}`;
}

function asText(value: CimValue): PeerValue {
  if (value === null) return null;
  if (value instanceof Uint8Array) return [...value].map(String);
  return Array.isArray(value) ? value.map(String) : String(value);
}

/** Lays the files into a folder of their own while `work` runs. */
export function inFolder<T>(files: RepositoryFiles, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'triad-cim-'));
  try {
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
