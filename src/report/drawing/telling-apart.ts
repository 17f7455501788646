import type { RecordLine } from '../record-line.ts';
import { pid } from './one-act.ts';

/** Characters of one value that a row shows. */
const MAX_VALUE = 72;
/** A longer beginning that all have in common is left out, but for this much of it. */
const MAX_COMMON = 40;
const SHOWN_COMMON = 12;
/** So many values of a row tell it from the others: more is in the record. */
const MOST = 2;

/** What rows that say the same may differ in, what a person looks for first in front. Field names as DOMAIN 2.1 has them. */
const TELLING: readonly { readonly name: string; readonly of: (record: RecordLine) => string | undefined }[] = [
  { name: '', of: ({ data }) => data['CommandLine'] ?? data['ProcessCommandLine'] },
  { name: 'pid ', of: processId },
  { name: '', of: ({ data }) => data['TargetFilename'] ?? data['TargetObject'] ?? data['ObjectName'] },
  { name: '', of: ({ data }) => data['Query'] ?? data['query'] ?? data['Operation'] },
  { name: 'access ', of: ({ data }) => data['AccessMask'] ?? data['GrantedAccess'] },
  { name: 'port ', of: ({ data }) => data['IpPort'] ?? data['SourcePort'] },
  { name: 'session ', of: ({ data }) => data['TargetLogonId'] ?? data['SubjectLogonId'] ?? data['LogonId'] },
  { name: 'record ', of: ({ recordId }) => (recordId === undefined ? undefined : String(recordId)) },
];

/** Of the process that a record is about. Security names the one that asked for it `ProcessId`. */
function processId({ channel, data }: RecordLine): string {
  return pid(channel.toLowerCase() === 'security' ? data['NewProcessId'] : data['ProcessId']);
}

/**
 * What tells records that say the same from each other: `cmd.exe /c whoami, pid 2484`. By record; one that says what no
 * other says has none, and so have records that differ in their time alone.
 */
export function tellingApart(
  rows: readonly { readonly record: RecordLine; readonly said: string }[],
): ReadonlyMap<RecordLine, string> {
  const told = new Map<RecordLine, string>();
  for (const like of Map.groupBy(rows, ({ record, said }) => `${record.host}\n${said}`).values()) {
    if (like.length < 2) continue;
    const records = like.map(({ record }) => record);
    for (const [record, words] of differences(records)) told.set(record, words);
  }
  return told;
}

function differences(records: readonly RecordLine[]): ReadonlyMap<RecordLine, string> {
  const columns = TELLING.flatMap(({ name, of }) => {
    const values = records.map((record) => of(record)?.trim() ?? '');
    const known = values.filter((value) => value !== '');
    return new Set(known).size < 2 ? [] : [{ name, values, common: commonLength(known) }];
  }).slice(0, MOST);
  return new Map(
    records.map((record, at) => [
      record,
      columns
        .flatMap(({ name, values, common }) => (values[at] === '' ? [] : `${name}${cut(values[at] ?? '', common)}`))
        .join(', '),
    ]),
  );
}

/** How many characters all begin with. */
function commonLength(values: readonly string[]): number {
  const [first = '', ...others] = values;
  let at = 0;
  while (at < first.length && others.every((other) => other[at] === first[at])) at++;
  return at;
}

function cut(value: string, common: number): string {
  const from = common > MAX_COMMON ? common - SHOWN_COMMON : 0;
  const end = from + MAX_VALUE;
  return `${from > 0 ? '…' : ''}${value.slice(from, end).toWellFormed()}${value.length > end ? '…' : ''}`;
}
