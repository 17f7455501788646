import type { EventModel } from '../events/index.ts';
import { textOfFiletime } from '../evtx/filetime.ts';
import { windowsXml } from './event-xml.ts';
import { messageOf } from './messages.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import { Digits, jsonLines, type LoggedEvent, levelName } from './written-event.ts';

/** Minutes that the machine's wall clock is ahead of UTC. */
const ZONE = 60n;

/** `01/14/2021 11:41:08 PM`. */
function localTime({ model }: LoggedEvent): string {
  const text = textOfFiletime(model.time + ZONE * 600_000_000n);
  const hour = Number(text.slice(11, 13));
  const twelve = String(hour % 12 || 12).padStart(2, '0');
  return `${text.slice(5, 7)}/${text.slice(8, 10)}/${text.slice(0, 4)} ${twelve}:${text.slice(14, 19)} ${hour < 12 ? 'AM' : 'PM'}`;
}

function textBlock(event: LoggedEvent): string {
  const { model, recordId } = event;
  return [
    localTime(event),
    `LogName=${model.channel}`,
    `SourceName=${model.provider}`,
    `EventCode=${model.eventId}`,
    `EventType=${model.level === 0 ? 4 : model.level}`,
    `Type=${levelName(event)}`,
    `ComputerName=${model.computer}`,
    'User=NOT_TRANSLATED',
    ...(model.userSid === undefined ? [] : [`Sid=${model.userSid}`, 'SidType=0']),
    'TaskCategory=None',
    'OpCode=Info',
    `RecordNumber=${recordId}`,
    'Keywords=None',
    `Message=${(messageOf(event) ?? '').replaceAll('\r\n', '\n')}`,
    '',
  ].join('\n');
}

const needsMessage = (model: EventModel): string | undefined =>
  hasOwnBody(model) ??
  (messageOf({ model, recordId: 0n }) === undefined ? 'the kit has no message of its manifest' : undefined);

const seconds = ({ model }: LoggedEvent): Digits => {
  const milliseconds = (model.time - 116444736000000000n) / 10_000n;
  return new Digits(`${milliseconds / 1000n}.${String(milliseconds % 1000n).padStart(3, '0')}`);
};

const TEXT_LOSSES = {
  time: 's',
  isLocal: 'untold',
  names: 'message',
  version: true,
  level: true,
  system: true,
} as const;

export const SPLUNK_WRITERS: readonly ShapeWriter[] = [
  {
    shape: 'S11',
    style: 'Splunk HEC, XML',
    ending: 'json',
    losses: {},
    cannotCarry: hasOwnBody,
    write: (events) =>
      jsonLines(events, (event) => ({
        time: seconds(event),
        host: event.model.computer,
        source: `XmlWinEventLog:${event.model.channel}`,
        sourcetype: 'XmlWinEventLog',
        event: windowsXml(event),
      })),
  },
  {
    shape: 'S11',
    style: 'Splunk results, XML in _raw',
    ending: 'json',
    losses: {},
    cannotCarry: hasOwnBody,
    write: (events) =>
      jsonLines(events, (event) => ({
        preview: false,
        result: { _raw: windowsXml(event), host: event.model.computer, sourcetype: 'XmlWinEventLog' },
      })),
  },
  {
    shape: 'S12',
    style: 'Splunk classic text',
    ending: 'txt',
    losses: { ...TEXT_LOSSES, isForgeable: true },
    cannotCarry: needsMessage,
    write: (events) => events.map(textBlock).join(''),
  },
];
