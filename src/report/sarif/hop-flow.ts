import type { Hop, Incident } from '../../incidents/index.ts';
import type { Evidence } from '../../windows/index.ts';
import { methodName } from '../drawing/hop-picture.ts';
import { compareText } from '../record-line.ts';
import type { ResultIndex } from '../result-index.ts';
import { type SarifCodeFlow, type SarifLocation, sarifMessage } from './document.ts';

/** Steps of a flow; the JSON has every record of a hop. */
const MAX_STEPS = 24;

/**
 * The call from one machine to another that a subscription or finding came by, step by step in order of time: which record of
 * which host says what. Undefined where the hop cites no record.
 */
export function flowOf(
  hop: Hop,
  incident: Incident | undefined,
  { records }: Pick<ResultIndex, 'records'>,
  locationOf: (evidence: Evidence) => SarifLocation,
): SarifCodeFlow | undefined {
  const said = new Map<string, { readonly evidence: Evidence; readonly text: string; readonly time: string }>();
  const note = (evidence: Evidence, text: string): void => {
    const key = evidence.record ?? JSON.stringify([evidence.file, evidence.container, evidence.offset]);
    const record = evidence.record === undefined ? undefined : records.get(evidence.record);
    if (!said.has(key)) said.set(key, { evidence, text, time: evidence.time ?? record?.time ?? hop.time });
  };
  const links = incident?.links.filter(({ id }) => hop.links.includes(id)) ?? [];
  for (const { text, evidence } of links.flatMap(({ joins }) => joins)) for (const one of evidence) note(one, text);
  for (const one of hop.evidence) note(one, methodName(hop.method));
  const steps = [...said].sort(([a, one], [b, two]) => compareText(one.time, two.time) || compareText(a, b));
  if (steps.length === 0) return undefined;
  return {
    threadFlows: [
      {
        locations: steps.slice(0, MAX_STEPS).map(([, { evidence, text, time }], i) => ({
          location: { ...locationOf(evidence), message: sarifMessage(text) },
          module: records.get(evidence.record ?? '')?.host ?? hop.target.host,
          executionOrder: i + 1,
          executionTimeUtc: time,
        })),
      },
    ],
  };
}
