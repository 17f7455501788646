import { defang, escapeTerminal } from '../../src/report/index.ts';

/** Text of evidence as a reader sees it: invisible and control characters written out, line breaks kept, addresses defanged. */
export function visibleText(text: string): string {
  return plainLines(defang(text));
}

/** The same with addresses as they are: for what is copied raw. */
export function plainLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => escapeTerminal(line.replaceAll('\t', '    ')))
    .join('\n');
}

/** True for a text that is shown as it is: nothing in it is hidden from who reads it. */
export function isShownPlain(text: string): boolean {
  return plainLines(text) === text.replace(/\r\n?/g, '\n').replaceAll('\t', '    ');
}
