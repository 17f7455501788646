import type { Finding } from '../analytics/index.ts';
import type { Hop, Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import { sourcesOf } from './channel-names.ts';
import { hopPicture, isPossible, LEAST_DRAWN, methodName, sourceName, sureWords } from './drawing/hop-picture.ts';
import { labelsOfHops } from './host-label.ts';
import { membersOf } from './members.ts';
import { compareText } from './record-line.ts';
import type { ToldParts } from './result.ts';
import { storyOf } from './story.ts';
import { shownTechniques } from './techniques.ts';
import { COLUMNS, cut, escapeTerminal, pad, plural, widthOf, wrap } from './terminal.ts';
import { subscriptionTree } from './text-card.ts';
import { paragraph, severity, type TextStyle } from './text-page.ts';
import { duration } from './timeline.ts';

/** Bounds of one card; the rest is counted, and explain has it whole (SETTLED A30). */
const MAX_HOPS = 12;
const MAX_STORY = 24;
const MAX_TREES = 3;
const MAX_NOTES = 3;
const MAX_CANDIDATES = 4;
/** Command lines, and lines of each. */
const MAX_COMMANDS = 8;
const MAX_COMMAND_LINES = 4;
const MAX_LAID_OUT = 1200;
/** Columns of a host, at most, and of its sources in a dated line. */
const MAX_HOST = 15;
const SOURCES = 20;

/** One incident as a person would tell it: sentence, hops, dated lines, its subscriptions, what to call it in ATT&CK. */
export function incidentCard(incident: Incident, result: ToldParts, style: TextStyle): string[] {
  const { dossiers, findings } = membersOf(incident, result);
  const trees = dossiers.slice(0, MAX_TREES).flatMap((dossier) => [...treeOf(dossier, style), '']);
  if (dossiers.length > MAX_TREES) {
    trees.push(
      `  and ${plural(dossiers.length - MAX_TREES, 'more subscription')} of this incident: ${wholeIn(incident, style)}`,
      '',
    );
  }
  return [
    style.glyphs.rule.repeat(COLUMNS),
    headline(incident, style),
    '',
    ...paragraph(`${incident.title}.`, 2),
    '',
    ...hopLines(incident, style),
    ...storyLines(incident, result, style),
    ...commandLines(findings, style),
    ...trees,
    ...(incident.attack.length === 0
      ? []
      : paragraph(`ATT&CK    ${shownTechniques(incident.attack, result).join('  ')}`, 2, 12)),
    `  why       ${wholeIn(incident, style)} has the sum of its score and the arithmetic of each link`,
    ...(incident.isCut
      ? ['  note      this incident reached the greatest number of members; another one goes on from it']
      : []),
  ];
}

function wholeIn({ id }: Incident, { whole }: TextStyle): string {
  return whole ?? `triad explain ${id}`;
}

function headline(incident: Incident, style: TextStyle): string {
  const { level, id, score, confidence } = incident;
  const left = `${style.glyphs.mark[level]} ${level}  ${id}`;
  const sure = confidence === undefined ? '' : `    confidence ${confidence.toFixed(2)}`;
  const right = `score ${score}${sure}`;
  return `${severity(level, style)}  ${id}${' '.repeat(Math.max(2, COLUMNS - widthOf(left) - right.length))}${right}`;
}

function treeOf(dossier: Dossier, style: TextStyle): string[] {
  const notes = dossier.notes
    .slice(0, MAX_NOTES)
    .flatMap((note, index) => paragraph(`${index === 0 ? 'note      ' : '          '}${note}`, 2, 12));
  return [...subscriptionTree(dossier, style), ...notes];
}

/** What is possible enough to be told, calls of one kind between two hosts in one line (SETTLED C17). */
function hopLines(incident: Incident, style: TextStyle): string[] {
  const { edges } = hopPicture(incident.edges, style.label);
  const calls = edges.flatMap((edge) =>
    edge.hops[0] === undefined ? [] : [{ hop: edge.hops[0], count: edge.count, sure: sureWords(edge) }],
  );
  if (calls.length === 0) return [];
  const left = Math.max(
    ...calls.map(({ hop }) => widthOf(endText(sourceName(hop, style.label), hop.source.address, hop))),
  );
  const shown = calls.slice(0, MAX_HOPS);
  const lines = shown.flatMap(({ hop, count, sure }) => hopLine(hop, Math.min(left, 32), style, { count, sure }));
  if (calls.length > MAX_HOPS) lines.push(`  and ${plural(calls.length - MAX_HOPS, 'more kind')} of calls`);
  const weak = incident.edges.filter(({ confidence }) => confidence < LEAST_DRAWN).length;
  if (weak > 0)
    lines.push(
      `  and ${plural(weak, 'hop')} under ${LEAST_DRAWN.toFixed(2)}: ${style.whole ?? 'triad explain'} lists them`,
    );
  return [...lines, ...clockLines(incident.edges, style), ''];
}

function endText(name: string, address: string | undefined, hop: Hop): string {
  const isNamed = hop.source.host !== undefined || hop.source.address !== undefined;
  return escapeTerminal(address === undefined || !isNamed || name === address ? name : `${name}  ${address}`);
}

/** How many calls a line is of, and how sure they are. */
interface Calls {
  readonly count: number;
  readonly sure: string;
}

/** Source, arrow with how and how sure, target: on one line where it fits, else the arrow begins the next. */
export function hopLine(
  hop: Hop,
  width: number,
  style: TextStyle,
  { count, sure }: Calls = { count: 1, sure: hop.confidence.toFixed(2) },
): string[] {
  const [from, to] = isPossible(hop) ? style.glyphs.dashed : style.glyphs.solid;
  const source = endText(sourceName(hop, style.label), hop.source.address, hop);
  const who = hop.account === undefined ? '' : `, as ${escapeTerminal(hop.account)}`;
  const times = count === 1 ? '' : `, ${count} times`;
  const how = `${from}  ${methodName(hop.method)}${who}${times}  ${sure}  ${to}`;
  const name = style.label(hop.target.host);
  const target = escapeTerminal(
    hop.target.address === undefined || name === hop.target.address ? name : `${name}  ${hop.target.address}`,
  );
  const one = `  ${pad(source, width)}  ${how}  ${target}`;
  const lines =
    widthOf(one) <= COLUMNS
      ? [one]
      : [
          ...wrap(source, COLUMNS - 2).map((line) => `  ${line}`),
          ...wrap(`${how}  ${target}`, COLUMNS - 6).map((line) => `      ${line}`),
        ];
  return [...lines, ...candidateLines(hop, style)];
}

/** Sources that cannot be told apart are all listed (L9). */
function candidateLines(hop: Hop, style: TextStyle): string[] {
  const candidates = hop.candidates ?? [];
  if (candidates.length === 0) {
    const claimed = hop.source.claimedName;
    return claimed === undefined ? [] : paragraph(`it calls itself ${claimed}`, 6);
  }
  const names = candidates
    .slice(0, MAX_CANDIDATES)
    .map(
      ({ host, address, strength }) =>
        `${host === undefined ? (address ?? 'unknown') : style.label(host)} (${strength})`,
    );
  const more = candidates.length > MAX_CANDIDATES ? ` and ${candidates.length - MAX_CANDIDATES} more` : '';
  return paragraph(`candidates: ${names.join(', ')}${more}`, 6);
}

/** Clocks that differ are said with their error; times stay as recorded (L4, SETTLED C4). */
function clockLines(hops: readonly Hop[], style: TextStyle): string[] {
  const told = new Map<string, string>();
  for (const { clock } of hops) {
    if (clock === undefined) continue;
    const { a, b, offsetMs, errorMs, pairs } = clock;
    const [ahead, behind] = offsetMs >= 0 ? [b, a] : [a, b];
    const sign = style.glyphs.ellipsis === '…' ? '±' : '+-';
    const differ =
      Math.round(offsetMs) === 0
        ? `${style.label(a)} and ${style.label(b)} agree`
        : `${style.label(ahead)} is ${duration(Math.abs(offsetMs))} ahead of ${style.label(behind)}`;
    told.set(
      `${a}\u0000${b}`,
      `clocks    ${differ}, ${sign} ${duration(errorMs)} by ${plural(pairs, 'connection')}; times are as recorded`,
    );
  }
  return [...told.values()].flatMap((line) => paragraph(line, 2, 12));
}

function storyLines(incident: Incident, result: ToldParts, style: TextStyle): string[] {
  const label = labelsOfHops(incident.edges, style.label);
  const story = storyOf(incident, result, label);
  if (story.length === 0) return [];
  const lines: string[] = [];
  const shown = story.slice(0, MAX_STORY);
  const hostWidth = Math.min(MAX_HOST, Math.max(...shown.map(({ host }) => widthOf(escapeTerminal(label(host))))));
  let day = '';
  for (const { time, until, host, text, evidence } of shown) {
    const lineDay = style.clock.day(time);
    if (lineDay !== day) {
      lines.push(`  ${lineDay}`);
      day = lineDay;
    }
    const name = cut(escapeTerminal(label(host)), hostWidth, style.glyphs.ellipsis);
    const sources = cut(escapeTerminal(sourcesOf(evidence)), SOURCES, style.glyphs.ellipsis);
    const start = `  ${style.clock.timeOfDay(time)}  ${pad(name, hostWidth)}  ${pad(sources, SOURCES)}  `;
    const by = until === undefined ? '' : `; at this time or later, by ${style.clock.stamp(until)}`;
    const words = wrap(escapeTerminal(`${text}${by}`), COLUMNS - widthOf(start));
    lines.push(...words.map((line, index) => (index === 0 ? start : ' '.repeat(widthOf(start))) + line));
  }
  if (story.length > MAX_STORY)
    lines.push(`  and ${plural(story.length - MAX_STORY, 'more line')}: ${style.whole ?? 'triad explain'} has all`);
  return [...lines, ''];
}

/** What ran, each command line once, in order of time. */
function commandLines(findings: readonly Finding[], style: TextStyle): string[] {
  const commands = new Map<string, string>();
  const timed = findings.toSorted((a, b) => compareText(a.time, b.time) || compareText(a.id, b.id));
  for (const { process } of timed) {
    const command = process?.commandLine;
    if (process === undefined || command === undefined || commands.has(command)) continue;
    commands.set(command, process.pid === undefined ? '' : `process ${process.pid}: `);
  }
  if (commands.size === 0) return [];
  const lines = [...commands].slice(0, MAX_COMMANDS).flatMap(([command, who], index) => {
    const word = pad(index === 0 ? 'ran' : '', 10);
    const all = paragraph(`${word}${who}${command.slice(0, MAX_LAID_OUT).toWellFormed()}`, 2, 12);
    const isCut = all.length > MAX_COMMAND_LINES || command.length > MAX_LAID_OUT;
    return isCut ? [...all.slice(0, MAX_COMMAND_LINES), `            ${style.glyphs.ellipsis}`] : all;
  });
  if (commands.size > MAX_COMMANDS)
    lines.push(`            and ${plural(commands.size - MAX_COMMANDS, 'more command')}`);
  return [...lines, ''];
}

/** Lower incidents, one line each: level, id, what, how sure. */
export function alsoLine(incident: Incident, style: TextStyle): string[] {
  const sure = incident.confidence === undefined ? '' : `  ${incident.confidence.toFixed(2)}`;
  const head = `${pad(`${style.glyphs.mark[incident.level]} ${incident.level.toUpperCase()}`, 10)}  ${incident.id}  `;
  const painted = `${severity(incident.level, style)}${' '.repeat(Math.max(0, 10 - widthOf(`${style.glyphs.mark[incident.level]} ${incident.level}`)))}  ${incident.id}  `;
  const room = COLUMNS - 10 - widthOf(head) - sure.length;
  const [first = '', ...more] = wrap(escapeTerminal(incident.title), room);
  return [
    `${painted}${pad(first, room)}${sure}`.trimEnd(),
    ...more.map((line) => `${' '.repeat(widthOf(head))}${line}`),
  ];
}
