import type { EventModel } from '../events/index.ts';
import { messageOf } from './messages.ts';
import { hasOwnBody, type ShapeWriter } from './shape-writer.ts';
import { fieldsOf, hexKeywords, jsonText, type LoggedEvent, levelName, utcText } from './written-event.ts';

const XMLNS = 'http://schemas.microsoft.com/win/2004/08/events/event';

/** How a tool sets its XML: the quote of attributes, the break between elements, digits of a second. */
interface XmlStyle {
  readonly quote: '"' | "'";
  /** Put before each element; the indentation grows with the depth. */
  readonly indent: string;
  /** Windows writes nine digits, two of them zero. */
  readonly hasNineDigits: boolean;
  /** True where an empty element closes itself. */
  readonly closesItself: boolean;
  readonly isRendered?: true;
}

const WINDOWS: XmlStyle = { quote: "'", indent: '', hasNineDigits: true, closesItself: true };
const DUMP: XmlStyle = { quote: '"', indent: '  ', hasNineDigits: false, closesItself: false };
const VIEWER: XmlStyle = { quote: '"', indent: '  ', hasNineDigits: false, closesItself: true };

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function escaped(text: string, what: RegExp): string {
  return text.replace(what, (character) => ESCAPES[character] ?? character);
}

export function xmlText(text: string): string {
  return escaped(text, /[&<>]/g);
}

type Attributes = readonly (readonly [string, string | undefined])[];

class XmlSetter {
  readonly #style: XmlStyle;
  text = '';

  constructor(style: XmlStyle) {
    this.#style = style;
  }

  element(depth: number, name: string, attributes: Attributes, content?: string | (() => void)): void {
    const { quote, closesItself } = this.#style;
    this.#break(depth);
    this.text += `<${name}`;
    for (const [key, value] of attributes) {
      if (value === undefined) continue;
      this.text += ` ${key}=${quote}${escaped(value, quote === '"' ? /[&<"]/g : /[&<']/g)}${quote}`;
    }
    if (content === undefined) {
      this.text += '/>';
    } else if (typeof content === 'function') {
      this.text += '>';
      content();
      this.#break(depth);
      this.text += `</${name}>`;
    } else {
      this.text += content === '' && closesItself ? '/>' : `>${xmlText(content)}</${name}>`;
    }
  }

  #break(depth: number): void {
    const { indent } = this.#style;
    if (indent !== '' && this.text !== '') this.text += `\n${indent.repeat(depth)}`;
  }
}

/** One `<Event>` in the way of a tool. */
function eventXml(event: LoggedEvent, style: XmlStyle): string {
  const { model } = event;
  const xml = new XmlSetter(style);
  xml.element(0, 'Event', [['xmlns', XMLNS]], () => {
    xml.element(1, 'System', [], () => system(xml, event, style));
    const { body } = model;
    const fields = fieldsOf(event);
    if (body.kind === 'userData') {
      xml.element(1, 'UserData', [], () => {
        xml.element(2, body.element, [['xmlns', body.xmlns]], () => {
          for (const { name, text } of fields) xml.element(3, name ?? 'Data', [], text);
        });
      });
    } else {
      xml.element(1, 'EventData', [], () => {
        for (const { name, text } of fields) {
          if (name === 'Binary') xml.element(2, 'Binary', [], text);
          else xml.element(2, 'Data', [['Name', name]], text);
        }
      });
    }
    if (style.isRendered === true) rendering(xml, event);
  });
  return xml.text;
}

