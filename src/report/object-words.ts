import type { RecordLine } from './record-line.ts';
import type { RecordWords } from './record-words.ts';

const MAX = 96;

function cut(text: string): string {
  return text.length > MAX ? `${text.slice(0, MAX).toWellFormed()}…` : text;
}

/** What the labels of CIM-REPOSITORY 7.5 mean, for people. */
const LABELS: Readonly<Record<string, string>> = {
  live: 'as the current generation holds it',
  'live-anomalous': 'as the current generation holds it, though its checks do not agree',
  superseded: 'held by an older generation only',
  'superseded-version': 'an older version of what is held now',
  unindexed: 'in a page in use, but without an index key',
  'free-page record': 'carved from a free page',
  slack: 'carved from the unused end of a page',
  'index residue': 'a key that only a page of the index out of use holds',
  'text only': 'text alone',
  absent: 'not held by that generation',
};

/** The label of an object of a repository in words; undefined for what is none. */
export function labelWords(label: string): string | undefined {
  return LABELS[label];
}

/** The name in the path of an end of a binding. */
function nameIn(path: string | undefined): string | undefined {
  return /="((?:[^"\\]|\\.)*)"/.exec(path ?? '')?.[1]?.replace(/\\(.)/g, '$1');
}

function kindOf(className: string): string {
  const name = className.toLowerCase();
  if (name === '__eventfilter') return 'Filter';
  if (name === '__filtertoconsumerbinding') return 'Binding';
  if (name.endsWith('timerinstruction')) return 'Timer';
  return name.endsWith('consumer') ? 'Consumer' : className;
}

/** `Filter 'Updater' in root\subscription, generation 390 of the repository`; undefined for a record of a log. */
export function objectWords({ object, repository, data, shape }: RecordLine): RecordWords | undefined {
  if (object === undefined) return undefined;
  const { kind, namespace, path } = object;
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  const [filter, consumer] = [nameIn(data['Filter']), nameIn(data['Consumer'])];
  const name = data['Name'] ?? data['TimerId'] ?? data['TimerID'];
  const title = kindOf(object.class);
  const what =
    kind === 'class'
      ? `Class ${object.class}`
      : title === 'Binding' && filter !== undefined && consumer !== undefined
        ? `Binding of filter '${filter}' to consumer '${consumer}'`
        : name === undefined
          ? `${title} ${path}`
          : `${title} '${name}'`;
  const generation = repository?.generation === undefined ? '' : `, generation ${repository.generation}`;
  const held =
    shape === 'audit'
      ? ' on the live host'
      : generation === ''
        ? ' of the repository'
        : `${generation} of the repository`;
  const label = repository?.label ?? 'live';
  const sure = label === 'live' ? '' : `, ${LABELS[label] ?? label} (${(repository?.confidence ?? 1).toFixed(2)})`;
  return {
    long: `${cut(what)}${where}${repository === undefined && shape !== 'audit' ? '' : held}${sure}`,
    short: kind === 'class' ? 'class' : title.toLowerCase(),
  };
}

/** What a record at rest is, for the list of its fields: a repository and an audit have neither event id nor record number. */
export function objectFields({ object, repository }: RecordLine): readonly (readonly [string, string])[] {
  if (object === undefined) return [];
  const { kind, namespace, path, serviceRun } = object;
  const place =
    repository?.recordId === undefined
      ? ''
      : `page ${repository.physicalPage ?? 'unknown'} (logical ${repository.logicalPage ?? 'unknown'}), record ${repository.recordId}`;
  const map = repository?.map === undefined ? '' : `, by ${repository.map}`;
  const label = repository === undefined ? '' : (LABELS[repository.label] ?? repository.label);
  return [
    ['Namespace', namespace ?? ''],
    ['Class', object.class],
    ['Path', kind === 'class' ? '' : path],
    ['Generation', repository?.generation === undefined ? '' : `${repository.generation}${map}`],
    ['State', repository === undefined ? '' : `${label}, confidence ${repository.confidence.toFixed(2)}`],
    ['Place', place],
    [
      'Stored',
      serviceRun === undefined ? '' : `not before ${serviceRun.notBefore}, the start of the run of WMI that stored it`,
    ],
  ];
}
