import { fieldLayoutOf } from '../windows/index.ts';
import { ALL_FIELDS } from './blinds.ts';
import { columnsOf, tableTime } from './columns.ts';
import { fieldsOfXmlText } from './event-xml.ts';
import { filledText, isFieldValue, own } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import { hasNames, POSITIONS_LOSS, positionalFields } from './positional.ts';
import { eventIdOf, type MessageReader, readEvent } from './read-event.ts';
import type { RawField } from './shaped-event.ts';
import type { Shape } from './types.ts';
import { parseXml } from './xml-reader.ts';

type Members = Readonly<Record<string, JsonValue>>;

/**
 * S14: the table `Event` of Sentinel and Log Analytics. Fields stand in EventData as XML, or in columns of their own where a
 * query took them apart, or by position in ParameterXml, or only in the rendered description (SERVE 2.1).
 */
export function sentinelEventShape(readMessage: MessageReader): Shape {
  return {
    id: 'S14',
    title: 'Sentinel Event',
    losses: [
      { code: 'no-record-id', what: 'events have no record id', close: 'export EVTX', blinds: [] },
      { code: 'ticks', what: 'TimeGenerated is cut to milliseconds', close: 'export EVTX', blinds: [] },
      { code: 'execution', what: 'Version, Keywords and Execution are not kept', close: 'export EVTX', blinds: [] },
      POSITIONS_LOSS,
      {
        code: 'message',
        what: 'fields were read out of the rendered description',
        close: 'keep the column EventData',
        blinds: [],
      },
      {
        code: 'fields',
        what: 'events have neither EventData nor a description that can be read',
        close: 'keep the column EventData',
        blinds: ALL_FIELDS,
      },
    ],
    proof: 'real sample',
    limits: {
      '4688': { carries: 'no', why: 'the table does not take the Security log' },
      '4624': { carries: 'no', why: 'the table does not take the Security log' },
    },

    detect(unit) {
      const columns = columnsOf(unit);
      if (columns === undefined || eventIdOf(own(columns, 'EventID')) === undefined) return undefined;
      const isTable = ['EventLog', 'Source', 'Computer'].every((name) => filledText(own(columns, name)) !== undefined);
      if (!isTable || own(columns, 'TimeGenerated') === undefined) return undefined;
      return own(columns, 'RenderedDescription') === undefined && own(columns, 'Type') !== 'Event'
        ? undefined
        : 'EventLog, Source, EventID and RenderedDescription of the table Event';
    },

    read(unit, source) {
      const columns = columnsOf(unit) ?? {};
      const provider = filledText(own(columns, 'Source')) ?? '';
      const eventId = eventIdOf(own(columns, 'EventID')) ?? 0;
      const found = fieldsIn(columns, provider, eventId, readMessage);
      return readEvent(
        'S14',
        unit,
        source,
        {
          provider,
          channel: own(columns, 'EventLog'),
          eventId,
          computer: own(columns, 'Computer'),
          time: tableTime(own(columns, 'TimeGenerated')),
        },
        {
          losses: ['no-record-id', 'ticks', 'execution', ...(found.loss === undefined ? [] : [found.loss])],
          isLost: found.loss === 'fields' && isUnresolved(own(columns, 'RenderedDescription')),
          system: (field) => (field === 'Level' ? own(columns, 'EventLevel') : undefined),
          fields: () => found.fields,
        },
      );
    },
  };
}

interface FoundFields {
  readonly fields: readonly RawField[];
  readonly loss?: string;
}

function fieldsIn(columns: Members, provider: string, eventId: number, readMessage: MessageReader): FoundFields {
  const layout = fieldLayoutOf(provider, eventId);
  const data = filledText(own(columns, 'EventData'));
  const inData = data === undefined ? undefined : fieldsOfXmlText(data);
  if (inData !== undefined && inData.length > 0) return { fields: inData };
  const inColumns = (layout?.fields ?? []).flatMap(({ name }): readonly RawField[] => {
    const value = own(columns, name);
    return isFieldValue(value) && name !== 'Type' ? [[name, value]] : [];
  });
  // One column may carry a field's name by chance, as Operation does.
  if (inColumns.length * 2 > (layout?.fields.length ?? 0)) return { fields: inColumns };
  const values = parametersOf(own(columns, 'ParameterXml'));
  if (values.length > 0 && (layout === undefined || hasNames(provider, eventId, values))) {
    return { fields: positionalFields(provider, eventId, values) };
  }
  const message = filledText(own(columns, 'RenderedDescription'));
  const inMessage = message === undefined ? undefined : readMessage(provider, eventId, message);
  if (inMessage !== undefined) return { fields: inMessage, loss: 'message' };
  if (values.length > 0) return { fields: positionalFields(provider, eventId, values), loss: POSITIONS_LOSS.code };
  if (layout !== undefined && !layout.isUnnamed && layout.fields.length === 0) return { fields: [] };
  return { fields: inColumns, loss: 'fields' };
}

/** `<Param>a</Param><Param>b</Param>`: elements without a root. */
function parametersOf(xml: JsonValue | undefined): readonly string[] {
  const text = filledText(xml)?.trim();
  if (text === undefined || !text.startsWith('<Param')) return [];
  const root = parseXml(`<Params>${text}</Params>`);
  return typeof root === 'string' ? [] : root.children.map((child) => child.text);
}

function isUnresolved(description: JsonValue | undefined): boolean {
  const text = filledText(description);
  return text === undefined || text.trimStart().startsWith('ERROR_EVT_UNRESOLVED');
}
