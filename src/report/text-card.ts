import type { CandidateLogon } from '../entities/index.ts';
import { type Dossier, isDeclaredOnly, type Term, type Verdict } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';
import { distinctRecords, recordKind, sourcesOf } from './channel-names.ts';
import { orLater } from './clock.ts';
import { dumpCommand, tellingRecord } from './evidence-address.ts';
import { namedText } from './host-label.ts';
import { SEEN_IN } from './seen-in.ts';
import { dossierSentence } from './sentence.ts';
import { DOSSIER_TECHNIQUE } from './techniques.ts';
import { COLUMNS, count, cut, escapeTerminal, pad, plural, widthOf, wrap, wrapBlock } from './terminal.ts';
import { paragraph, severity, spread, type TextStyle } from './text-page.ts';
import { duration, timelineOf } from './timeline.ts';

/** A card cuts a payload at this many lines (SETTLED A30). */
const MAX_PAYLOAD_LINES = 12;
const MAX_TIMELINE_ROWS = 24;
const MAX_CANDIDATES = 6;
const MAX_LAYERS = 3;
const MAX_OTHERS = 3;
/** Text beyond this is not laid out: what is shown is cut at twelve lines anyway. */
const MAX_LAID_OUT = 65_536;
/** Columns before the text of a tree's row. */
const TREE = 15;

/** How a card stands in what tells of it. */
export interface DossierCardView {
  /** True where level, id and sentence stand above it already. */
  readonly isHeaded?: boolean;
  /** "WMI over DCOM", where a hop tells how it came. */
  readonly method?: string;
}

/** One subscription, whole: sentence, life, parts, candidates, sum, and the command that shows its record again. */
export function dossierCard(dossier: Dossier, style: TextStyle, view: DossierCardView = {}): string[] {
  const { glyphs, label } = style;
  const head = `${severity(dossier.verdict.level, style)}  ${dossier.id}`;
  const score = `score ${dossier.verdict.score}`;
  const gap =
    COLUMNS - widthOf(`${glyphs.mark[dossier.verdict.level]} ${dossier.verdict.level}  ${dossier.id}`) - score.length;
  return [
    ...(view.isHeaded === true
      ? []
      : [
          glyphs.rule.repeat(COLUMNS),
          head + ' '.repeat(Math.max(2, gap)) + score,
          '',
          ...paragraph(`${dossierSentence(dossier, label)}.`, 2),
          '',
        ]),
    ...pathLines(dossier, style, view.method),
    ...timelineLines(dossier, style),
    ...subscriptionTree(dossier, style),
    '',
    ...candidateLines(dossier.origin.candidates, style),
    ...sumLines('verdict', dossier.verdict, style),
    `  ATT&CK    ${DOSSIER_TECHNIQUE}`,
    ...dossier.notes.flatMap((note, index) => paragraph(`${index === 0 ? 'note      ' : '          '}${note}`, 2, 12)),
    ...recordLines(dossier.evidence),
  ];
}

/** Source, arrow and target where it came from another machine: solid for an exact or strong join, else dashed. */
function pathLines(dossier: Dossier, style: TextStyle, method = 'remote logon'): string[] {
  const { origin } = dossier;
  if (origin.kind !== 'remote') return [];
  const isObserved = origin.source !== undefined && (origin.strength === 'exact' || origin.strength === 'strong');
  const [from, to] = isObserved ? style.glyphs.solid : style.glyphs.dashed;
  const source =
    [origin.source?.host === undefined ? undefined : style.label(origin.source.host), origin.source?.address]
      .filter((part) => part !== undefined)
      .join('  ') || `one of ${plural(origin.candidates.length, 'source')}`;
  const how = [method, origin.account === undefined ? '' : `as ${origin.account}`, origin.strength ?? ''];
  const edge = how.filter((part) => part !== '').join(', ');
  return [...paragraph(`${source}  ${from}  ${edge}  ${to}  ${style.label(dossier.host)}`, 2, 4), ''];
}

