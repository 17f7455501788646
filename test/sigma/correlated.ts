import {
  type CorrelatedEvent,
  type CorrelationFinding,
  Correlator,
  type CorrelatorOptions,
  objectReader,
  plainMatcher,
  type Rules,
} from '../../src/sigma/index.ts';
import { sound, type Tried } from './tried-rule.ts';

/** Rules `a` to `d`: each matches events whose `E` holds its letter. */
export const RULES: string = ['a', 'b', 'c', 'd']
  .map(
    (name) =>
      `title: ${name}\nname: ${name}\nlogsource: {product: windows}\ndetection: {sel: {E|contains: ${name}}, condition: sel}\n`,
  )
  .join('---\n');

/** A correlation with these lines below `correlation`. */
export function correlationOf(lines: string, name = 'x'): string {
  return `title: ${name}\nname: ${name}\ncorrelation:\n${lines.replace(/^(?=.)/gm, '  ')}\n`;
}

export function rulesOf(...correlations: readonly string[]): Rules {
  return sound([RULES, ...correlations].join('---\n'));
}

/** An event at `t` seconds; `src` and `id` say where it was recorded. */
export interface Timed extends Tried {
  readonly t: number;
  readonly src?: string;
  readonly id?: number;
}

export function eventsOf(rules: Rules, timed: readonly Timed[]): readonly CorrelatedEvent[] {
  const matcher = plainMatcher(rules);
  return timed.map(({ t, src = 'log', id, ...record }, i) => {
    const fields = objectReader(record);
    const hits = matcher.match({ channel: undefined, eventId: undefined, readerFor: () => fields });
    // Record ids follow the order of the list, unless a test gives them.
    const time = { ms: Math.round(t * 1000), ticks: 0 };
    const host = String(record['Host'] ?? 'h');
    return { time, source: src, host, recordId: id ?? i + 1, reference: `r${i + 1}`, hits };
  });
}

export interface Run {
  readonly findings: readonly CorrelationFinding[];
  readonly correlator: Correlator;
}

/** Final findings of a run over events in the order given. */
export function runOf(rules: Rules, timed: readonly Timed[], options: CorrelatorOptions = {}): Run {
  const correlator = new Correlator(rules, options);
  const told = [...eventsOf(rules, timed).flatMap((event) => correlator.add(event)), ...correlator.finish()];
  return { findings: told.filter(({ isFinal }) => isFinal), correlator };
}

/** Of each final finding: group values, members, value. */
export function summed(rules: Rules, timed: readonly Timed[], options: CorrelatorOptions = {}): readonly string[] {
  return runOf(rules, timed, options)
    .findings.map(({ group, references, value }) => {
      const names = group.map((one) => one.value).join(' ');
      return `${names}${names === '' ? '' : ': '}${references.join(' ')} = ${value}`;
    })
    .sort();
}
