import type { Route } from '../../taxonomy/index.ts';
import { EVERY_CHANNEL } from '../../windows/index.ts';
import {
  type Dialect,
  escapeRegex,
  type FieldTest,
  ownName,
  quoted,
  type Refuse,
  SIGNS,
  simpleForm,
  withFlags,
} from './dialect.ts';

/** Columns of Defender's DeviceProcessEvents for fields of process creations. */
const DEVICE_PROCESS: ReadonlyMap<string, string> = new Map([
  ['Image', 'FolderPath'],
  ['CommandLine', 'ProcessCommandLine'],
  ['ProcessId', 'ProcessId'],
  ['User', 'strcat(AccountDomain, "\\\\", AccountName)'],
  ['IntegrityLevel', 'ProcessIntegrityLevel'],
  ['OriginalFileName', 'ProcessVersionInfoOriginalFileName'],
  ['Description', 'ProcessVersionInfoFileDescription'],
  ['Product', 'ProcessVersionInfoProductName'],
  ['Company', 'ProcessVersionInfoCompanyName'],
  ['ParentImage', 'InitiatingProcessFolderPath'],
  ['ParentCommandLine', 'InitiatingProcessCommandLine'],
  ['ParentProcessId', 'InitiatingProcessId'],
]);
const NUMBERS: ReadonlySet<string> = new Set(['ProcessId', 'InitiatingProcessId', 'EventID']);

type Table = 'DeviceProcessEvents' | 'SecurityEvent' | 'Event';

function tableOf({ id, channel }: Route): Table {
  if (id.startsWith('process_creation/')) return 'DeviceProcessEvents';
  return channel === 'security' ? 'SecurityEvent' : 'Event';
}

/** Kusto: process creations by DeviceProcessEvents, the Security log by SecurityEvent, all else by Event and its XML. */
export const KUSTO: Dialect = {
  and: ' and ',
  or: ' or ',
  not: 'not',
  fieldOf: (field, route) => {
    if (tableOf(route) !== 'DeviceProcessEvents') return ownName(field, route);
    const name = DEVICE_PROCESS.get(field);
    return name === undefined ? { refused: `DeviceProcessEvents has no column for ${field}.` } : { name };
  },
  test: kustoTest,
  keyword: (atom, refuse) => refuse(atom, 'A search over all columns is not converted.'),
  whole: (route, query, fields) => {
    const table = tableOf(route);
    const ids = route.eventIds === 'all' ? [] : route.eventIds;
    const where = [
      ...(table === 'Event' && route.channel !== EVERY_CHANNEL ? [`EventLog =~ ${quoted(route.channel)}`] : []),
      ...(table === 'DeviceProcessEvents' || ids.length === 0 ? [] : [`EventID in (${ids.join(', ')})`]),
    ];
    const lines = [table, ...(where.length === 0 ? [] : [`| where ${where.join(' and ')}`])];
    if (table === 'Event') {
      for (const field of [...fields].filter((one) => one !== 'EventID').sort()) {
        const raw = `extract(${quoted(`<Data Name="${field}">([^<]*)</Data>`)}, 1, EventData)`;
        lines.push(`| extend ${field} = ${unescaped(raw)}`);
      }
    }
    return [...lines, `| where ${query}`].join('\n');
  },
  comment: (text) => `// ${text}`,
};

/** A value out of XML, where five characters may be written as entities. */
function unescaped(raw: string): string {
  const entities = [
    ['&lt;', '<'],
    ['&gt;', '>'],
    ['&quot;', '"'],
    ['&apos;', "'"],
    ['&amp;', '&'],
  ] as const;
  return entities.reduce((text, [from, to]) => `replace_string(${text}, ${quoted(from)}, ${quoted(to)})`, raw);
}

function kustoTest(one: FieldTest, refuse: Refuse): string {
  const { atom, field, test } = one;
  switch (test.op) {
    case 'text':
      return textTest(one, refuse);
    case 'number':
      return NUMBERS.has(field) ? `${field} == ${test.text}` : `${field} =~ ${quoted(test.text)}`;
    case 'boolean':
      return `${field} =~ ${quoted(String(test.value))}`;
    case 'null':
      return `isempty(${field})`;
    case 'exists':
      return test.isWanted ? `isnotempty(${field})` : `isempty(${field})`;
    case 'cidr':
      return atom.origin.wanted.includes(':')
        ? `ipv6_is_in_range(${field}, ${quoted(atom.origin.wanted)})`
        : `ipv4_is_in_range(${field}, ${quoted(atom.origin.wanted)})`;
    case 'compare':
      return `${NUMBERS.has(field) ? field : `tolong(${field})`} ${SIGNS[test.comparison]} ${test.bound}`;
    case 'regex':
      return `${field} matches regex ${quoted(withFlags(test.regex))}`;
    case 'time':
    case 'fieldref':
      return refuse(atom, 'Parts of times, and comparisons of two fields, are not converted.');
  }
}

const OPERATORS = {
  equals: ['=~', '=='],
  contains: ['contains', 'contains_cs'],
  startswith: ['startswith', 'startswith_cs'],
  endswith: ['endswith', 'endswith_cs'],
} as const;

function textTest({ atom, field, test }: FieldTest, refuse: Refuse): string {
  if (test.op !== 'text') return refuse(atom, 'It is no text.');
  const { parts, isCased } = test.pattern;
  if (NUMBERS.has(field)) {
    const simple = simpleForm(parts);
    if (simple?.anchor === 'equals' && /^\d+$/.test(simple.text)) return `${field} == ${simple.text}`;
    return refuse(atom, `${field} is a number, and the rule compares text.`);
  }
  const simple = parts.includes('dash') ? undefined : simpleForm(parts);
  if (simple !== undefined) {
    if (simple.text === '' && simple.anchor !== 'equals') return `isnotempty(${field})`;
    return `${field} ${OPERATORS[simple.anchor][isCased ? 1 : 0]} ${quoted(simple.text)}`;
  }
  const body = parts.map((part) => {
    if (typeof part === 'object') return escapeRegex(part.text);
    return part === 'any' ? '.*' : part === 'one' ? '.' : '[-/\u2013\u2014\u2015]';
  });
  return `${field} matches regex ${quoted(`(?s${isCased ? '' : 'i'})^${body.join('')}$`)}`;
}
