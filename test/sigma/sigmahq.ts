import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { parse } from 'yaml';
import type { LogSource } from '../../src/taxonomy/index.ts';

const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'sigmahq');

/** Why tests over the public rules are left out; false where they can run. */
export const WITHOUT_SIGMAHQ: string | false = existsSync(join(CORPUS, 'rules_all.zip'))
  ? false
  : 'the public rules are not beside the repository';

/** Members of an archive of the public rules. */
export function ruleMembers(archive: string): Generator<readonly [name: string, bytes: Buffer]> {
  return membersOf(join(CORPUS, archive));
}

/** Members of an archive of the corpus, which is sound and plain. */
export function* membersOf(path: string): Generator<readonly [name: string, bytes: Buffer]> {
  const zip = readFileSync(path);
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const nameBytes = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameBytes);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    if (!name.endsWith('/')) yield [name, zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)];
    at += 46 + nameBytes + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
}

/** What of a public rule the tests of log sources need. */
export interface PublicRule {
  readonly path: string;
  readonly id: string;
  readonly logsource: LogSource;
  /** Names without modifiers; of keyword items none. */
  readonly fields: ReadonlySet<string>;
  /** Numbers that it names under EventID. */
  readonly eventIds: readonly number[];
}

/** Live rules, by the folders of the repository (SIGMA 7). */
export function liveRules(): readonly PublicRule[] {
  const rules: PublicRule[] = [];
  for (const [path, bytes] of ruleMembers('rules_all.zip')) {
    if (!/^rules[^/]*\/.*\.yml$/.test(path)) continue;
    const rule = ruleOf(path, parse(bytes.toString('utf8')));
    if (rule !== undefined) rules.push(rule);
  }
  return rules;
}

type Yaml = null | string | number | boolean | readonly Yaml[] | { readonly [key: string]: Yaml };

function ruleOf(path: string, document: Yaml): PublicRule | undefined {
  if (!isMap(document) || !isMap(document['detection']) || !isMap(document['logsource'])) return undefined;
  const fields = new Set<string>();
  const eventIds = new Set<number>();
  const visit = (value: Yaml): void => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isMap(value)) {
      for (const [key, item] of Object.entries(value)) {
        const [field = ''] = key.split('|');
        if (field !== '') fields.add(field);
        if (key === 'EventID') for (const id of [item].flat()) eventIds.add(Number(id));
      }
    }
  };
  for (const [name, item] of Object.entries(document['detection'])) if (name !== 'condition') visit(item);
  const { definition, ...logsource } = document['logsource'];
  return {
    path,
    id: String(document['id']),
    logsource: logsource as LogSource,
    fields,
    eventIds: [...eventIds].filter(Number.isInteger),
  };
}

function isMap(value: Yaml | undefined): value is { readonly [key: string]: Yaml } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
