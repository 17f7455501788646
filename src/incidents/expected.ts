import type { Join, JoinId } from '../entities/index.ts';
import { parseTime } from '../windows/index.ts';
import type { IncidentFacts } from './facts.ts';
import type { MissingRecord } from './incident.ts';

/** A record that a join rests on: any of these ids of the host at that end (SETTLED C18). */
interface Expected {
  readonly at: 'source' | 'target';
  readonly any: readonly { readonly channel: string; readonly eventId: number; readonly name: string }[];
  /** "no outbound connection to SRV-02 on WS-07". */
  readonly text: string;
}

const SYSMON = 'microsoft-windows-sysmon/operational';

const SECURITY_4624 = { channel: 'security', eventId: 4624, name: 'Security 4624' };
const SECURITY_5145 = { channel: 'security', eventId: 5145, name: 'Security 5145' };
const SECURITY_5156 = { channel: 'security', eventId: 5156, name: 'Security 5156' };
const SYSMON_3 = { channel: SYSMON, eventId: 3, name: 'Sysmon 3' };

/** Which record each join rests on: where a claim would have it, and it is not there, that is told (L2). */
const EXPECTED: Readonly<Partial<Record<JoinId, Expected>>> = {
  J1: { at: 'target', any: [SECURITY_4624], text: 'the logon that it ran under is not among the logons of that time' },
  J2: {
    at: 'source',
    any: [SECURITY_5156, SYSMON_3],
    text: 'no connection to the target is seen there, though others are',
  },
  J12: { at: 'target', any: [SECURITY_4624], text: 'no logon of the writer is among the logons of that time' },
  J16: { at: 'target', any: [SECURITY_5145], text: 'the output file is not among the shared files of that time' },
};

/** Records that the joins of a claim ought to rest on, whose log spoke around that time, and that none of them cites. */
export function missingRecords(
  ideal: readonly JoinId[],
  joins: readonly Join[],
  at: { readonly source?: string; readonly target: string; readonly time: string; readonly facts: IncidentFacts },
): readonly MissingRecord[] {
  const atMs = parseTime(at.time)?.ms;
  if (atMs === undefined) return [];
  return ideal.flatMap((join) => {
    const expected = EXPECTED[join];
    const host = expected?.at === 'source' ? at.source : at.target;
    if (expected === undefined || host === undefined || joins.some((held) => held.join === join)) return [];
    const isCited = joins.some(({ evidence }) =>
      evidence.some(({ channel, eventId }) =>
        expected.any.some((id) => id.eventId === eventId && id.channel === channel?.toLowerCase()),
      ),
    );
    if (isCited) return [];
    const heard = expected.any.filter(({ channel, eventId }) => at.facts.isHeard(host, channel, eventId, atMs));
    if (heard.length === 0) return [];
    const what = heard.map(({ name }) => name).join(' or ');
    return [{ join, host, what, text: expected.text }];
  });
}
