import type { HostDocument, HostRowDocument } from '../api/index.ts';
import { count, escapeTerminal, plural, wrap } from '../report/index.ts';
import { shortTime, table, timeColumn } from './server-rows.ts';

const COLUMNS = 100;
/** Ids of a log that are listed; the API has all. */
const MAX_IDS = 24;

export function hostTable(rows: readonly HostRowDocument[]): string {
  return table(
    rows,
    [
      { title: 'HOST', of: ({ key }) => key },
      { title: 'RECORDS', of: ({ records }) => count(records) },
      timeColumn('LAST RECORD', ({ last }) => last),
      timeColumn('RECEIVED', ({ received }) => received),
      { title: 'BLIND', of: ({ gaps }) => (gaps === undefined ? 'not looked' : String(gaps)) },
      { title: 'OPEN INCIDENTS', of: ({ openIncidents }) => String(openIncidents) },
      { title: 'SUBSCRIPTIONS', of: ({ subscriptions }) => String(subscriptions) },
    ],
    'There are no such hosts.',
  );
}

/** A host in words: what came of it, from whom, and what cannot be seen. */
export function shownHost(host: HostDocument): string {
  const { key, names, records, first, last, received, openIncidents, subscriptions } = host;
  const others = names.filter((name) => name !== key);
  const lines = [
    `${escapeTerminal(key)}${others.length === 0 ? '' : `  (${escapeTerminal(others.join(', '))})`}`,
    `  ${plural(records, 'record')}, ${shortTime(first)} to ${shortTime(last)}, last received ${shortTime(received)}`,
    `  ${plural(openIncidents, 'open incident')}, ${plural(subscriptions, 'subscription')}`,
    '',
    'LOGS',
    ...host.logs.flatMap(logLines),
    '',
    'SENDERS',
    ...host.senders.map(
      ({ sender, records: own, received: at }) =>
        `  ${escapeTerminal(sender)}  ${plural(own, 'record')}, last received ${shortTime(at)}`,
    ),
    ...clockLines(host),
    ...blindLines(host),
  ];
  return `${lines.join('\n')}\n`;
}

function logLines({ channel, records, first, last, ids, others }: HostDocument['logs'][number]): readonly string[] {
  const named = ids.slice(0, MAX_IDS).map(({ id, records: own }) => `${id}: ${count(own)}`);
  const more = ids.length > MAX_IDS ? [`${ids.length - MAX_IDS} more ids`] : [];
  const rest = others === undefined ? [] : [`others: ${count(others)}`];
  return [
    `  ${escapeTerminal(channel)}  ${plural(records, 'record')}, ${shortTime(first)} to ${shortTime(last)}`,
    ...wrap([...named, ...more, ...rest].join(', '), COLUMNS - 4).map((line) => `    ${line}`),
  ];
}

/** What its clock differs by from others; times of events stay as they were recorded (L4). */
function clockLines({ clocks }: HostDocument): readonly string[] {
  if (clocks === undefined) return ['', 'CLOCK', '  not known: nothing has been judged since the server started'];
  if (clocks.length === 0) return ['', 'CLOCK', '  not known: no three connections of which both ends told a time'];
  return [
    '',
    'CLOCK',
    ...clocks.map(({ against, aheadMs, errorMs, pairs }) => {
      const by =
        Math.round(aheadMs) === 0
          ? 'the same as'
          : `${seconds(Math.abs(aheadMs))} ${aheadMs > 0 ? 'ahead of' : 'behind'}`;
      const whose = against === 'zeek' ? 'Zeek’s sensor' : escapeTerminal(against);
      return `  ${by} ${whose}, give or take ${seconds(errorMs)}, by ${plural(pairs, 'connection')}`;
    }),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}

function blindLines({ blind }: HostDocument): readonly string[] {
  if (blind === undefined) return ['', 'BLIND', '  not known: no judgement has looked at this host yet'];
  if (blind.length === 0) return [];
  return [
    '',
    'BLIND',
    ...blind.flatMap(({ what, so, close }) => {
      const [head = '', ...rest] = wrap(escapeTerminal(`${what}: ${so}; ${close}`), COLUMNS - 4);
      return [`  ${head}`, ...rest.map((line) => `    ${line}`)];
    }),
  ];
}
