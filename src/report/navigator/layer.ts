import { type AttackVersion, LEVELS, type Level, levelRank, parentTechnique } from '../../windows/index.ts';
import { compareText } from '../record-line.ts';
import { escapeTerminal } from '../terminal.ts';

/** Version of the layer format, and the oldest Navigator that reads it. */
const FORMAT = { layer: '4.5', navigator: '4.9.0' };

/** Colours of the scores 0, 20, 40, 60, 80, 100; those of the levels stand in the legend. */
const COLOURS = ['#ffffff', '#dbe9f6', '#fde9a9', '#fbc15e', '#f0803c', '#c0392b'];

/** One technique of a layer. */
export interface LayerTechnique {
  readonly id: string;
  /** 0 to 100. */
  readonly score: number;
  readonly comment: string;
}

export interface Layer {
  readonly name: string;
  readonly description: string;
  readonly attackVersion: AttackVersion;
  /** Each id once, in any order. */
  readonly techniques: readonly LayerTechnique[];
  readonly metadata: readonly { readonly name: string; readonly value: string }[];
}

/** The score of what has no confidence of its own (SETTLED E12). */
export function levelScore(level: Level): number {
  return 20 * (levelRank(level) + 1);
}

/** A layer of ATT&CK Navigator, a technique a line. Tactics are left out: they changed from version 18 to 19 (PRODUCT 7.10). */
export function* renderLayer({ name, description, attackVersion, techniques, metadata }: Layer): Generator<string> {
  const head = {
    name,
    versions: { attack: String(attackVersion), ...FORMAT },
    domain: 'enterprise-attack',
    description,
    filters: { platforms: ['Windows'] },
    sorting: 3,
    hideDisabled: false,
    gradient: { colors: COLOURS, minValue: 0, maxValue: 100 },
    legendItems: LEVELS.map((level) => ({ label: level, color: COLOURS[levelScore(level) / 20] })),
    metadata,
  };
  yield `{${Object.entries(head)
    .map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join(',\n')},\n"techniques":[`;
  let isFirst = true;
  for (const technique of withParents(techniques)) {
    yield `${isFirst ? '\n' : ',\n'}${JSON.stringify(technique)}`;
    isFirst = false;
  }
  yield isFirst ? ']}\n' : '\n]}\n';
}

/** By id; what a technique is a part of stands there too and is opened, or nobody would see the part. */
function withParents(techniques: readonly LayerTechnique[]): readonly object[] {
  const parents = new Set(techniques.flatMap(({ id }) => parentTechnique(id) ?? []));
  const scored = new Map(techniques.map((technique) => [technique.id, technique]));
  return [...new Set([...scored.keys(), ...parents])].sort(compareText).map((id) => {
    const technique = scored.get(id);
    return {
      techniqueID: id,
      ...(technique === undefined ? {} : { score: technique.score, comment: escapeTerminal(technique.comment) }),
      enabled: true,
      ...(parents.has(id) ? { showSubtechniques: true } : {}),
    };
  });
}

/** The first few of a list, and how many more there are. */
export function fewOf(items: Iterable<string>, most: number): string {
  const all = [...items];
  const more = all.length - most;
  return `${all.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
