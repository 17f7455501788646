import { sidBytes } from '../evtx/value.ts';

/** A value of a MOF property: texts are quoted, lists are in braces. */
export type MofValue = string | number | boolean | readonly (string | number)[];

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A MOF string literal with the escapes that Winmgmt writes (DOMAIN 2.1). */
export function mofText(value: string): string {
  return `"${value.replace(/[\\"\n\r\t]/g, (character) => ESCAPES[character] ?? character)}"`;
}

/** What Sysmon writes for a WMI string: a blank, and the MOF literal (DOMAIN 2.2 #1). */
export function sysmonText(value: string): string {
  return ` ${mofText(value)}`;
}

function mofValue(value: MofValue): string {
  if (typeof value === 'string') return mofText(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return String(value);
  return `{${value.map((item) => (typeof item === 'string' ? mofText(item) : String(item))).join(', ')}}`;
}

/** The text of an instance, properties in the order of their names as Winmgmt has them. */
export function mofInstance(className: string, properties: Readonly<Record<string, MofValue>>): string {
  const lines = Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `\t${name} = ${mofValue(value)};\n`);
  return `instance of ${className}\n{\n${lines.join('')}};\n`;
}

/** A SID as the uint8 array that `CreatorSID` is. */
export function creatorSid(sid: string): readonly number[] {
  return [...sidBytes(sid)];
}

export interface MofFilter {
  readonly name: string;
  readonly query: string;
  readonly queryLanguage?: string;
  readonly eventNamespace?: string;
  readonly creatorSid?: string;
}

export interface MofConsumer {
  readonly class: string;
  readonly name: string;
  readonly properties: Readonly<Record<string, MofValue>>;
  readonly creatorSid?: string;
}

/** The `PossibleCause` of a 5861 (DOMAIN 2.1). */
export function possibleCause(filter: MofFilter, consumer: MofConsumer): string {
  const sidOf = (sid: string | undefined) => (sid === undefined ? {} : { CreatorSID: creatorSid(sid) });
  return (
    'Binding EventFilter: \n' +
    mofInstance('__EventFilter', {
      ...sidOf(filter.creatorSid),
      ...(filter.eventNamespace === undefined ? {} : { EventNamespace: filter.eventNamespace }),
      Name: filter.name,
      Query: filter.query,
      QueryLanguage: filter.queryLanguage ?? 'WQL',
    }) +
    'Perm. Consumer: \n' +
    mofInstance(consumer.class, { ...sidOf(consumer.creatorSid), Name: consumer.name, ...consumer.properties })
  );
}
