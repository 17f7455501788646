import { fieldLayoutOf, type SystemField } from '../windows/index.ts';
import { ALL_FIELDS } from './blinds.ts';
import { membersOf } from './columns.ts';
import { cultureTime } from './culture-time.ts';
import { asArray, asObject, fieldValueOf, filledText, firstMember, own, valueAt } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { hasNames, POSITIONS_LOSS, positionalFields } from './positional.ts';
import { eventIdOf, type MessageReader, readEvent } from './read-event.ts';
import type { FieldValue, RawField } from './shaped-event.ts';
import { jsonDate, statedTime } from './stated-time.ts';
import type { Shape, StatedTime } from './types.ts';

type Members = Readonly<Record<string, JsonValue>>;

/** S17: `Get-WinEvent | ConvertTo-Json`, or `Export-Csv`: values by position, or only the message where they were cut off. */
export function getWinEventShape(readMessage: MessageReader): Shape {
  return {
    id: 'S17',
    title: 'Get-WinEvent',
    losses: [
      {
        code: 'ticks',
        what: 'Windows PowerShell 5.1 cuts times to milliseconds',
        close: 'use PowerShell 7, or wevtutil /f:xml',
        blinds: [],
      },
      {
        code: 'zone',
        what: 'Export-Csv writes times in local time, whole seconds and the order of a culture',
        close: 'use ConvertTo-Json -Depth 4, or wevtutil /f:xml',
        blinds: [],
      },
      POSITIONS_LOSS,
      {
        code: 'depth',
        what: 'values were cut off, only the message is left',
        close: 'use ConvertTo-Json -Depth 4, or wevtutil /f:xml',
        blinds: [],
      },
      {
        code: 'content-lost',
        what: 'values were cut off and the message could not be read',
        close: 'use ConvertTo-Json -Depth 4, or wevtutil /f:xml',
        blinds: ALL_FIELDS,
      },
    ],
    proof: 'documentation only',

    detect(unit) {
      const members = membersOf(unit);
      if (members === undefined || eventIdOf(own(members, 'Id')) === undefined) return undefined;
      const hasNamesOfWindows = ['LogName', 'ProviderName', 'MachineName'].every(
        (key) => filledText(own(members, key)) !== undefined,
      );
      if (!hasNamesOfWindows || own(members, 'RecordId') === undefined) return undefined;
      return own(members, 'TimeCreated') === undefined ? undefined : 'LogName, ProviderName, Id and RecordId';
    },

    read(unit, source) {
      const members = membersOf(unit) ?? {};
      const provider = filledText(own(members, 'ProviderName')) ?? '';
      const eventId = eventIdOf(own(members, 'Id')) ?? 0;
      const time = timeOf(own(members, 'TimeCreated'));
      const values = valuesOf(own(members, 'Properties'));
      const message = filledText(own(members, 'Message')) ?? '';
      const fromMessage = values === undefined && message !== '' ? readMessage(provider, eventId, message) : undefined;
      return readEvent(
        'S17',
        unit,
        source,
        {
          provider,
          channel: own(members, 'LogName'),
          eventId,
          computer: own(members, 'MachineName'),
          version: own(members, 'Version'),
          recordId: own(members, 'RecordId'),
          time,
        },
        {
          losses: [
            ...(time?.precision === 'ms' ? ['ticks'] : []),
            ...(time?.zone === 'local' ? ['zone'] : []),
            ...payloadLoss(provider, eventId, values, fromMessage),
          ],
          isLost: values === undefined && fromMessage === undefined && message === '',
          system: (field) => winEventSystem(members, field),
          fields: () => fromMessage ?? positionalFields(provider, eventId, values ?? []),
        },
      );
    },
  };
}

function payloadLoss(
  provider: string,
  eventId: number,
  values: readonly (FieldValue | undefined)[] | undefined,
  fromMessage: readonly RawField[] | undefined,
): readonly string[] {
  if (fromMessage !== undefined) return ['depth'];
  if (values === undefined) return fieldLayoutOf(provider, eventId)?.fields.length === 0 ? [] : ['content-lost'];
  return values.length === 0 || hasNames(provider, eventId, values) ? [] : [POSITIONS_LOSS.code];
}

/** `"\/Date(1790000000000)\/"`, ISO, the object that 5.1 makes of a date with notes, or what a culture writes (Export-Csv). */
function timeOf(value: JsonValue | undefined): StatedTime | undefined {
  const text = filledText(valueAt(value, 'value') ?? value);
  if (text === undefined || text.length > 64) return undefined;
  return jsonDate(text) ?? statedTime(text) ?? cultureTime(text);
}

/** The values of `Properties`; undefined when they were cut off to names of types. */
function valuesOf(properties: JsonValue | undefined): readonly (FieldValue | undefined)[] | undefined {
  const items = asArray(properties);
  if (items === undefined) return undefined;
  const values: (FieldValue | undefined)[] = [];
  for (const item of items) {
    const object = asObject(item);
    if (object === undefined || !Object.hasOwn(object, 'Value')) return undefined;
    values.push(propertyValue(own(object, 'Value')));
  }
  return values;
}

/** A value of a property: SIDs are objects, binary is a list of bytes, dates are as times are. */
function propertyValue(value: JsonValue | undefined): FieldValue | undefined {
  const sid = valueAt(value, 'Value');
  if (typeof sid === 'string') return sid;
  const bytes = asArray(value);
  if (bytes?.every((byte) => typeof byte === 'number' && Number.isInteger(byte) && byte >= 0 && byte < 256) === true) {
    return bytes
      .map((byte) => Number(byte).toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase();
  }
  const date = typeof value === 'string' && value.length < 64 ? jsonDate(value) : undefined;
  if (date !== undefined) return new Date(date.ms).toISOString();
  return fieldValueOf(value);
}

function winEventSystem(members: Members, field: SystemField): JsonValue | undefined {
  switch (field) {
    case 'ProviderGuid':
      return own(members, 'ProviderId');
    case 'ProcessID':
      return own(members, 'ProcessId');
    case 'ThreadID':
      return own(members, 'ThreadId');
    case 'ActivityID':
      return own(members, 'ActivityId');
    case 'RelatedActivityID':
      return own(members, 'RelatedActivityId');
    case 'UserID': {
      const user = own(members, 'UserId');
      return valueAt(user, 'Value') ?? user;
    }
    default:
      return firstMember(members, field);
  }
}
