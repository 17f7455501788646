import type { Refusal } from './types.ts';

const WEVTUTIL_TEXT: Refusal = {
  what: 'text as wevtutil writes it (/f:text)',
  close: 'export with wevtutil qe LOG /f:xml, or copy the log with wevtutil epl',
};
const EVENT_VIEWER_LIST: Refusal = {
  what: 'a list as Event Viewer saves it (CSV or TXT): it has neither fields nor record ids',
  close: 'save it as XML or EVTX',
};
const CLIXML: Refusal = {
  what: 'CLIXML (Export-Clixml)',
  close: 'export with Get-WinEvent … | ConvertTo-Json -Depth 4, or copy the log with wevtutil epl',
};

/** Headers of Event Viewer's lists; in other languages the order is the same, the words are not, and it reads as unknown. */
const VIEWER_HEADER = /^(?:Level|Keywords)[,\t]Date and Time[,\t]Source[,\t]Event ID[,\t]Task Category/;

/** The refusal of a source whose lines begin like this, undefined when it is not refused (SETTLED B2). */
export function refusalOfText(head: string): Refusal | undefined {
  if (/^Event\[\d{1,9}\]:?\s*\r?\n\s+\S/.test(head)) return WEVTUTIL_TEXT;
  return VIEWER_HEADER.test(head) ? EVENT_VIEWER_LIST : undefined;
}

/** The refusal of an XML source by its root element. */
export function refusalOfRoot(rootName: string): Refusal | undefined {
  return rootName === 'Objs' ? CLIXML : undefined;
}
