/** The part of a syslog message that is an event. */
export interface SyslogPayload {
  readonly form: 'json' | 'xml';
  readonly start: number;
  readonly end: number;
}

/** Characters before the event, behind what is left of the header: host, tag, cookie. */
const MAX_PREFIX = 1024;
/** Fields of a header of RFC 5424 between the version and the structured data: time, host, application, process, kind. */
const HEADER_FIELDS = 5;
const EVENT = /\{\s*"|\{\s*\}|<\?xml|<(?:\w{1,20}:)?Events?[\s>]/;
const EVENT_END = /<\/(?:\w{1,20}:)?Events?>$/;
/** Bytes that an end tag of an event may have. */
const MAX_END_TAG = 64;

/**
 * The event in a message of RFC 5424 or RFC 3164, or in a line without a header: JSON (`to_json()` of NXLog, templates of rsyslog, behind `@cee:`) or
 * Event XML. Else a sentence that says why there is none.
 */
export function syslogPayload(bytes: Buffer, start: number, end: number): SyslogPayload | string {
  const from = headerEnd(bytes, start, end);
  const head = bytes.toString('latin1', from, Math.min(end, from + MAX_PREFIX));
  const found = EVENT.exec(head);
  if (found === null) return otherPayload(head);
  const payload = { start: from + found.index, end: trimmedEnd(bytes, from, end) };
  if (found[0].startsWith('{')) return { form: 'json', ...payload };
  return xmlProblem(bytes, payload.start, payload.end) ?? { form: 'xml', ...payload };
}

/** What other products send, by its name: a person finds out sooner what to change at the sender. */
function otherPayload(head: string): string {
  const name = head.includes('\tMSWinEventLog\t')
    ? 'Snare'
    : head.includes('CEF:')
      ? 'CEF'
      : head.includes('LEEF:')
        ? 'LEEF'
        : undefined;
  const advice = 'Send events as JSON or XML in the message.';
  return name === undefined
    ? `The message holds neither JSON nor Event XML. ${advice}`
    : `${name} is not read. ${advice}`;
}

/** An event that does not end would take the next ones with it. */
function xmlProblem(bytes: Buffer, start: number, end: number): string | undefined {
  if (!EVENT_END.test(bytes.toString('latin1', Math.max(start, end - MAX_END_TAG), end))) {
    return 'The Event XML does not end within the message: it was cut, or it is spread over several lines.';
  }
  const isOpen = (open: string, close: string): boolean => {
    const last = bytes.subarray(start, end).lastIndexOf(open, undefined, 'latin1');
    return last >= 0 && bytes.subarray(start + last, end).indexOf(close, 0, 'latin1') < 0;
  };
  return isOpen('<![CDATA[', ']]>') || isOpen('<!--', '-->') || isOpen('<?', '?>')
    ? 'The Event XML has a section that does not end.'
    : undefined;
}

/** Where a header ends: of RFC 5424 as far as its structured data; of any other only the priority, for the rest has no one form. */
function headerEnd(bytes: Buffer, start: number, end: number): number {
  const behind = priorityEnd(bytes, start, end);
  if (bytes[behind] !== 0x31 || bytes[behind + 1] !== 0x20) return behind;
  let at = behind + 2;
  for (let field = 0; field < HEADER_FIELDS; field++) {
    const blank = bytes.indexOf(0x20, at);
    if (blank < 0 || blank >= end) return behind;
    at = blank + 1;
  }
  return structuredEnd(bytes, at, end) ?? behind;
}

function priorityEnd(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] !== 0x3c) return start;
  const close = bytes.subarray(start, Math.min(end, start + 5)).indexOf(0x3e);
  return close < 2 ? start : start + close + 1;
}

/** Behind the structured data, their blank and a mark of UTF-8; undefined where they do not end. */
function structuredEnd(bytes: Buffer, start: number, end: number): number | undefined {
  let at = start;
  if (bytes[at] === 0x2d) at++;
  else {
    while (bytes[at] === 0x5b) {
      const close = elementEnd(bytes, at, end);
      if (close === undefined) return undefined;
      at = close;
    }
    if (at === start) return undefined;
  }
  if (at < end && bytes[at] === 0x20) at++;
  const isMarked = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
  return Math.min(end, isMarked ? at + 3 : at);
}

/** Behind the bracket that closes an element: within quotes `\]` and `]` are text. */
function elementEnd(bytes: Buffer, open: number, end: number): number | undefined {
  let isQuoted = false;
  for (let at = open + 1; at < end; at++) {
    const byte = bytes[at];
    if (isQuoted && byte === 0x5c) at++;
    else if (byte === 0x22) isQuoted = !isQuoted;
    else if (!isQuoted && byte === 0x5d) return at + 1;
  }
  return undefined;
}

/** Before the blanks and zeros at the end. */
function trimmedEnd(bytes: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && (bytes[at - 1] ?? 0) <= 0x20) at--;
  return at;
}
