import { eventIdOf, recordKind } from '../channel-names.ts';
import { type Clock, readableTimes, UTC_CLOCK } from '../clock.ts';
import { defang } from '../defang.ts';
import { methodName } from '../drawing/hop-picture.ts';
import { dumpCommand, hex, placeName } from '../evidence-address.ts';
import { foldedGaps } from '../folded-gaps.ts';
import { type HostLabels, labelsOfHops } from '../host-label.ts';
import { objectFields } from '../object-words.ts';
import type { RecordLine } from '../record-line.ts';
import {
  ASCII_GLYPHS,
  asciiOnly,
  COLUMNS,
  escapeTerminal,
  pad,
  plural,
  UNICODE_GLYPHS,
  widthOf,
  wrap,
  wrapBlock,
} from '../terminal.ts';
import { dossierCard } from '../text-card.ts';
import { hopLine } from '../text-incident.ts';
import { MARGIN, paragraph, section, severity, type TextStyle } from '../text-page.ts';
import type { ExplainedLink, ExplainedRecord, ExplainedSum, ExplainedTerm, Explanation } from './explanation.ts';

export interface ExplainTextOptions {
  readonly ascii?: boolean;
  readonly color?: boolean;
  readonly clock?: Clock;
}

/** `--format text` of explain: every number with what it comes from, at most 100 columns. */
export function renderExplanation(
  explanation: Explanation,
  label: HostLabels,
  options: ExplainTextOptions = {},
): string {
  const isAscii = options.ascii === true;
  const style: TextStyle = {
    glyphs: isAscii ? ASCII_GLYPHS : UNICODE_GLYPHS,
    color: options.color === true,
    clock: options.clock ?? UTC_CLOCK,
    label,
  };
  const recordLabel = labelsOfHops(
    explanation.hops.map(({ hop }) => hop),
    label,
  );
  const parts = [
    headLines(explanation, style),
    explanation.dossier === undefined
      ? []
      : dossierCard(explanation.dossier, style, { isHeaded: true, ...methodOf(explanation) }),
    part('HOPS', hopLines(explanation, style)),
    part(
      'LINKS',
      explanation.links.flatMap((link) => linkLines(link, style)),
    ),
    part(
      'SUMS',
      explanation.sums.flatMap((sum) => sumLines(sum, explanation, style)),
    ),
    part('AGAINST', explanation.against.flatMap(item)),
    part(
      'BLIND',
      foldedGaps(explanation.gaps).flatMap(({ gap, count, blocks }) =>
        item(
          `${gap.host === '-' ? '' : `${label(gap.host)}: `}${readableTimes(gap.what, style.clock)}${count === 1 ? '' : `, ${count} times`}; ${gap.so}${blocks.length === 0 ? '' : ` (weakens ${blocks.join(', ')})`}`,
        ),
      ),
    ),
    part('STRONGER', explanation.stronger.flatMap(item)),
    part('REFUTED', explanation.refuted.flatMap(item)),
    part(
      'RECORDS',
      explanation.records.flatMap((record) => recordLines(record, { ...style, label: recordLabel })),
    ),
    explanation.record === undefined ? [] : wholeRecord(explanation.record, style),
  ];
  const text = defang(
    `${parts
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`,
  );
  return isAscii ? asciiOnly(text) : text;
}

/** How the subscription came, as its hop tells it. */
function methodOf({ hops: [first] }: Explanation): { readonly method?: string } {
  return first === undefined ? {} : { method: methodName(first.hop.method) };
}

function part(word: string, lines: readonly string[]): readonly string[] {
  return section(word, lines.at(-1) === '' ? lines.slice(0, -1) : lines);
}

const ROOM = COLUMNS - MARGIN;

/** One statement, its further lines indented. */
function item(text: string): string[] {
  return wrap(escapeTerminal(text), ROOM - 2).map((line, index) => (index === 0 ? line : `  ${line}`));
}

function headLines(explanation: Explanation, style: TextStyle): string[] {
  const { level, id, score, confidence, kind, title, askedAs, partOf, hops, gaps, records } = explanation;
  const hasTimes = hops.length + gaps.length + records.length > 0;
  const mark = level === undefined ? kind.toUpperCase() : severity(level, style);
  const plain = level === undefined ? kind : `${style.glyphs.mark[level]} ${level}`;
  const right = [
    score === undefined ? '' : `score ${score}`,
    confidence === undefined ? '' : `confidence ${confidence.toFixed(2)}`,
  ]
    .filter((word) => word !== '')
    .join('    ');
  const gap = ' '.repeat(Math.max(2, COLUMNS - widthOf(plain) - 2 - id.length - right.length));
  return [
    `${mark}  ${id}${right === '' ? '' : `${gap}${right}`}`,
    ...(askedAs === undefined ? [] : [`  ${escapeTerminal(askedAs)} is a superseded id of this ${kind}`]),
    ...(partOf.length === 0 ? [] : paragraph(`part of incident ${partOf.join(', ')}`, 2)),
    ...(hasTimes ? [`  all times ${style.clock.zone}`] : []),
    '',
    ...paragraph(`${title}.`, 2),
  ];
}

