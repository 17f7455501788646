import type { DrawnObject } from '../../src/report/index.ts';
import { kindOfField } from '../kit/object-words.ts';

/** What an event names that has a menu (SETTLED G15): its host, then hosts, accounts, addresses, names and hashes of its fields, each once. */
export function objectsOfEvent(host: string, records: readonly Readonly<Record<string, unknown>>[]): DrawnObject[] {
  const found: DrawnObject[] = [{ kind: 'host', value: host }];
  for (const { data } of records) {
    for (const [name, value] of Object.entries((data ?? {}) as Readonly<Record<string, unknown>>)) {
      const kind = kindOfField(name);
      if (typeof value === 'string' && kind !== 'value' && kind !== 'payload')
        found.push(...valuesOf(kind, value).map((one) => ({ kind, value: one })));
    }
  }
  const isSaid = ({ value }: DrawnObject): boolean => value !== '' && value !== '-';
  return [...new Map(found.filter(isSaid).map((one) => [`${one.kind} ${one.value}`, one])).values()];
}

/** Sysmon writes several hashes in one field, `MD5=…,SHA256=…`, and all that a name led to, `type:  5 alias.example;::ffff:10.1.2.3;`: no other of these values holds a semicolon. */
function valuesOf(kind: DrawnObject['kind'], value: string): readonly string[] {
  return kind === 'hash'
    ? value.split(',').map((part) => part.slice(part.indexOf('=') + 1).trim())
    : value.split(/;|type: +\d+ /);
}
