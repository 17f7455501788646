import { PAGE_BYTES } from './format.ts';

/** Texts of an object of a subscription of which nothing else is left (CIM 7.5, 7): an anomaly, never a dossier. */
export interface TextRemain {
  /** The class name that stands there. */
  readonly className: string;
  /** Texts right behind it, at most so many. */
  readonly texts: readonly string[];
  readonly offset: number;
}

/** How the names of the classes end that make a subscription; a name is read back from here to its start. */
const ENDINGS = ['__EventFilter\0', 'EventConsumer\0', '__FilterToConsumerBinding\0', 'TimerInstruction\0'].map(
  (text) => Buffer.from(text, 'latin1'),
);
const MAX_NAME = 128;
const MAX_TEXTS = 8;
const MAX_TEXT = 1024;

/** Class names of subscriptions in a page outside of the ranges that were read, with the texts behind them. */
export function textRemains(page: Buffer, number: number, isRead: (at: number) => boolean, room: number): TextRemain[] {
  const remains: TextRemain[] = [];
  for (const ending of ENDINGS) {
    for (let at = page.indexOf(ending); at >= 0; at = page.indexOf(ending, at + 1)) {
      if (isRead(at) || remains.length >= room) continue;
      let from = at;
      while (from > 0 && at - from < MAX_NAME && isNameByte(page[from - 1])) from--;
      const end = at + ending.length - 1;
      // A heap string has a flag before it; inside of longer text the name is only mentioned.
      if (page[from - 1] !== 0) continue;
      const className = page.toString('latin1', from, end);
      remains.push({ className, texts: textsFrom(page, end + 1), offset: number * PAGE_BYTES + from });
    }
  }
  return remains;
}

function isNameByte(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    (byte === 0x5f || (byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a))
  );
}

function textsFrom(page: Buffer, start: number): string[] {
  const texts: string[] = [];
  let at = start;
  while (texts.length < MAX_TEXTS && page[at] === 0) {
    const end = page.indexOf(0, at + 1);
    if (end < 0 || end - at < 2 || end - at > MAX_TEXT) break;
    texts.push(page.toString('latin1', at + 1, end));
    at = end + 1;
  }
  return texts;
}
