import { gap } from '../analytics/index.ts';
import type { Gap } from '../windows/index.ts';
import { parseTime } from '../windows/index.ts';
import type { IncidentFacts, LogState } from './facts.ts';
import type { UnsourcedCall } from './hops.ts';
import { methodWords, oneLine } from './words.ts';

const STATE_WORDS: Readonly<Record<LogState, string>> = {
  given: 'its Security log of that time was given, but does not name the caller',
  empty: 'its Security log holds nothing of that time',
  cleared: 'its Security log of that time was cleared',
  'not collected': 'its Security log was not given',
};

/** "Source unknown" as a gap (L2, DOMAIN 2.3): nothing is invented to join two ends. */
export function sourceGap({ target, account, time, address, method, links }: UnsourcedCall, facts: IncidentFacts): Gap {
  const who = account === undefined ? '' : ` of ${oneLine(account)}`;
  const blocks = links.map((link) => link.id);
  if (address !== undefined) {
    const fields = {
      host: target,
      what: `source unknown (no evidence from any host with address ${address})`,
      from: time,
      so: `which machine and which program made the ${callWords(method)}${who} is unknown`,
      close: `Security, Sysmon and WMI-Activity logs of the machine that had ${address} then`,
    };
    return { ...gap(fields), blocks };
  }
  const state = facts.logState(target, 'security', parseTime(time)?.ms ?? 0);
  const fields = {
    host: target,
    what: 'source unknown (no record names the address of the caller)',
    from: time,
    so: `where the ${callWords(method)}${who} came from is unknown: ${STATE_WORDS[state]}`,
    close:
      'Security.evtx of that time with logons audited (4624), connections of both ends (Sysmon 3 or Security 5156)',
  };
  return { ...gap(fields), blocks };
}

function callWords(method: UnsourcedCall['method']): string {
  const words = methodWords(method);
  return words === 'a call' ? 'call' : `call by ${words}`;
}
