import { recordKind } from '../channel-names.ts';
import { dumpCommand, hex, placeName } from '../evidence-address.ts';
import { foldedGaps } from '../folded-gaps.ts';
import { type HostLabels, labelsOfHops } from '../host-label.ts';
import { markdownCode, markdownFence, markdownList, markdownScript, markdownTable, markdownText } from '../markdown.ts';
import { sentenceCase } from '../terminal.ts';
import type { ExplainedLink, ExplainedRecord, ExplainedSum, Explanation } from './explanation.ts';

/** `--format md` of explain, and the parts of a report in Markdown that argue. */
export function renderExplanationMarkdown(explanation: Explanation, label: HostLabels): string {
  const { kind, id, level, score, confidence, title, askedAs, partOf } = explanation;
  const facts = [
    level === undefined ? '' : `**${level}**`,
    score === undefined ? '' : `score ${score}`,
    confidence === undefined ? '' : `confidence ${confidence.toFixed(2)}`,
    partOf.length === 0 ? '' : `part of incident ${partOf.join(', ')}`,
    askedAs === undefined ? '' : `asked for as ${markdownCode(askedAs)}, a superseded id`,
  ].filter((fact) => fact !== '');
  return `${[
    `# ${sentenceCase(kind)} ${id}`,
    ...(facts.length === 0 ? [] : [facts.join(', ')]),
    `${markdownText(title)}.`,
    ...argumentSections(explanation, label),
    ...(explanation.record === undefined
      ? []
      : ['## Record', markdownFence(JSON.stringify(explanation.record, undefined, 2), 'json')]),
  ].join('\n\n')}\n`;
}

/** Hops, links, sums, what speaks against it, gaps, what would change it, and the records. */
export function argumentSections(explanation: Explanation, label: HostLabels): string[] {
  const { hops, links, sums, against, gaps, stronger, refuted, records } = explanation;
  const recordLabel = labelsOfHops(
    hops.map(({ hop }) => hop),
    label,
  );
  const listed = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : [`## ${title}`, markdownList(items)];
  return [
    ...listed(
      'Hops',
      hops.map(
        ({ id, hop, sentence, time, confidence, observed }) =>
          `${time} ${markdownText(sentence)}, ${confidence.toFixed(2)}, ${observed ? 'both ends observed' : hop.strength === 'inferred' ? 'inferred' : 'one end observed'} (${id})`,
      ),
    ),
    ...(links.length === 0 ? [] : ['## How sure', ...links.map((link) => linkMarkdown(link, label))]),
    ...(sums.length === 0 ? [] : ['## Why this level', ...sums.map(sumMarkdown)]),
    ...listed('What speaks against it', against.map(markdownText)),
    ...listed(
      'What could not be seen',
      foldedGaps(gaps).map(({ gap, count }) =>
        markdownText(
          `${gap.host === '-' ? '' : `${label(gap.host)}: `}${gap.what}${count === 1 ? '' : `, ${count} times`}; ${gap.so}`,
        ),
      ),
    ),
    ...listed('What would make it stronger', stronger.map(markdownText)),
    ...listed('What would refute it', refuted.map(markdownText)),
    ...(records.length === 0 ? [] : ['## Records', ...records.map((record) => recordMarkdown(record, recordLabel))]),
  ];
}

function linkMarkdown(link: ExplainedLink, label: HostLabels): string {
  const rows = link.joins.map((join) => [
    join.join,
    join.strength,
    join.w.toFixed(2),
    markdownText(join.text),
    join.records.join(', '),
  ]);
  const missing = link.missing.map(({ what, host, text }) =>
    markdownText(`missing: ${what} of ${label(host)}: ${text} (x 0.80)`),
  );
  const table = rows.length === 0 ? [] : [markdownTable(['join', 'strength', 'weight', 'why', 'records'], rows)];
  return [
    `**${markdownText(link.claim)}**: ${link.inferred ? 'inferred, ' : ''}${link.arithmetic}`,
    ...(link.ties.length === 0 ? [] : [`Ties ${link.ties.join(', ')}.`]),
    ...table,
    ...(missing.length === 0 ? [] : [markdownList(missing)]),
  ].join('\n\n');
}

function sumMarkdown(sum: ExplainedSum): string {
  const name = sum.analytic === undefined ? sum.kind : `finding ${sum.analytic}`;
  const head = `**${markdownText(name)} ${sum.id}**: ${sum.level} ${sum.score}. ${markdownText(sum.title)}.`;
  if (sum.terms.length === 0) return `${head} The sum is that of its subscription.`;
  const rows = sum.terms.map((term) => [
    String(term.points),
    markdownText(term.code),
    `${markdownText(term.text)}${term.member === undefined ? '' : ` (${term.member})`}`,
    term.records.join(', '),
  ]);
  return `${head}\n\n${markdownTable(['points', 'code', 'why', 'records'], rows)}`;
}

function recordMarkdown({ number, host, words, evidence }: ExplainedRecord, label: HostLabels): string {
  const id = evidence.recordId === undefined ? '' : ` record ${evidence.recordId}`;
  const at = evidence.offset === undefined ? '' : ` at ${hex(evidence.offset)}`;
  const where = host === undefined ? '' : `${markdownText(label(host))}, `;
  const command = dumpCommand(evidence);
  return [
    `**${number}.** ${evidence.time ?? ''} ${where}${markdownText(`${recordKind(evidence)}${id}`)}: ${markdownText(words)}`,
    `From ${markdownCode(`${placeName(evidence)}${at}`)}`,
    ...(command === undefined ? [] : [markdownScript(command)]),
  ].join('\n\n');
}
