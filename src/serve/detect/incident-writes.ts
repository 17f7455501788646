import type { FoundWrite, HostWrite, IncidentWrite } from '../../state/index.ts';
import type { FromDetect, JudgedStep, ToldIncident } from './messages.ts';

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

/** The same of findings, subscriptions and hosts. */
export function foundWrites({ found, hostNames, hostGaps, atMs }: JudgedStep): readonly (FoundWrite | HostWrite)[] {
  return [
    ...found.told.map((one) => ({ kind: 'found', ...one, atMs }) as const),
    ...found.withdrawn.map((name) => ({ kind: 'foundWithdrawn', ...name, atMs }) as const),
    ...found.final.map((name) => ({ kind: 'foundFinal', ...name, atMs }) as const),
    ...hostNames.map((name) => ({ kind: 'hostName', ...name }) as const),
    ...hostGaps.map((gaps) => ({ kind: 'hostGaps', ...gaps }) as const),
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

/**
 * Steps with one judgement at most that changed something, which is the last: what a judgement withdraws the next one may tell again, and the state takes both in
 * their order.
 */
export function byJudgement(steps: readonly FromDetect[]): readonly (readonly FromDetect[])[] {
  const groups: FromDetect[][] = [[]];
  for (const step of steps) {
    groups.at(-1)?.push(step);
    if (step.kind === 'judged' && incidentWrites(step).length > 0) groups.push([]);
  }
  return groups.filter((group) => group.length > 0);
}
