import type { RawField } from './shaped-event.ts';

/** A label line of 4103 or 800, which ends with a colon. */
const LABEL_LINE = /^[^\s][^\r\n]{0,63}[:：][ \t\u00a0]*\r?$/;
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The fields in the rendered message of a PowerShell event, by its structure in every language; undefined for other texts. */
export function powershellMessageFields(eventId: number, message: string): readonly RawField[] | undefined {
  switch (eventId) {
    case 4103:
      return pipelineFields(message);
    case 4104:
      return scriptBlockFields(message);
    case 400:
    case 403:
      return engineFields(message);
    case 800:
      return detailFields(message);
    default:
      return undefined;
  }
}

/** `Creating Scriptblock text (1 of 1):`, the text, and at the end a line with the block's id and one with its path. */
function scriptBlockFields(message: string): readonly RawField[] | undefined {
  const title = message.indexOf('\n');
  if (title < 0) return undefined;
  const part = /[(（](\d{1,9})[^\d()（）]{1,32}(\d{1,9})[^\d()（）]{0,16}[)）]/.exec(
    message.slice(0, Math.min(title, 256)),
  );
  const end = message.trimEnd().length;
  const last = lineEndingAt(message, end);
  const before = lineEndingAt(message, last.start - 1);
  const [id, path] = GUID.test(last.value) ? [last, undefined] : [before, last];
  if (part === null || !GUID.test(id.value) || id.start <= title) return undefined;
  const [first, second] = [Number(part[1]), Number(part[2])];
  return [
    ['MessageNumber', Math.min(first, second)],
    ['MessageTotal', Math.max(first, second)],
    ['ScriptBlockText', message.slice(title + 1, endBeforeBlankLine(message, title + 1, id.start))],
    ['ScriptBlockId', id.value],
    ['Path', path?.value ?? ''],
  ];
}

interface LabelLine {
  readonly start: number;
  /** What stands behind the first colon. */
  readonly value: string;
}

/** The line that ends at a place, with the value behind its label. */
function lineEndingAt(message: string, end: number): LabelLine {
  const start = end <= 0 ? 0 : message.lastIndexOf('\n', end - 1) + 1;
  const line = message.slice(start, Math.max(start, end));
  const colon = line.slice(0, 96).search(/[:：]/);
  return { start, value: line.slice(colon + 1).trim() };
}

/** The end of a text that a blank line parts from what begins at `next`. */
function endBeforeBlankLine(message: string, from: number, next: number): number {
  let end = next;
  for (let breaks = 0; breaks < 2; breaks++) {
    if (end <= from || message.charCodeAt(end - 1) !== 0x0a) break;
    end--;
    if (end > from && message.charCodeAt(end - 1) === 0x0d) end--;
  }
  return end;
}

/** The payload, then a label with lines `        Name = value` below it, then a label for the user's data. */
function pipelineFields(message: string): readonly RawField[] | undefined {
  const labels = labelLines(message);
  // The payload may hold such a block too: the last is the event's own.
  const context = labels.findLast(({ next }) => /^ {8}\S[^\r\n=]{0,63}= /.test(message.slice(next, next + 80)));
  if (context === undefined) return undefined;
  const user = labels.find(({ start }) => start > context.start);
  const contextEnd = user?.start ?? message.length;
  return [
    ['ContextInfo', message.slice(context.next, endBeforeBlankLine(message, context.next, contextEnd))],
    ['UserData', user === undefined ? '' : message.slice(user.next).trim()],
    ['Payload', message.slice(0, endBeforeBlankLine(message, 0, context.start))],
  ];
}

interface Label {
  readonly start: number;
  /** Where the next line begins. */
  readonly next: number;
}

/** Lines that are labels, and stand first or behind a blank line. */
function labelLines(message: string): readonly Label[] {
  const found: Label[] = [];
  let isFree = true;
  for (let start = 0; start < message.length; ) {
    const lineFeed = message.indexOf('\n', start);
    const end = lineFeed < 0 ? message.length : lineFeed;
    const isShort = end - start <= 80;
    if (isFree && isShort && LABEL_LINE.test(message.slice(start, end))) found.push({ start, next: end + 1 });
    isFree = isShort && message.slice(start, end).trim() === '';
    start = end + 1;
  }
  return found;
}

/** `Data` of 400 and 403: the new state, the old one, the details; states are read from the details. */
function engineFields(message: string): readonly RawField[] | undefined {
  const at = message.indexOf('\n\tNewEngineState=');
  if (at < 0) return undefined;
  const details = message.slice(at + 1);
  const states = /^\tNewEngineState=([^\r\n]{0,64})\r?\n\tPreviousEngineState=([^\r\n]{0,64})/.exec(details);
  if (states === null) return undefined;
  return [
    ['Data', states[1] ?? ''],
    ['Data', states[2] ?? ''],
    ['Data', details],
  ];
}

/** `Data` of 800: the command line, its context, the details of the calls. */
function detailFields(message: string): readonly RawField[] | undefined {
  const at = message.indexOf('\n\tDetailSequence=');
  if (at < 0) return undefined;
  const label = message.lastIndexOf('\n', at - 1) + 1;
  const head = message.slice(0, endBeforeBlankLine(message, 0, label));
  const colon = head.search(/[:：]/);
  if (colon < 0) return undefined;
  const commandLine = head
    .slice(colon + 1)
    .replace(/^ /, '')
    .replace(/[.。] ?$/, '');
  const line = message.indexOf('\n\tCommandLine=', at);
  const rest = labelLines(message).find(({ start }) => start > Math.max(at, line));
  const contextEnd = rest?.start ?? message.length;
  const context = message.slice(at + 1, endBeforeBlankLine(message, at + 1, contextEnd));
  return [
    ['Data', commandLine],
    ['Data', rest === undefined ? context : context.replace(/ $/, '')],
    ['Data', rest === undefined ? '' : message.slice(rest.next)],
  ];
}