function timelineLines(dossier: Dossier, style: TextStyle): string[] {
  const { clock } = style;
  const rows = timelineOf(dossier);
  if (rows.length === 0) return [];
  const lines: string[] = [];
  let day = '';
  for (const row of rows.slice(0, MAX_TIMELINE_ROWS)) {
    const rowDay = clock.day(row.time);
    if (rowDay !== day) {
      lines.push(`  ${rowDay}`);
      day = rowDay;
    }
    const strength = row.strength === 'witnessed' ? '' : ` (${row.strength})`;
    const until = row.until === undefined ? '' : `; at this time or later, by ${clock.stamp(row.until)}`;
    const source = cut(escapeTerminal(sourcesOf(row.evidence)), 24, style.glyphs.ellipsis);
    const start = `  ${clock.timeOfDay(row.time)}  ${pad(source, 24)}  `;
    const text = wrap(escapeTerminal(`${row.text}${until}${strength}`), COLUMNS - start.length);
    lines.push(...text.map((line, index) => (index === 0 ? start : ' '.repeat(widthOf(start))) + line));
  }
  if (rows.length > MAX_TIMELINE_ROWS) lines.push(`  and ${plural(rows.length - MAX_TIMELINE_ROWS, 'more step')}`);
  return [...lines, ''];
}

