import type { IncidentWrite } from '../../state/index.ts';
import type { JudgedStep, ToldIncident } from './messages.ts';

/** What a judgement changed, as the state commits it. */
export function incidentWrites(step: JudgedStep): readonly IncidentWrite[] {
  const { told, superseded, withdrawn, final, atMs } = step;
  return [
    ...told.map((one) => toldWrite(one, atMs)),
    ...superseded.map(({ id, mergedInto }) => ({ kind: 'incidentMerged', id, mergedInto, atMs }) as const),
    ...withdrawn.map((one) => ({ kind: 'incidentWithdrawn', ...one, atMs }) as const),
    ...final.map((id) => ({ kind: 'incidentFinal', id, atMs }) as const),
  ];
}

function toldWrite(told: ToldIncident, atMs: number): IncidentWrite {
  const { isRestored: _, times, records, ...rest } = told;
  return {
    kind: 'incident',
    ...rest,
    eventTime: times.event.time,
    isRetrospective: times.isRetrospective,
    times: JSON.stringify(times),
    records: records.map(({ id, host, time, json }) => ({ id, host, time, body: json })),
    atMs,
  };
}
