import type { Finding } from '../../analytics/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { UTC_CLOCK } from '../clock.ts';
import { sharesSum } from '../explain/explanation.ts';
import type { HostLabels } from '../host-label.ts';
import { creditWords, ruleOf } from '../rule-credit.ts';
import { count } from '../terminal.ts';
import type { Citations } from './citations.ts';
import { codeBlock } from './code-block.ts';
import { candidateTable, sumTable } from './dossier.ts';
import { type Drawing, draw, EMPTY } from './drawn.ts';
import { unbroken } from './drawn-text.ts';
import { levelMark } from './level-mark.ts';
import { markedIn, type ObjectKind, objectOf } from './object.ts';

/** A sentence begins upper case, but a program's name stays as it is. */
export function upperWord(text: string): string {
  return /^[a-z]+[ ,']/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** One finding on the page, closed: its process, its sum, its records. */
export function findingDetails(
  finding: Finding,
  citations: Citations,
  label: HostLabels,
  dossiers: readonly Dossier[] = [],
): Drawing {
  const { process } = finding;
  const credit = creditWords(finding);
  const rows: [string, string][] = [
    ['When', `${UTC_CLOCK.stamp(finding.time)}, ${finding.count === 1 ? 'once' : `${count(finding.count)} times`}`],
    ['Host', finding.host],
    [finding.analytic === undefined ? 'Rule' : 'Analytic', ruleOf(finding)],
  ];
  if (credit !== undefined) rows.push(['Rule by', credit]);
  if (finding.attackTool !== undefined) rows.push(['Tool', `has the fingerprint of ${finding.attackTool}`]);
  if (process?.image !== undefined) rows.push(['Image', process.image]);
  if (process?.pid !== undefined) rows.push(['Process id', String(process.pid)]);
  if (process?.user !== undefined) rows.push(['User', process.user]);
  if (process?.parentImage !== undefined)
    rows.push(['Parent', `${process.parentImage}${process.parentPid === undefined ? '' : `, ${process.parentPid}`}`]);
  if (process?.logonId !== undefined) rows.push(['Logon', process.logonId]);
  const command =
    process?.commandLine === undefined
      ? EMPTY
      : objectOf('payload', process.commandLine, codeBlock(process.commandLine));
  const fired =
    finding.subscriptions.length === 0
      ? EMPTY
      : draw`<p class="sum">Of subscription ${finding.subscriptions.slice(0, 8).map((id) => draw`<a href="#s-${id}" class="mono">${id}</a> `)}</p>`;
  // A finding about a subscription has the dossier's own sum: once is enough (DOMAIN 3.3).
  const owner = dossiers.find((dossier) => sharesSum(finding, dossier));
  const sum =
    owner === undefined
      ? sumTable(finding.terms, finding.score, finding.level, citations)
      : draw`<p class="note">The sum of its subscription, <a href="#s-${owner.id}" class="mono">${owner.id}</a>: ${finding.score}.</p>`;
  return draw`<details class="dos" id="f-${finding.id}"><summary>${levelMark(finding.level)}<h3>${unbroken(upperWord(finding.title))}</h3><span class="x"><span class="num">score ${finding.score}</span><br>${unbroken(`${ruleOf(finding)}, ${label(finding.host)}`)}</span></summary><div class="in"><dl class="kv">${rows.map(([name, value]) => draw`<div><dt>${name}</dt><dd>${shownValue(name, value, process?.parentImage)}</dd></div>`)}</dl>${command}${fired}<h4>Why ${finding.level}</h4>${sum}${candidateTable(finding.candidates, citations)}<p class="src">${citations.links(finding.evidence)}</p></div></details>
`;
}

/** Rows whose value is a thing by itself. */
const OBJECTS: Readonly<Record<string, ObjectKind>> = { Host: 'host', User: 'account', Image: 'value' };

function shownValue(row: string, value: string, parent = ''): Drawing {
  // Behind the parent's image stands its process id.
  if (row === 'Parent') return markedIn(draw`${value}`, 'value', parent);
  const kind = OBJECTS[row];
  return kind === undefined ? draw`${value}` : objectOf(kind, value);
}
