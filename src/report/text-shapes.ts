import type { Gap } from '../windows/index.ts';
import { compareText } from './record-line.ts';
import type { HuntResult, ThirdPartyDetection, UnitCounts } from './result.ts';
import { COLUMNS, count, cut, escapeTerminal, pad, plural, wrap } from './terminal.ts';
import { MARGIN, section, type TextStyle } from './text-page.ts';

/** Lines of other tools' detections. */
const MAX_DETECTIONS = 20;
const PRODUCT_COLUMN = 30;
/** Lines of what texts lost. */
const MAX_LOSSES = 40;

/** "S6 3,719, S14 2, incomplete 1": shapes first, then what is no event, each by number. */
export function shapeWords(units: UnitCounts): string {
  const order = ['incomplete', 'unknown', 'wrapper'];
  return Object.entries(units)
    .sort(([a, x], [b, y]) => order.indexOf(a) - order.indexOf(b) || y - x || compareText(a, b))
    .map(([shape, n]) => (shape === 'wrapper' ? `${count(n)} taken out of a wrapper` : `${shape} ${count(n)}`))
    .join(', ');
}

/** What texts held, below the totals of READ. */
export function shapeLines(result: HuntResult): readonly string[] {
  const { shapes, contentLost, rejectedBytes } = result.summary;
  if (Object.keys(shapes).length === 0) return [];
  const also = [
    ...(contentLost > 0 ? [`${count(contentLost)} without content`] : []),
    ...(rejectedBytes > 0 ? [`${count(rejectedBytes)} bytes rejected`] : []),
  ];
  return wrap(`units of texts by shape: ${[shapeWords(shapes), ...also].join('; ')}`, COLUMNS - MARGIN);
}

/** What texts lost, one line a source and loss, with what that blinds and how to close it (SETTLED B22). */
export function lossLines(gaps: readonly Gap[]): readonly string[] {
  const losses = gaps.filter(({ host }) => host === '-');
  const blinding = losses.filter(({ blocks }) => blocks.length > 0);
  const lines = blinding
    .slice(0, MAX_LOSSES)
    .flatMap(({ what, so, close }) => wrap(escapeTerminal(`${what}; ${so}; ${close}`), COLUMNS - MARGIN));
  if (blinding.length > MAX_LOSSES) {
    lines.push(`and ${plural(blinding.length - MAX_LOSSES, 'more loss', 'more losses')}; --format json lists all`);
  }
  const harmless = losses.length - blinding.length;
  if (harmless > 0) {
    lines.push(
      `${plural(harmless, 'loss', 'losses')} of texts that blind${harmless === 1 ? 's' : ''} no analytic; triad inspect names each`,
    );
  }
  return lines;
}

export interface DetectionGroup {
  readonly product: string;
  /** What the product calls it: title, rule or action. */
  readonly said: string;
  readonly count: number;
}

/** Detections by product and what they say, the commonest first. */
export function detectionGroups(detections: readonly ThirdPartyDetection[]): readonly DetectionGroup[] {
  const groups = new Map<string, DetectionGroup>();
  for (const { product, title, rule, action } of detections) {
    const said = title ?? rule ?? action ?? 'detection';
    const key = `${product}\u0000${said}`;
    groups.set(key, { product, said, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()].sort(
    (a, b) => b.count - a.count || compareText(a.product, b.product) || compareText(a.said, b.said),
  );
}

/** What other tools said, apart from what Triad judges (SETTLED B6). */
export function thirdPartyLines(result: HuntResult, style: TextStyle): readonly string[] {
  const groups = detectionGroups(result.thirdParty);
  if (groups.length === 0) return [];
  const lines = [`${plural(result.summary.thirdParty, 'detection')} that Triad did not make and does not judge`];
  for (const group of groups.slice(0, MAX_DETECTIONS)) {
    const product = pad(cut(escapeTerminal(group.product), PRODUCT_COLUMN - 2, style.glyphs.ellipsis), PRODUCT_COLUMN);
    const line = `${product}${count(group.count).padStart(8)}  ${escapeTerminal(group.said)}`;
    lines.push(cut(line, COLUMNS - MARGIN, style.glyphs.ellipsis));
  }
  if (groups.length > MAX_DETECTIONS) {
    lines.push(`and ${plural(groups.length - MAX_DETECTIONS, 'more kind')}; --format json lists all`);
  }
  return section('OTHERS', lines);
}
