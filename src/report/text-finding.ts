import type { Finding } from '../analytics/index.ts';
import type { ToldParts } from './result.ts';
import { creditWords } from './rule-credit.ts';
import { shownTechniques } from './techniques.ts';
import { COLUMNS, cut, escapeTerminal, pad, widthOf } from './terminal.ts';
import { candidateLines, recordLines, sumLines } from './text-card.ts';
import { paragraph, severity, type TextStyle } from './text-page.ts';

const MAX_COMMAND = 1200;

/** A finding about one process, compact: what ran, as whom, from where, on what sum. */
export function findingCard(finding: Finding, result: Pick<ToldParts, 'header'>, style: TextStyle): string[] {
  const { glyphs, label, clock } = style;
  const name = `${finding.id}  ${escapeTerminal(finding.analytic ?? finding.rule?.id ?? 'rule')}`;
  const credit = creditWords(finding);
  const score = `score ${finding.score}`;
  const gap = COLUMNS - widthOf(`${glyphs.mark[finding.level]} ${finding.level}  ${name}`) - score.length;
  const lines = [
    `${severity(finding.level, style)}  ${name}${' '.repeat(Math.max(2, gap))}${score}`,
    ...paragraph(`${finding.title}.`, 2),
    ...(credit === undefined ? [] : labelled('rule', credit)),
    `  when      ${clock.stamp(finding.time)}, on ${escapeTerminal(label(finding.host))}${finding.count > 1 ? `, ${finding.count} times` : ''}`,
  ];
  const { process, attackTool } = finding;
  if (attackTool !== undefined) lines.push(...labelled('tool', `has the fingerprint of ${attackTool}`));
  if (process !== undefined) {
    const who = process.user === undefined ? '' : ` as ${process.user}`;
    const pid = process.pid === undefined ? '' : `, process ${process.pid}`;
    if (process.image !== undefined) lines.push(...labelled('process', `${process.image}${pid}${who}`));
    if (process.commandLine !== undefined) lines.push(...labelled('command', shorten(process.commandLine, style)));
    if (process.parentImage !== undefined) {
      const parentPid = process.parentPid === undefined ? '' : `, process ${process.parentPid}`;
      lines.push(...labelled('parent', `${process.parentImage}${parentPid}`));
    }
  }
  if (finding.subscriptions.length > 0) {
    lines.push(
      cut(
        `  ${pad(process === undefined ? 'about' : 'fired by', 10)}${finding.subscriptions.join(', ')}`,
        COLUMNS,
        glyphs.ellipsis,
      ),
    );
  }
  return [
    ...lines,
    ...candidateLines(finding.candidates, style),
    ...sumLines('sum', { level: finding.level, score: finding.score, terms: finding.terms }, style),
    ...(finding.attack.length === 0 ? [] : labelled('ATT&CK', shownTechniques(finding.attack, result).join('  '))),
    ...recordLines(finding.evidence),
    '',
  ];
}

function shorten(text: string, style: TextStyle): string {
  if (text.length <= MAX_COMMAND) return text;
  return `${text.slice(0, MAX_COMMAND).toWellFormed()}${style.glyphs.ellipsis} (${text.length - MAX_COMMAND} more characters)`;
}

function labelled(word: string, value: string): string[] {
  return paragraph(`${pad(word, 10)}${value}`, 2, 12);
}
