import type { ClassRule } from '../entries/index.ts';
import { duration } from './setting.ts';

/** A retention class other than the usual one: what goes to it, and how long it is kept. */
export interface ArchiveClass extends ClassRule {
  readonly keepMs: number;
}

const KEEP = duration('90d', ['1h', '3650d'], '');
const KINDS: Readonly<Record<string, 'senders' | 'hosts' | 'channels'>> = {
  sender: 'senders',
  host: 'hosts',
  channel: 'channels',
};
const MOST_PATTERN = 253;

/** What a class must look like. */
export const CLASS_FORM = '"NUMBER; TIME; KIND:PATTERN; …" with number 1 to 7 and sender, host or channel';

/** Reads `2; 400d; channel:Security; host:DC*`; undefined where it is none. */
export function readArchiveClass(text: string): ArchiveClass | undefined {
  const [number = '', time = '', ...selectors] = text.split(';').map((part) => part.trim());
  const keep = KEEP.read(time);
  if (!/^[1-7]$/.test(number) || keep.kind === 'wrong' || selectors.length === 0) return undefined;
  const found = { senders: [] as string[], hosts: [] as string[], channels: [] as string[] };
  for (const selector of selectors) {
    const at = selector.indexOf(':');
    const kind = KINDS[selector.slice(0, Math.max(0, at))];
    const pattern = selector.slice(at + 1).trim();
    if (kind === undefined || pattern === '' || pattern.length > MOST_PATTERN) return undefined;
    found[kind].push(pattern);
  }
  return { retention: Number(number), keepMs: keep.value, ...found };
}

/** Classes that are read already. Several of one number are rules of one class; it is kept as long as the longest says. */
export function archiveClassesOf(texts: readonly string[]): readonly ArchiveClass[] {
  return texts.flatMap((text) => readArchiveClass(text) ?? []);
}
