import { plainLines, visible as visibleText } from '../../src/report/index.ts';

export { plainLines, visibleText };

const NAMES = /^(?:host|address|domain|ip)$/;
/** What stands behind a scheme that was defanged, the machine of a UNC path, and addresses of version 4. */
const REACHED =
  /(?<=xx?ps?:\/\/)[^\s/"'`?#;|<>()\\,]+|(?<=(?<![\\\w:])\\\\)\w[\w-]*(?:\.[\w-]+)+|\b\d{1,3}(?:\.\d{1,3}){3}\b/gi;

/** Text that is no link where it is pasted: a host or address whole, in other texts each host of a URL of the web or of FTP, of a UNC path, and each address of version 4, with `[.]` and `[:]`; not the colon of `type:  5` (Sysmon 22). */
export function defanged(kind: string, value: string): string {
  const text = visibleText(value);
  return text.replace(NAMES.test(kind) ? /.+/g : REACHED, (name) => name.replace(/[.:](?! )/g, '[$&]'));
}

/** True for a text that is shown as it is: nothing in it is hidden from who reads it. */
export function isShownPlain(text: string): boolean {
  return plainLines(text) === text.replace(/\r\n?/g, '\n').replaceAll('\t', '    ');
}
