import type { FieldTexts } from './peer-fields.ts';

type Texts = readonly string[] | undefined;

/** Stated differences between the two readers, none of which loses or changes a value on Triad's side. */
export const REASONS = {
  scope:
    'attributes of System, EventData and ComplexData, and other children of Event: `triad dump` has them, an Event not',
  empty: 'empty values, which evtx_dump gives as null or leaves out',
  repeated: 'repeated names, to which evtx_dump adds _1, _2 …',
  truth: 'truth values that are not 0 and not 1, which evtx_dump gives as numbers (EVTX 5.1)',
  version: 'records without Version, which an Event gives as 0',
  time: 'times kept as text with nine digits, of which Triad gives seven',
  float: 'floating point: evtx_dump writes 0.0 for 0',
} as const;

/** Why the texts of one name may differ; undefined when nothing explains it. */
export function explain(
  name: string,
  mine: Texts,
  other: Texts,
  ours: FieldTexts,
  theirs: FieldTexts,
): string | undefined {
  if (
    mine === undefined &&
    /^(?:System\/Provider@EventSourceName|Event\/.+|@Name|ComplexData(?:_\d+)?@\w+)$/.test(name)
  ) {
    return REASONS.scope;
  }
  if (name === 'System/Version' && mine?.[0] === '0' && other === undefined) return REASONS.version;
  if (name === 'System/TimeCreated@SystemTime' && other?.[0]?.replace(/00Z$/, 'Z') === mine?.[0]) return REASONS.time;
  const base = /^(.+)_\d+$/.exec(name)?.[1];
  if (mine === undefined && base !== undefined && ours.has(base)) return REASONS.repeated;
  const filled = (mine ?? []).filter((text) => text !== '');
  const otherFilled = (other ?? []).filter((text) => text !== '');
  if (isSame(filled, otherFilled)) return REASONS.empty;
  const all = [...otherFilled, ...numbered(name, theirs)].filter((text) => text !== '');
  if (all.length > otherFilled.length && isSame(filled, all)) return REASONS.repeated;
  if (filled.length === otherFilled.length && filled.every((text, i) => isSameFloat(text, otherFilled[i] ?? ''))) {
    return REASONS.float;
  }
  const only = other?.[0];
  if (mine?.length === 1 && mine[0] === 'true' && other?.length === 1 && /^-?[1-9]\d*$/.test(only ?? ''))
    return REASONS.truth;
  return undefined;
}

function numbered(name: string, theirs: FieldTexts): readonly string[] {
  const texts: string[] = [];
  for (let i = 1; ; i++) {
    const more = theirs.get(`${name}_${i}`);
    if (more === undefined) return texts;
    texts.push(...more);
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

function isSameFloat(mine: string, other: string): boolean {
  return mine === other || (other === `${mine}.0` && /^-?\d+$/.test(mine));
}