interface Branch {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Filter, binding, consumer, decoded layers, creator and baseline of one subscription. */
export function subscriptionTree(dossier: Dossier, style: TextStyle): string[] {
  const { glyphs, clock } = style;
  const basis = dossier.namespaceBasis === 'assumed' ? ' (assumed)' : '';
  const at = dossier.stateAt === undefined ? '' : ` at ${clock.minute(dossier.stateAt)}`;
  const state = dossier.state === 'unknown' ? 'state unknown' : `${dossier.state}${at}`;
  const title = escapeTerminal(`  SUBSCRIPTION on ${style.label(dossier.host)}, ${dossier.namespace}${basis}`);
  const branches: Branch[] = [
    { name: 'filter', lines: filterLines(dossier) },
    ...timerBranches(dossier),
    { name: 'binding', lines: bindingLines(dossier) },
    { name: 'consumer', lines: consumerLines(dossier, style) },
    ...decodedBranches(dossier, style),
    ...otherBranches(dossier, style),
    ...conflictBranches(dossier),
    { name: 'creator', lines: creatorLines(dossier) },
    { name: 'known?', lines: knownLines(dossier) },
  ];
  const drawn = branches.flatMap(({ name, lines }, index) => {
    const isLast = index === branches.length - 1;
    return lines.map((line, row) => {
      const stem = row === 0 ? (isLast ? glyphs.last : glyphs.branch) : isLast ? '  ' : glyphs.pipe;
      return `  ${stem} ${pad(row === 0 ? name : '', TREE - 5)}${line}`.trimEnd();
    });
  });
  return [spread(title, state, style), ...drawn];
}

const ROOM = COLUMNS - TREE;

function text(value: string): string[] {
  return wrap(escapeTerminal(value), ROOM);
}

/** At most twelve lines of a text, then how many are left (SETTLED A30). */
function block(value: string): string[] {
  const lines = wrapBlock(value.slice(0, MAX_LAID_OUT), ROOM);
  const beyond = value.length > MAX_LAID_OUT ? value.length - MAX_LAID_OUT : 0;
  if (lines.length <= MAX_PAYLOAD_LINES && beyond === 0) return lines;
  const left = Math.max(0, lines.length - MAX_PAYLOAD_LINES);
  const more = beyond === 0 ? '' : ` and ${plural(beyond, 'character')}`;
  return [...lines.slice(0, MAX_PAYLOAD_LINES), `(${plural(left, 'more line')}${more}; --format json has it whole)`];
}

function filterLines(dossier: Dossier): string[] {
  const { filter } = dossier;
  const name = filter.name ?? 'not seen';
  const sentence = filter.trigger === undefined ? '' : `  ${filter.trigger.sentence}`;
  const lines = text(`${name}${sentence}`);
  if (filter.query !== undefined) lines.push(...block(filter.query));
  if (filter.eventNamespace !== undefined && filter.eventNamespace !== dossier.namespace) {
    lines.push(...text(`listens in ${filter.eventNamespace}`));
  }
  return lines;
}

function bindingLines(dossier: Dossier): string[] {
  const { binding } = dossier;
  if (binding === undefined) return ['none seen: an orphan does not run'];
  if (binding.inferred) {
    return [isDeclaredOnly(dossier) ? 'declared in a MOF file' : 'inferred: no record binds the two parts'];
  }
  return text(`seen in ${sourceWords(dossier)}`);
}

function sourceWords(dossier: Dossier): string {
  return listed(dossier.seenIn.map((source) => SEEN_IN[source]));
}

function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function consumerLines(dossier: Dossier, style: TextStyle): string[] {
  const { consumer } = dossier;
  const lines = text(`${consumer.name ?? 'not seen'}  ${consumer.class ?? 'class not seen'}`);
  if (consumer.payload !== undefined) lines.push(...block(consumer.payload));
  const shown = Object.entries(consumer.properties).filter(
    ([key, value]) => value !== '' && value !== consumer.payload && key !== 'Name' && key !== 'CreatorSID',
  );
  for (const [key, value] of shown.slice(0, 12)) {
    lines.push(cut(escapeTerminal(`with ${key} = ${value.slice(0, 400)}`), ROOM, style.glyphs.ellipsis));
  }
  if (shown.length > 12) lines.push(`and ${plural(shown.length - 12, 'more property', 'more properties')}`);
  return lines;
}

function decodedBranches(dossier: Dossier, style: TextStyle): Branch[] {
  const { decoded, indicators } = dossier.consumer;
  const branches: Branch[] = decoded.slice(0, MAX_LAYERS).map((layer) => ({
    name: 'decoded',
    lines: [...text(`layer ${layer.depth}, ${layer.operation}`), ...block(layer.text)],
  }));
  if (decoded.length > MAX_LAYERS) {
    branches.push({ name: 'decoded', lines: [`and ${plural(decoded.length - MAX_LAYERS, 'more layer')}`] });
  }
  if (indicators.length > 0) {
    const values = indicators.slice(0, 8).map(({ kind, value }) => {
      return cut(escapeTerminal(`${pad(kind, 9)} ${value}`), ROOM, style.glyphs.ellipsis);
    });
    if (indicators.length > 8) values.push(`and ${count(indicators.length - 8)} more`);
    branches.push({ name: 'names', lines: values });
  }
  return branches;
}

/** Other content under the same names: before a change, or where sources disagree (C13). */
function otherBranches(dossier: Dossier, style: TextStyle): Branch[] {
  const branches: Branch[] = dossier.otherContents.slice(0, MAX_OTHERS).map((other) => {
    const word = other.kind === 'earlier' ? 'until' : 'by another source, until';
    const known = other.benign ? ', on the baseline' : '';
    return {
      name: other.kind === 'earlier' ? 'earlier' : 'other',
      lines: [
        ...text(`${other.part} ${word} ${style.clock.stamp(other.lastSeen)}${orLater(other.lastSeenIsBound)}${known}`),
        ...block(other.payload ?? other.query ?? ''),
      ],
    };
  });
  const left = dossier.otherContents.length - MAX_OTHERS;
  if (left > 0) branches.push({ name: 'other', lines: [`and ${plural(left, 'more content')}`] });
  return branches;
}

/** The timer for which the filter waits. */
function timerBranches({ timer }: Dossier): Branch[] {
  if (timer === undefined) return [];
  const every = timer.intervalMs === undefined ? '' : `  every ${duration(timer.intervalMs)}`;
  const where = timer.namespace === undefined ? '' : ` in ${timer.namespace}`;
  return [{ name: 'timer', lines: text(`${timer.timerId}${every}  ${timer.class}${where}`) }];
}

/** What sources do not agree on, each with its value. */
function conflictBranches({ conflicts }: Dossier): Branch[] {
  return conflicts.slice(0, MAX_OTHERS).map(({ property, values }) => ({
    name: 'differs',
    lines: [
      ...text(`${property} is not the same in ${listed(values.map(({ source }) => SEEN_IN[source]))}`),
      ...values.flatMap(({ source, value }) => block(`${SEEN_IN[source]}: ${value ?? 'not set'}`)),
    ],
  }));
}

function creatorLines(dossier: Dossier): string[] {
  const { creator, origin } = dossier;
  const who = [creator.account, creator.sid].filter((part) => part !== undefined);
  const lines = text(who.length === 0 ? 'unknown' : who.join('   '));
  if (origin.process?.image !== undefined) {
    const pid = origin.process.pid === undefined ? '' : `, process ${origin.process.pid}`;
    lines.push(...text(`written by ${origin.process.image}${pid}`));
    if (origin.process.commandLine !== undefined) lines.push(...block(origin.process.commandLine));
  }
  if (dossier.attackTool !== undefined) lines.push(...text(`has the fingerprint of ${dossier.attackTool}`));
  return lines;
}

function knownLines(dossier: Dossier): string[] {
  const { baseline } = dossier;
  if (baseline.known) return text(`yes: the content is that of ${baseline.nearest ?? 'a baseline entry'}`);
  if (baseline.nearest === undefined) return ['no'];
  const likeness = baseline.likeness === undefined ? '' : `, ${baseline.likeness.toFixed(2)} alike`;
  return text(`no: the nearest baseline entry is ${baseline.nearest}${likeness}`);
}

/** Remote logons that may have carried the act, each with the join that says so and its strength (L9). */
export function candidateLines(candidates: readonly CandidateLogon[], style: TextStyle): string[] {
  const lines = candidates.slice(0, MAX_CANDIDATES).flatMap((candidate, index) => {
    const from = [candidate.workstation, candidate.address].filter((part) => part !== undefined && part !== '');
    const ports = candidate.ports.length === 0 ? '' : `, port ${candidate.ports.slice(0, 4).join(', ')}`;
    const where = from.length === 0 ? 'from an unknown place' : `from ${from.join(', ')}`;
    const when = style.clock.stamp(candidate.time);
    return paragraph(
      `${index === 0 ? 'came by   ' : '          '}${candidate.strength} (${candidate.join})  ${candidate.account} ${where}${ports}, logon ${candidate.logonId}, ${when}`,
      2,
      12,
    );
  });
  if (candidates.length > MAX_CANDIDATES) {
    lines.push(`            and ${plural(candidates.length - MAX_CANDIDATES, 'more remote logon')}`);
  }
  return lines;
}

/** The sum, so that a reader can redo it (L12). */
export function sumLines(word: string, verdict: Verdict, style: TextStyle): string[] {
  const lines = verdict.terms.flatMap((term, index) => {
    const start = `  ${pad(index === 0 ? word : '', 10)}${signed(term, index).padStart(5)}  ${pad(term.code, 5)} `;
    const wrapped = wrap(escapeTerminal(namedText(term.text, style.label)), COLUMNS - start.length);
    return wrapped.map((line, row) => (row === 0 ? start : ' '.repeat(start.length)) + line);
  });
  const total = verdict.terms.reduce((sum, term) => sum + term.points, 0);
  const held = total === verdict.score ? '' : `, ${total} held within 0 and 100`;
  const start = `  ${pad(verdict.terms.length === 0 ? word : '', 10)}`;
  lines.push(`${start}${`= ${verdict.score}`.padStart(5)}  ${severity(verdict.level, style)}${held}`);
  return lines;
}

function signed(term: Term, index: number): string {
  if (term.points < 0) return `- ${-term.points}`;
  return index === 0 ? String(term.points) : `+ ${term.points}`;
}

/** How many records stand behind it, and the command that shows the first of them again (SETTLED A32). */
export function recordLines(evidence: readonly Evidence[]): string[] {
  const records = distinctRecords(evidence);
  const first = tellingRecord(records);
  if (first === undefined) return [];
  const id = first.recordId === undefined ? '' : ` record ${first.recordId}`;
  const name = first.channel === undefined ? '' : recordKind(first);
  const rest = records.length === 1 ? name : `${plural(records.length, 'record')}, one of them ${name}`;
  return [...paragraph(`again     ${rest}${id}:`, 2, 12), `            ${escapeTerminal(dumpCommand(first) ?? '')}`];
}