function hopLines({ hops }: Explanation, style: TextStyle): string[] {
  return hops.flatMap(({ id, hop, time, observed, links }) => [
    ...hopLine(hop, 0, style)
      .map((line) => line.slice(2))
      .flatMap((line) => cutLine(line)),
    ...item(
      `  ${id}, ${style.clock.stamp(time)}, ${observed ? 'both ends observed' : hop.strength === 'inferred' ? 'inferred' : 'one end observed'}; the least of ${links.length === 0 ? 'no link' : links.join(', ')}`,
    ),
  ]);
}

/** A hop fills the page by itself; beside the margin it may have to be broken. */
function cutLine(line: string): string[] {
  return widthOf(line) <= ROOM ? [line] : wrap(line, ROOM);
}

function linkLines(link: ExplainedLink, style: TextStyle): string[] {
  const lines = [
    ...item(`${link.claim}  ${link.confidence.toFixed(2)}${link.inferred ? ', inferred' : ''}  ${link.id}`),
    ...(link.ties.length === 0 ? [] : item(`  ties ${link.ties.join(', ')}`)),
    ...item(`  = ${link.arithmetic}`),
  ];
  for (const join of link.joins) {
    const rivals = (join.rivals ?? 0) === 0 ? '' : `, ${plural(join.rivals ?? 0, 'rival')}`;
    const head = `  ${pad(join.join, 4)} ${pad(join.strength, 8)} ${join.w.toFixed(2)}  `;
    const text = wrap(escapeTerminal(`${join.text}${rivals} ${cites(join.records)}`.trimEnd()), ROOM - head.length);
    lines.push(...text.map((line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line));
  }
  for (const missing of link.missing) {
    lines.push(...item(`  missing  ${missing.what} of ${style.label(missing.host)}: ${missing.text} (x 0.80)`));
  }
  return [...lines, ''];
}

function cites(records: readonly number[]): string {
  return records.length === 0 ? '' : `[${records.join(', ')}]`;
}

function sumLines(sum: ExplainedSum, explanation: Explanation, style: TextStyle): string[] {
  const name = sum.analytic === undefined ? sum.kind : `finding ${sum.analytic}`;
  const isHead = sum.id === explanation.id;
  const head = item(`${name}${isHead ? '' : ` ${sum.id}`}  ${sum.level} ${sum.score}${isHead ? '' : `: ${sum.title}`}`);
  if (sum.terms.length === 0) return [...head, '  the sum of its subscription', ''];
  const total = sum.terms.reduce((points, term) => points + Math.round(term.points * 100), 0) / 100;
  return [
    ...head,
    ...sum.terms.flatMap(termLines),
    `  ${points(sum.score).padStart(8)}  ${severity(sum.level, style)}${total === sum.score ? '' : `, ${points(total)} rounded and held within 0 and 100`}`,
    '',
  ];
}

function termLines(term: ExplainedTerm): string[] {
  const member = term.member === undefined ? '' : ` (${term.member})`;
  const head = `  ${signed(term.points).padStart(8)}  ${pad(term.code, 6)} `;
  const text = wrap(escapeTerminal(`${term.text}${member} ${cites(term.records)}`.trimEnd()), ROOM - head.length);
  return text.map((line, index) => (index === 0 ? head : ' '.repeat(head.length)) + line);
}

function points(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function signed(value: number): string {
  return value < 0 ? `- ${points(-value)}` : `+ ${points(value)}`;
}

function recordLines({ number, host, words, evidence }: ExplainedRecord, style: TextStyle): string[] {
  const untimed = evidence.repository === undefined ? 'no time' : '';
  const time = evidence.time === undefined ? untimed : style.clock.stamp(evidence.time);
  const id = evidence.recordId === undefined ? '' : ` record ${evidence.recordId}`;
  const where = evidence.offset === undefined ? '' : ` at ${hex(evidence.offset)}`;
  const name = host === undefined ? '' : `${style.label(host)}  `;
  const lines = [
    ...item(`[${number}] ${time}${time === '' ? '' : '  '}${name}${recordKind(evidence)}${id}: ${words}`),
    ...wrap(escapeTerminal(`${placeName(evidence)}${where}`), ROOM - 4).map((line) => `    ${line}`),
  ];
  const command = dumpCommand(evidence);
  if (command !== undefined) lines.push(`    ${escapeTerminal(command)}`);
  return lines;
}

/** One record, every field of it. */
function wholeRecord(record: RecordLine, style: TextStyle): readonly string[] {
  const fields: (readonly [string, string])[] = [
    ['Computer', record.hostRaw],
    ['Channel', record.channel],
    ...(record.object === undefined ? [['Provider', record.provider] as const] : []),
    ['EventID', String(eventIdOf(record) ?? '')],
    ...(record.recordId === undefined ? [] : [['EventRecordID', String(record.recordId)] as [string, string]]),
    ...(record.time === undefined ? [] : [['Time', style.clock.stamp(record.time)] as [string, string]]),
    ...Object.entries(record.system),
    ...objectFields(record).filter(([, value]) => value !== ''),
    ...Object.entries(record.data),
  ];
  const lines = fields
    .filter(([name, value]) => name !== 'EventID' || value !== '')
    .flatMap(([name, value]) => {
      const head = `${pad(escapeTerminal(name.slice(0, 40)), 24)}  `;
      const room = Math.max(20, ROOM - widthOf(head));
      return wrapBlock(value, room).map((line, index) => (index === 0 ? head : ' '.repeat(widthOf(head))) + line);
    });
  return part('RECORD', lines);
}
