/**
 * `node bench/sigma/learn.ts`: writes the table of common texts (`src/sigma/indexed/common-grams.ts`) from generated events and
 * from the hosts of the corpus on which nothing was done. No attack and no other host has a part in it (SETTLED E16).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLASS_NAMES, END, START } from '../../src/sigma/indexed/char-classes.ts';
import { classesOf, GRAM_MASK } from '../../src/sigma/indexed/literal.ts';
import { eachLoggedEvent } from '../../test/sigma/corpus-events.ts';
import { ROOT } from '../corpus.ts';
import { generatedEvents, type KeptEvent, keptOf } from './events.ts';

const LEVELS = 7;
const PROGRAMS = 20_000;
const ACTS = 4000;
/** Of one channel and number so many events of benign hosts, so that no chatty one stands for all. */
const OF_EACH_KIND = 300;
/** A field with fewer values says nothing of how common a text is. */
const MIN_VALUES = 200;

interface FieldCounts {
  values: number;
  readonly grams: Map<number, number>;
}

/** By channel, number and name. */
const fields = new Map<string, FieldCounts>();

function learn(key: string, text: string): void {
  const counts = fields.get(key) ?? { values: 0, grams: new Map<number, number>() };
  fields.set(key, counts);
  counts.values++;
  const seen = new Set<number>();
  let gram = START;
  for (const one of [...classesOf(text.slice(0, 4096)), END]) {
    gram = ((gram << 6) | one) & GRAM_MASK;
    // Before a value has four characters a literal asks for none of these.
    if (gram >> 18 === START || !hasStart(gram)) seen.add(gram);
  }
  for (const one of seen) counts.grams.set(one, (counts.grams.get(one) ?? 0) + 1);
}

function hasStart(gram: number): boolean {
  return ((gram >> 12) & 63) === START || ((gram >> 6) & 63) === START || (gram & 63) === START;
}

/** Rules ask for no time and for no identifier that is made anew each time. */
const LEFT_OUT = /Time$|Gu?id$|GUID$|^Hash(?:es)?$|LogonId$|(?:Process|Thread)I[dD]$/;

function learnEvent(event: KeptEvent): void {
  for (const [name, text] of event.fields) {
    if (!LEFT_OUT.test(name)) learn(`${event.channel} ${event.eventId} ${name}`, text);
  }
}

const { creations, mixed } = generatedEvents(PROGRAMS, ACTS);
for (const event of creations) learnEvent(event);
for (const event of mixed) learnEvent(event);
const kinds = new Map<string, number>();
eachLoggedEvent((event) => {
  const kind = `${event.channel} ${event.eventId}`;
  const count = (kinds.get(kind) ?? 0) + 1;
  kinds.set(kind, count);
  if (count <= OF_EACH_KIND) learnEvent(keptOf(event));
}, true);

/** The share of a gram is that in the field in which it is most common: where it may be common it is no good witness. */
const shares = new Map<number, number>();
let values = 0;
for (const counts of fields.values()) {
  values += counts.values;
  if (counts.values < MIN_VALUES) continue;
  for (const [gram, count] of counts.grams) {
    if (count > 3) shares.set(gram, Math.max(shares.get(gram) ?? 0, count / counts.values));
  }
}

const levels = Array.from({ length: LEVELS }, (): string[] => []);
for (const [gram, share] of shares) {
  const level = Math.floor(-Math.log2(share));
  const names = [18, 12, 6, 0].map((shift) => CLASS_NAMES[(gram >> shift) & 63] ?? '');
  if (level < LEVELS) levels[level]?.push(names.join(''));
}
const lines = levels.map((grams) => `  ${JSON.stringify(grams.sort().join(''))},`);
const head = `/**
 * Four characters in a row that are common in the values of events, by class: first those in half of all values or more, then in a
 * quarter, and so on. Made by \`bench/sigma/learn.ts\` from generated events and from hosts on which nothing was done.
 */
// biome-ignore format: a table
export const COMMON_GRAMS: readonly string[] = [
`;
writeFileSync(join(ROOT, 'src', 'sigma', 'indexed', 'common-grams.ts'), `${head}${lines.join('\n')}\n];\n`);
console.log(`${values} values, ${shares.size} grams, kept by level: ${levels.map(({ length }) => length).join(' ')}`);