function system(xml: XmlSetter, event: LoggedEvent, style: XmlStyle): void {
  const { model, recordId } = event;
  const guid = model.providerGuid === undefined ? undefined : `{${model.providerGuid.toLowerCase()}}`;
  xml.element(2, 'Provider', [
    ['Name', model.provider],
    ['Guid', guid],
    ['EventSourceName', model.eventSource],
  ]);
  xml.element(2, 'EventID', [['Qualifiers', model.qualifiers?.toString()]], String(model.eventId));
  for (const name of ['Version', 'Level', 'Task', 'Opcode'] as const) {
    xml.element(
      2,
      name,
      [],
      String({ Version: model.version, Level: model.level, Task: model.task, Opcode: model.opcode }[name]),
    );
  }
  xml.element(2, 'Keywords', [], hexKeywords(event));
  const time = utcText(event);
  xml.element(2, 'TimeCreated', [['SystemTime', style.hasNineDigits ? `${time.slice(0, -1)}00Z` : time]]);
  xml.element(2, 'EventRecordID', [], String(recordId));
  xml.element(2, 'Correlation', [['ActivityID', model.activityId === undefined ? undefined : `{${model.activityId}}`]]);
  xml.element(2, 'Execution', [
    ['ProcessID', String(model.processId)],
    ['ThreadID', String(model.threadId)],
  ]);
  xml.element(2, 'Channel', [], model.channel);
  xml.element(2, 'Computer', [], model.computer);
  xml.element(2, 'Security', [['UserID', model.userSid]]);
}

function rendering(xml: XmlSetter, event: LoggedEvent): void {
  xml.element(1, 'RenderingInfo', [['Culture', 'en-US']], () => {
    xml.element(2, 'Message', [], messageOf(event) ?? 'No message');
    xml.element(2, 'Level', [], levelName(event));
    xml.element(2, 'Task', [], '');
    xml.element(2, 'Opcode', [], 'Info');
    xml.element(2, 'Channel', [], event.model.channel);
    xml.element(2, 'Provider', [], event.model.provider);
    xml.element(2, 'Keywords', [], '');
  });
}

/** An event as Windows itself renders it: on one line, single quotes. */
export function windowsXml(event: LoggedEvent): string {
  return eventXml(event, WINDOWS);
}

/** UserData alone, as im_msvistalog puts it into its field of that name. */
export function userDataXml(event: LoggedEvent): string | undefined {
  const { body } = event.model;
  if (body.kind !== 'userData') return undefined;
  const fields = fieldsOf(event).map(({ name, text }) => `<${name}>${xmlText(text)}</${name}>`);
  return `<UserData><${body.element} xmlns='${body.xmlns}'>${fields.join('')}</${body.element}></UserData>`;
}

const carriesAll = (model: EventModel): string | undefined => hasOwnBody(model);
const XML = { shape: 'S1', ending: 'xml', losses: {}, cannotCarry: carriesAll } as const;
const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

export const EVENT_XML_WRITERS: readonly ShapeWriter[] = [
  {
    ...XML,
    style: 'wevtutil /f:xml',
    write: (events) => events.map((event) => `${windowsXml(event)}\r\n`).join(''),
  },
  {
    ...XML,
    style: 'wevtutil /f:xml /e:Events, UTF-16',
    write: (events) => Buffer.from(`\ufeff<Events>${events.map(windowsXml).join('')}</Events>`, 'utf16le'),
  },
  {
    ...XML,
    style: 'wevtutil /f:RenderedXml',
    write: (events) => events.map((event) => `${eventXml(event, { ...WINDOWS, isRendered: true })}\r\n`).join(''),
  },
  {
    ...XML,
    style: 'evtx_dump -o xml',
    write: (events) => events.map((event, i) => `Record ${i + 1}\n${DECLARATION}\n${eventXml(event, DUMP)}\n`).join(''),
  },
  {
    ...XML,
    style: 'Event Viewer, Save As XML',
    write: (events) =>
      `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\r\n<Events>${events
        .map((event) => eventXml(event, { ...VIEWER, isRendered: true }))
        .join('')}</Events>`,
  },
  {
    ...XML,
    style: 'Splunk XmlWinEventLog',
    write: (events) => events.map((event) => `${windowsXml(event)}\n`).join(''),
  },
  {
    ...XML,
    style: 'event.original of a shipper',
    ending: 'jsonl',
    write: (events) =>
      events
        .map(
          (event) =>
            `${jsonText({
              '@timestamp': utcText(event),
              event: { original: windowsXml(event), ingested: '2026-11-01T00:00:00Z' },
              tags: ['preserve_original_event'],
            })}\n`,
        )
        .join(''),
  },
];
