import { type Event, parseTime } from '../src/windows/index.ts';
import { sysmon } from '../testkit/index.ts';
import { madeEvents } from './made-event.ts';

/** A connection as the sensor sees it: `10.0.0.5:52300` to `10.0.0.9:59570`. */
export interface SeenConnection {
  readonly from: string;
  readonly to: string;
  readonly clock: string;
  /** Of `dce_rpc`; without it the line is one of `conn`. */
  readonly operation?: string;
}

let lines = 0;

/** A line of Zeek's log, as its reader shows it. */
export function zeekLine({ from, to, clock, operation }: SeenConnection): Event {
  const [server = '', serverPort = ''] = to.split(':');
  const [client = '', clientPort = ''] = from.split(':');
  const time = `2026-03-12T${clock}Z`;
  const [made] = madeEvents([sysmon.event(4, {}, { computer: server, time })], 'zeek.log');
  const at = parseTime(time);
  if (made === undefined || at === undefined) throw new Error('no event');
  const fields: Readonly<Record<string, string>> = {
    uid: `C${lines++}`,
    'id.orig_h': client,
    'id.orig_p': clientPort,
    'id.resp_h': server,
    'id.resp_p': serverPort,
    ...(operation === undefined ? { proto: 'tcp' } : { endpoint: 'IWbemServices', operation }),
  };
  const event: Event = {
    ...made,
    provider: 'Zeek',
    channel: operation === undefined ? 'zeek/conn' : 'zeek/dce_rpc',
    eventId: 0,
    timeMs: at.ms,
    timeTicks: at.ticks,
    get: (name) => fields[name],
    all: (name) => Object.entries(fields).flatMap(([key, value]) => (key === name ? [value] : [])),
    entries: () => Object.entries(fields),
    detach: () => event,
  };
  return event;
}
