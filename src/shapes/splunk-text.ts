import { fieldLayoutOf, fieldLayoutOfChannel, isWanted, type SystemField } from '../windows/index.ts';
import { ALL_FIELDS } from './blinds.ts';
import { cultureTime } from './culture-time.ts';
import { eventIdOf, type MessageReader, readEvent } from './read-event.ts';
import { beginsTextBlock } from './text-blocks.ts';
import type { Shape, StatedTime } from './types.ts';

/** Header lines of a block; there are about fifteen. */
const MAX_HEADER_LINES = 64;
/** Levels of events; Splunk writes others for Security, whose events have none. */
const LEVEL = /^[0-5]$/;

/**
 * S12: the classic text of Splunk's Windows input: lines `Name=value` under a date without a zone, the fields only in the
 * rendered message (SERVE 2.1, SETTLED B16). Whoever can write a line of a message can forge a block.
 */
export function splunkTextShape(readMessage: MessageReader): Shape {
  return {
    id: 'S12',
    title: 'Splunk classic text',
    losses: [
      {
        code: 'seconds',
        what: 'times are local, without a zone, in whole seconds',
        close: 'collect with renderXml = true, and say the zone with --assume-zone',
        blinds: [],
      },
      {
        code: 'level',
        what: 'Version, Task, Opcode and Execution are not kept, and Level and Keywords not of every event',
        close: 'collect with renderXml = true',
        blinds: [],
      },
      {
        code: 'forgeable',
        what: 'a message that holds a date line and LogName= looks like an event of its own',
        close: 'collect with renderXml = true',
        blinds: [],
      },
      {
        code: 'message',
        what: 'fields are read out of the rendered message, where SIDs may be names and codes are words',
        close: 'collect with renderXml = true',
        blinds: [],
      },
      {
        code: 'fields',
        what: 'the message could not be read, so the event has no fields',
        close: 'collect with renderXml = true',
        blinds: ALL_FIELDS,
      },
    ],
    proof: 'real sample',
    limits: {
      '5861': { carries: 'partly', why: 'from the message only' },
      'Sysmon 20': { carries: 'partly', why: 'from the message only' },
      '4688': { carries: 'partly', why: 'from the message only, without SIDs that are rendered as names' },
      '4624': { carries: 'partly', why: 'from the message only, without SIDs that are rendered as names' },
    },

    detect(unit) {
      if (unit.kind !== 'text') return undefined;
      const text = unit.text.trimStart();
      if (!beginsTextBlock(text)) return undefined;
      const { header } = blockOf(text);
      const isWhole = ['EventCode', 'ComputerName', 'SourceName'].every((name) => header.has(name));
      return isWhole ? 'a date line with LogName=, EventCode= and ComputerName= below it' : undefined;
    },

    read(unit, source) {
      const { date, header, message } = blockOf(unit.kind === 'text' ? unit.text.trimStart() : '');
      const channel = header.get('LogName') ?? '';
      const eventId = eventIdOf(header.get('EventCode')) ?? 0;
      const provider = providerOf(header.get('SourceName') ?? '', channel, eventId);
      const layout = fieldLayoutOf(provider, eventId);
      const isFieldless = layout !== undefined && !layout.isUnnamed && layout.fields.length === 0;
      const fields = isFieldless ? [] : readMessage(provider, eventId, message);
      const isKept = isWanted(provider, channel, eventId);
      return readEvent(
        'S12',
        unit,
        source,
        {
          provider,
          channel,
          eventId: header.get('EventCode'),
          computer: header.get('ComputerName'),
          recordId: header.get('RecordNumber'),
          time: inUtc(cultureTime(date), unit.kind === 'text' ? unit.sentMs : undefined),
        },
        {
          losses: ['seconds', 'level', 'forgeable', ...(isKept ? [fields === undefined ? 'fields' : 'message'] : [])],
          isLost: isKept && fields === undefined && isLost(message),
          system: (field) => systemOf(header, field),
          fields: () => fields ?? [],
        },
      );
    },
  };
}

/** Zones are whole quarters of an hour from UTC, at most 14 hours. */
const QUARTER_MS = 900_000;
const FARTHEST_MS = 14 * 3_600_000;

/**
 * A wall clock in UTC, where the time that its envelope states is the same second in some zone: then the sender read it from this very date, with the
 * zone that it knows. A time of sending is some seconds off, and tells nothing.
 */
function inUtc(wall: StatedTime | undefined, sentMs: number | undefined): StatedTime | undefined {
  if (wall === undefined || sentMs === undefined) return wall;
  const offsetMs = (Math.floor(wall.ms / 1000) - Math.floor(sentMs / 1000)) * 1000;
  const isZone = offsetMs % QUARTER_MS === 0 && Math.abs(offsetMs) <= FARTHEST_MS;
  return isZone ? { ...wall, ms: wall.ms - offsetMs, zone: 'utc' } : wall;
}

interface Block {
  readonly date: string;
  /** The lines before `Message=`; the first of a name counts. */
  readonly header: ReadonlyMap<string, string>;
  readonly message: string;
}

function blockOf(text: string): Block {
  const header = new Map<string, string>();
  const dateEnd = text.indexOf('\n');
  let start = dateEnd + 1;
  for (let line = 0; start > 0 && line < MAX_HEADER_LINES; line++) {
    const lineFeed = text.indexOf('\n', start);
    const end = lineFeed < 0 ? text.length : lineFeed;
    const equals = text.indexOf('=', start);
    if (equals < 0 || equals > end) break;
    const name = text.slice(start, equals);
    if (name === 'Message') return { date: text.slice(0, dateEnd), header, message: text.slice(equals + 1) };
    if (!header.has(name)) header.set(name, text.slice(equals + 1, end).trimEnd());
    start = lineFeed + 1;
  }
  return { date: text.slice(0, dateEnd), header, message: '' };
}

/** The provider's name: Splunk shows `Microsoft Windows security auditing.` in its place. */
function providerOf(shown: string, channel: string, eventId: number): string {
  if (channel.toLowerCase() !== 'security' || !/\s|^(?:security|eventlog)$/i.test(shown)) return shown;
  return fieldLayoutOfChannel(channel, eventId)?.provider ?? 'Microsoft-Windows-Security-Auditing';
}

/** No message, or what Splunk and Windows write where they have no template for it. */
function isLost(message: string): boolean {
  const text = message.trimStart();
  return text === '' || /^(?:ERROR_EVT_UNRESOLVED|FormatMessage error|Splunk could not get the description)/.test(text);
}

function systemOf(header: ReadonlyMap<string, string>, field: SystemField): string | undefined {
  switch (field) {
    case 'Level': {
      const level = header.get('EventType') ?? '';
      return LEVEL.test(level) ? level : undefined;
    }
    case 'Keywords':
      return header.get('Keywords');
    case 'UserID':
      return header.get('Sid');
    default:
      return undefined;
  }
}
