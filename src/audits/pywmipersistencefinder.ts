import type { WmiObject, WmiValue } from '../windows/index.ts';
import type { AuditDocument } from './audit-document.ts';
import { isClassName } from './class-paths.ts';
import type { AuditReading } from './reading.ts';
import { pathOf } from './references.ts';
import type { RowPlace, SourceBytes } from './source-bytes.ts';

/** One binding of the listing, with what was found of its ends. */
interface Found {
  readonly consumer: string;
  readonly filter: string;
  readonly from: number;
  to: number;
  readonly consumers: Map<string, WmiObject>;
  readonly queries: { readonly text: string; readonly at: number }[];
}

const LF = 0x0a;
/** `<consumer>-<filter>`, which are letters, digits, `_` and blanks only, so that there is one hyphen. */
const BINDING = /^ {8}([^\s-][^-\t]*)-([^-\t]*\S)\s*$/;
const CONSUMER = /^ {12}Consumer: ?(.*)$/;
const FILTER = /^ {12}Filter:/;
const DETAIL = /^\s+(Consumer Type|Arguments|Consumer Name|Filter name|Filter Query): {1,8}(.*)$/;
const QUERY = /^\s{0,64}(?:select|references|associators)\s/i;
const MOST_LINE = 1 << 20;

/** What PyWMIPersistenceFinder.py prints (version 1.1): a block for each binding, with what it found of consumer and filter. */
export function readPyWmi(source: SourceBytes, reading: AuditReading): AuditDocument {
  const { bytes } = source;
  let found: Found | undefined;
  let type = '';
  let given = '';
  for (let at = 0; at < bytes.length; ) {
    const lineFeed = bytes.indexOf(LF, at);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    const line = source.text(at, Math.min(end, at + MOST_LINE)).replace(/\r$/, '');
    const binding = BINDING.exec(line);
    if (binding !== null) {
      if (found !== undefined) finish(found, source.place(found.from, found.to), reading);
      found = {
        consumer: binding[1] ?? '',
        filter: binding[2] ?? '',
        from: at,
        to: end,
        consumers: new Map(),
        queries: [],
      };
      type = '';
      given = '';
    } else if (/^\s{4}Thanks for using/.test(line)) {
      break;
    } else if (found !== undefined) {
      const consumer = CONSUMER.exec(line)?.[1];
      const detail = DETAIL.exec(line);
      if (consumer !== undefined) {
        type = '';
        given = '';
        addListed(found, consumer);
      } else if (FILTER.test(line)) {
        given = '';
      } else if (detail !== null) {
        const [, what, text = ''] = detail;
        if (what === 'Consumer Type') type = text.trim();
        else if (what === 'Arguments') given = text;
        else if (what === 'Filter Query') found.queries.push({ text, at });
        if (what === 'Arguments') addCommand(found, type, given);
      }
      if (line.trim() !== '') found.to = end;
    }
    at = end + 1;
  }
  if (found !== undefined) finish(found, source.place(found.from, found.to), reading);
  return reading.finish('pywmipersistencefinder');
}

/** `NTEventLogEventConsumer ~ SCM Event Log Consumer ~ sid ~ Service Control Manager`: class and name, then unnamed texts. */
function addListed(found: Found, text: string): void {
  const [className = ''] = text.split(' ~ ');
  if (!isClassName(className) || !text.includes(' ~ ')) return;
  const object = instance(className, new Map([['Name', found.consumer]]));
  found.consumers.set(`${className}\0`, object);
}

function addCommand(found: Found, className: string, text: string): void {
  if (!isClassName(className)) return;
  const properties = new Map<string, WmiValue>([['Name', found.consumer]]);
  if (text.trim() !== '') properties.set('CommandLineTemplate', text.trim());
  found.consumers.set(`${className}\0${text}`, instance(className, properties));
}

function instance(className: string, properties: ReadonlyMap<string, WmiValue>): WmiObject {
  return { kind: 'instance', namespace: undefined, className, superclasses: [], properties, isWhole: false };
}

function finish(found: Found, place: RowPlace, reading: AuditReading): void {
  const consumers = [...found.consumers.values()];
  if (consumers.length === 0) consumers.push(instance('__EventConsumer', new Map([['Name', found.consumer]])));
  const filters = new Map<string, WmiObject>();
  for (const { text } of found.queries) {
    // The tool takes whatever text follows a name; only a query can be the filter's.
    if (!QUERY.test(text)) {
      reading.note('falseQuery', place.offset, { name: found.filter, text });
    } else if (!filters.has(text)) {
      filters.set(
        text,
        instance(
          '__EventFilter',
          new Map([
            ['Name', found.filter],
            ['Query', text],
          ]),
        ),
      );
    }
  }
  if (filters.size === 0) filters.set('', instance('__EventFilter', new Map([['Name', found.filter]])));
  const classes = new Set(consumers.map(({ className }) => className));
  reading.countRead();
  for (const object of [...filters.values(), ...consumers]) reading.add(object, place);
  for (const className of classes) {
    const ends = new Map([
      ['Filter', pathOf('__EventFilter', found.filter, undefined)],
      ['Consumer', pathOf(className, found.consumer, undefined)],
    ]);
    reading.add(instance('__FilterToConsumerBinding', ends), place);
  }
}
