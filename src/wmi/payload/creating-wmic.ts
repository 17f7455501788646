import { parseNamespace } from '../reference.ts';
import { type CreatingCall, creatingCall } from './creating-call.ts';

const MAX_PAIRS = 200;

/** The creating call of a wmic command line: `/NAMESPACE:"\\root\subscription" PATH Class CREATE Name="..", Query=".."`. */
export function wmicCall(line: string, offset: number): CreatingCall | undefined {
  const verb =
    /\b(?:path|class)\s{1,16}["']?(?:\\?[\w\\.:]{0,200}:)?(\w{1,240})["']?\s{1,16}(?:\/\w{1,32}(?::\S{1,64})?\s{1,16}){0,8}create\s/i.exec(
      line,
    );
  const className = verb?.[1];
  if (verb === null || className === undefined) return undefined;
  const before = line.slice(0, verb.index + verb[0].length);
  const namespace = /\/namespace:\s?(?:"([^"]{1,256})"|'([^']{1,256})'|(\S{1,256}))/i.exec(before);
  const node = /\/node:\s?(?:"([^"]{1,256})"|'([^']{1,256})'|([^\s"']{1,256}))/i.exec(before);
  const place = parseNamespace(namespace?.[1] ?? namespace?.[2] ?? namespace?.[3] ?? '');
  const host = node?.[1] ?? node?.[2] ?? node?.[3] ?? place.host;
  return creatingCall(className, pairs(line.slice(verb.index + verb[0].length)), {
    namespace: place.namespace,
    host,
    offset,
  });
}

/** `Name="value", Name='value', Name=value`, with `\"` inside quotes. */
function pairs(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let i = 0;
  while (i < text.length && found.size < MAX_PAIRS) {
    const key = /^[\s,]{0,64}(\w{1,240})\s{0,16}=\s{0,16}/.exec(text.slice(i, i + 400));
    if (key === null) break;
    i += key[0].length;
    const quote = text.charAt(i);
    let value = '';
    if (quote === '"' || quote === "'") {
      i++;
      while (i < text.length && text.charAt(i) !== quote) {
        if (text.charAt(i) === '\\' && (text.charAt(i + 1) === quote || text.charAt(i + 1) === '\\')) i++;
        value += text.charAt(i++);
      }
      i++;
    } else {
      const from = i;
      while (i < text.length && !/[,\s]/.test(text.charAt(i))) i++;
      value = text.slice(from, i);
    }
    found.set(key[1] ?? '', value);
  }
  return found;
}
