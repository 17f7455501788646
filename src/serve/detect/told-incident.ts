import { membersOf, type ToldRevision } from '../../live/index.ts';
import { recordLine } from '../../report/index.ts';
import { carriersOf } from './carriers.ts';
import type { CitedLine, ToldIncident } from './messages.ts';
import { tellingPayload } from './telling-payload.ts';

/** An incident as it travels and is kept: its document as JSON text, its records one by one. */
export function toldOf(told: ToldRevision): ToldIncident {
  const { incident, findings, subscriptions, gaps, records, version, digest, times, absorbs, isRestored } = told;
  const { id, hosts, first, last, title, level, next } = incident;
  const payload = tellingPayload(subscriptions);
  return {
    id,
    version,
    digest,
    members: membersOf(told),
    hosts,
    first,
    last,
    title,
    level,
    isWmi: incident.levels.wmi !== undefined,
    times,
    absorbs,
    steps: next.map(({ id: step, phase }) => ({ id: step, phase })),
    isRestored,
    ...(payload === undefined ? {} : { payload }),
    carriers: carriersOf(told),
    document: JSON.stringify({ incident, findings, subscriptions, gaps }),
    records: records.map(({ event, id: record, host }): CitedLine => {
      const line = recordLine(event, record, host);
      return { id: record, host, time: line.time ?? '', json: JSON.stringify(line) };
    }),
  };
}
