import { unescapeMofString } from './mof-string.ts';

const LEFT_OVER = /&(lt|gt|amp);/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
]);

/**
 * The bare text of a string in Sysmon 19 to 21: blanks around it off, one pair of outer quotes off, MOF escapes resolved
 * once, and `&lt; &gt; &amp;` that Sysmon left inside decoded once more (DOMAIN 2.2 #1, #2). A value that is not quoted
 * keeps its backslashes. A second level of escapes belongs to the script and stays.
 */
export function unwrapSysmonValue(raw: string): string {
  const trimmed = raw.trim();
  const isQuoted = trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"');
  const text = isQuoted ? unescapeMofString(trimmed.slice(1, -1)) : trimmed;
  return text.includes('&') ? text.replace(LEFT_OVER, (all, name: string) => ENTITIES.get(name) ?? all) : text;
}
