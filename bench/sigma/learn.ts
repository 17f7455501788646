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

const LEVELS = 12;
const PROGRAMS = 20_000;
const ACTS = 4000;
/** Of one channel and number so many events of benign hosts, so that no chatty one stands for all. */
const OF_EACH_KIND = 300;

const counts = new Map<number, number>();
let values = 0;

function learn(text: string): void {
  values++;
  const seen = new Set<number>();
  let gram = START;
  for (const one of [...classesOf(text.slice(0, 4096)), END]) {
    gram = ((gram << 6) | one) & GRAM_MASK;
    // Before a value has four characters a literal asks for none of these.
    if (gram >> 18 === START || !hasStart(gram)) seen.add(gram);
  }
  for (const one of seen) counts.set(one, (counts.get(one) ?? 0) + 1);
}

function hasStart(gram: number): boolean {
  return ((gram >> 12) & 63) === START || ((gram >> 6) & 63) === START || (gram & 63) === START;
}

const PATHS = /^(?:[A-Za-z]:\\|\\|HK|"|%)|\.\w{2,4}(?:\s|$)/;

/** Texts that rules ask for: paths, command lines, keys; and every value of few characters. */
function learnEvent({ fields }: KeptEvent): void {
  for (const [name, text] of fields) {
    if (
      /CommandLine|Image|Path|File|Process(?:Name)?$|Script|Payload|TargetObject|Details|Query/.test(name) ||
      PATHS.test(text)
    )
      learn(text);
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

const levels = Array.from({ length: LEVELS }, (): string[] => []);
for (const [gram, count] of counts) {
  const level = Math.floor(-Math.log2(count / values));
  const names = [18, 12, 6, 0].map((shift) => CLASS_NAMES[(gram >> shift) & 63] ?? '');
  if (count > 3 && level < LEVELS) levels[level]?.push(names.join(''));
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
console.log(`${values} values, ${counts.size} grams, kept by level: ${levels.map(({ length }) => length).join(' ')}`);
