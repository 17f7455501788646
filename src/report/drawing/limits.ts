import type { Anomaly, Gap } from '../../windows/index.ts';
import { readableTimes, UTC_CLOCK } from '../clock.ts';
import { hex, placeName } from '../evidence-address.ts';
import { type FoldedGap, foldedGaps } from '../folded-gaps.ts';
import type { HostLabels } from '../host-label.ts';
import { compareText } from '../record-line.ts';
import type { HuntResult } from '../result.ts';
import { count, plural } from '../terminal.ts';
import { type Drawing, draw, EMPTY } from './drawn.ts';
import { unbroken } from './drawn-text.ts';

const MAX_ROWS = 300;
const MAX_OF_CODE = 3;
/** A gap is filled, an incident is closed: one word each. */
export const TO_FILL = 'To fill this gap';

/** Signs of an edited log (SETTLED A15), before what is blind. */
export function tamperSection(anomalies: readonly Anomaly[]): Drawing {
  const signs = anomalies.filter((anomaly) => anomaly.tamper === true);
  if (signs.length === 0) return EMPTY;
  return draw`<section id="tamper"><h2>Signs of tampering</h2><p class="note">What a healthy log does not show. None of it sets a level by itself.</p>${anomalyTable(signs)}</section>
`;
}

/** Damage that cost records, and what was done about it (L21). */
export function damageSection(anomalies: readonly Anomaly[]): Drawing {
  const damage = anomalies.filter((anomaly) => anomaly.tamper !== true);
  if (damage.length === 0) return EMPTY;
  return draw`<section id="damage"><h2>Damage and oddities</h2><p class="note">What was unreadable or odd, and what that cost. The rest of each file was read.</p>${anomalyTable(damage)}</section>
`;
}

function anomalyTable(anomalies: readonly Anomaly[]): Drawing {
  const groups = new Map<string, Anomaly[]>();
  for (const anomaly of anomalies) {
    const group = groups.get(anomaly.code) ?? [];
    group.push(anomaly);
    groups.set(anomaly.code, group);
  }
  const rank: Readonly<Record<Anomaly['level'], number>> = { error: 0, warn: 1, note: 2 };
  const codes = [...groups].sort(
    ([a, x], [b, y]) => rank[x[0]?.level ?? 'note'] - rank[y[0]?.level ?? 'note'] || compareText(a, b),
  );
  const rows = codes.flatMap(([code, group]) => {
    const shown = group.slice(0, MAX_OF_CODE).map((anomaly) => {
      const at = anomaly.offset === undefined ? '' : ` at ${hex(anomaly.offset)}`;
      const times = anomaly.count > 1 ? ` (${count(anomaly.count)} times)` : '';
      return draw`<tr><th scope="row"><span class="mono">${code}</span></th><td>${anomaly.level}</td><td>${anomaly.message}${times}</td><td>${placeName(anomaly)}${at}</td></tr>`;
    });
    const more = group.length - MAX_OF_CODE;
    return more > 0
      ? [...shown, draw`<tr><td></td><td></td><td>and ${count(more)} more of this code</td><td></td></tr>`]
      : shown;
  });
  return draw`<div class="scroll"><table><thead><tr><th scope="col">Code</th><th scope="col">Level</th><th scope="col">What happened</th><th scope="col">Where</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The gaps that touch one incident (L2, L11). */
export function gapsTable(gaps: readonly Gap[], label: HostLabels): Drawing {
  if (gaps.length === 0) {
    return draw`<p class="note">No gap that touches this incident is known. What was not collected cannot be known from here.</p>`;
  }
  const told = toldGaps(gaps);
  return draw`${table(told.slice(0, MAX_ROWS).map((gap) => gapRow(gap, label)))}${moreGaps(told.length)}`;
}

/** Gaps as a table tells them: those that would read the same are one row. */
export function toldGaps(gaps: readonly Gap[]): readonly FoldedGap[] {
  return foldedGaps(gaps, (gap) => `${spanWords(gap)}\u0000${gap.close}`);
}

/** " (09:40 to 10:10)"; empty where one of its ends is not known. */
function spanWords({ from, to }: Gap): string {
  return from === undefined || to === undefined ? '' : ` (${UTC_CLOCK.minute(from)} to ${UTC_CLOCK.minute(to)})`;
}

/** Every one of them is a place that a link may lead to. */
function gapRow({ gap, count: n, others }: FoldedGap, label: HostLabels): Drawing {
  const places = others.slice(0, MAX_ROWS).map(({ id }) => draw`<span id="g-${id}"></span>`);
  const times = n === 1 ? '' : `, ${count(n)} times`;
  const what = `${readableTimes(gap.what, UTC_CLOCK)}${times}${spanWords(gap)}`;
  return draw`<tr id="g-${gap.id}"><th scope="row">${places}${gap.host === '-' ? 'Inputs' : unbroken(label(gap.host))}</th><td data-l="Missing">${unbroken(what)}</td><td data-l="So">${unbroken(gap.so)}</td><td data-l="${TO_FILL}">${unbroken(gap.close)}</td></tr>`;
}

function moreGaps(n: number): Drawing {
  return n > MAX_ROWS ? draw`<p class="note">${plural(n - MAX_ROWS, 'more gap')} in the JSON result.</p>` : EMPTY;
}

function table(rows: readonly Drawing[]): Drawing {
  return draw`<div class="scroll"><table class="blind"><thead><tr><th scope="col">Where</th><th scope="col">What is missing</th><th scope="col">So</th><th scope="col">${TO_FILL}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** What could not be seen, what follows, and what would fill the gap (L2, L11). */
export function blindSection(result: HuntResult, label: HostLabels): Drawing {
  const { gaps, summary } = result;
  const unread = summary.notRead.map(
    (kind) =>
      draw`<tr><th scope="row">${kind.kind}</th><td data-l="Missing">${plural(kind.count, 'input')} not read: ${kind.examples.slice(0, 3).join(', ')}</td><td data-l="So">nothing in it was judged</td><td data-l="${TO_FILL}">${kind.close}</td></tr>`,
  );
  const told = toldGaps(gaps);
  const rows = told.slice(0, MAX_ROWS).map((gap) => gapRow(gap, label));
  const silent = summary.notEvaluated.map(
    ({ analytic, missing }) =>
      draw`<tr><th scope="row">${analytic}</th><td data-l="Missing">not evaluated: no ${missing.join(', ')}</td><td data-l="So">its silence says nothing</td><td></td></tr>`,
  );
  const all = [...unread, ...rows, ...silent];
  if (all.length === 0) {
    return draw`<section id="gaps"><h2>What is blind</h2><p class="note">No gap was found in what was read. What was not collected cannot be known from here.</p></section>`;
  }
  return draw`<section id="gaps"><h2>What is blind</h2><p class="note">What could not be seen, what follows from it, and what would have shown it.</p>${table(all)}${moreGaps(told.length)}</section>
`;
}
