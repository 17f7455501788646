import { createHash } from 'node:crypto';
import type { Finding } from '../../analytics/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { LEVELS, type Level, levelRank } from '../../windows/index.ts';
import { DOSSIER_TECHNIQUE, labelsOf } from '../cited-rows.ts';
import { UTC_CLOCK } from '../clock.ts';
import type { HostLabels } from '../host-label.ts';
import { compareText } from '../record-line.ts';
import type { HuntResult } from '../result.ts';
import { dossierSentence } from '../sentence.ts';
import { count, plural } from '../terminal.ts';
import { isKnown, worstFindingsFirst, worstFirst } from '../worst-first.ts';
import { type Citations, citationsOf } from './citations.ts';
import { custodyFooter } from './custody.ts';
import { candidateTable, codeBlock, dossierSection, levelMark, sumTable } from './dossier.ts';
import { evidenceSection } from './evidence.ts';
import { blindSection, damageSection, tamperSection } from './limits.ts';
import { html, type Markup, markup, NOTHING } from './markup.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { thirdPartySection } from './third-party.ts';

/** What the page shows whole; the rest is counted and stands in the JSON. */
const MAX_DOSSIERS = 200;
const MAX_FINDINGS = 300;

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Nothing is loaded, nothing is sent, no style or script but the two of this page (PRODUCT 10). */
const POLICY = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;

/** `--format html`: the report of a hunt in one file that needs nothing else. */
export function* renderHtml(result: HuntResult): Generator<string> {
  const label = labelsOf(result);
  const dossiers = worstFirst(result.subscriptions);
  const findings = worstFindingsFirst(result.findings);
  const citations = citationsOf(result, dossiers, findings);
  const headline = headlineOf(dossiers, findings, result, label);
  yield html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${headline.text}</title>
<style>${markup(STYLE)}</style></head><body>
<a class="skip" href="#main">To the report</a>
<div class="bar"><div class="wrap"><b>WMI subscriptions</b><nav aria-label="Sections">${sections(result).map(([id, name]) => html`<a href="#${id}">${name}</a>`)}</nav><div class="acts"><button class="btn" id="bt" type="button">Light or dark</button><button class="btn" id="bp" type="button">Print</button></div></div></div>
<main class="wrap" id="main">
`.markup;
  yield top(result, dossiers, findings, headline, label).markup;
  yield `<section id="subs"><h2>Subscriptions</h2>${subscriptionNote(dossiers).markup}`;
  for (const [index, dossier] of dossiers.slice(0, MAX_DOSSIERS).entries()) {
    yield `${dossierSection(dossier, citations, label, index === 0 && !isKnown(dossier)).markup}\n`;
  }
  yield '</section>\n';
  const [processes, copies] = [
    findings.filter((f) => f.scope !== 'tamper'),
    findings.filter((f) => f.scope === 'tamper'),
  ];
  yield findingsSection('procs', 'Processes that WMI started', processes, citations, label).markup;
  yield findingsSection('copies', 'Copies that contradict each other', copies, citations, label).markup;
  yield thirdPartySection(result).markup;
  yield evidenceSection(citations, label).markup;
  yield tamperSection(result.anomalies).markup;
  yield blindSection(result, label).markup;
  yield damageSection(result.anomalies).markup;
  yield custodyFooter(result).markup;
  yield `</main>\n<script>${SCRIPT}</script></body></html>\n`;
}

function sections(result: HuntResult): [string, string][] {
  const list: [string, string][] = [['subs', 'Subscriptions']];
  if (result.findings.some((f) => f.scope !== 'tamper')) list.push(['procs', 'Processes']);
  if (result.findings.some((f) => f.scope === 'tamper')) list.push(['copies', 'Contradicting copies']);
  if (result.thirdParty.length > 0) list.push(['others', 'Other tools']);
  list.push(['ev', 'Evidence']);
  if (result.anomalies.some((anomaly) => anomaly.tamper === true)) list.push(['tamper', 'Tampering']);
  list.push(['gaps', 'Blind'], ['custody', 'Custody']);
  return list;
}

interface Headline {
  readonly text: string;
  /** When what it tells began; absent where nothing was found. */
  readonly time?: string;
}

/** The worst thing found, in one sentence; a dossier goes before a finding of its level. */
function headlineOf(
  dossiers: readonly Dossier[],
  findings: readonly Finding[],
  result: HuntResult,
  label: HostLabels,
): Headline {
  const dossier = dossiers.find((item) => !isKnown(item));
  const finding = findings[0];
  const isFindingWorse =
    finding !== undefined && (dossier === undefined || levelRank(finding.level) > levelRank(dossier.verdict.level));
  if (isFindingWorse) return { text: upper(finding.title), time: finding.time };
  if (dossier !== undefined) return { text: dossierSentence(dossier, label), time: dossier.firstSeen };
  const { live, afterDamage, swallowed, carved } = result.summary.records;
  const hosts = new Set(result.summary.coverage.map(({ host }) => host)).size;
  const known = dossiers.length === 0 ? 'No subscription' : 'No subscription beyond the baseline';
  return {
    text: `${known} in ${plural(live + afterDamage + swallowed + carved, 'record')} of ${plural(hosts, 'host')}`,
  };
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function levelCounts(levels: readonly Level[]): string {
  const words = LEVELS.toReversed()
    .map((level) => [level, levels.filter((other) => other === level).length] as const)
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${count(n)} ${level}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

function top(
  result: HuntResult,
  dossiers: readonly Dossier[],
  findings: readonly Finding[],
  headline: Headline,
  label: HostLabels,
): Markup {
  const worst = [...dossiers.map(({ verdict }) => verdict.level), ...findings.map(({ level }) => level)].sort(
    (a, b) => levelRank(b) - levelRank(a),
  )[0];
  const known = dossiers.filter(isKnown).length;
  const shown = dossiers.length - known;
  const { summary } = result;
  const { live, afterDamage, swallowed, carved } = summary.records;
  const hosts = [
    ...new Set([...dossiers.filter((d) => !isKnown(d)).map(({ host }) => host), ...findings.map(({ host }) => host)]),
  ].sort();
  const accounts = [
    ...new Set(
      [
        ...dossiers
          .filter((d) => !isKnown(d))
          .flatMap(({ origin, creator, lifecycle }) => [
            origin.account ?? creator.account,
            ...lifecycle.map(({ account }) => account),
          ]),
        ...findings.flatMap(({ accounts }) => accounts),
      ].filter((account) => account !== undefined),
    ),
  ].sort(compareText);
  const steps = [
    ...dossiers.filter((d) => !isKnown(d)).flatMap(({ firstSeen, lastSeen }) => [firstSeen, lastSeen]),
    ...findings.map(({ time }) => time),
  ].sort(compareText);
  const techniques = [
    ...new Set([
      ...(shown > 0 ? [DOSSIER_TECHNIQUE] : []),
      ...findings.flatMap(({ attack }) => attack.map((t) => t.new)),
    ]),
  ].sort(compareText);
  const tamper = result.anomalies.filter((anomaly) => anomaly.tamper === true).length;
  const blind = result.gaps.length + summary.notRead.length;
  const first = steps[0];
  const last = steps.at(-1);
  const partial =
    result.run.status === 'ok'
      ? NOTHING
      : html`<p class="lede"><b>This hunt is ${result.run.status}.</b> What follows is what was read so far.</p>`;
  return html`<header class="top">
<p class="eyebrow">${worst === undefined ? NOTHING : levelMark(worst)}<span>Persistence and movement through WMI event subscriptions</span><span class="num">${headline.time === undefined ? '' : `${UTC_CLOCK.day(headline.time)}, `}all times UTC</span></p>
<h1>${headline.text}.</h1>
<p class="lede">${plural(shown, 'subscription')} beyond the baseline: ${levelCounts(dossiers.filter((d) => !isKnown(d)).map(({ verdict }) => verdict.level))}. ${plural(findings.length, 'process finding')}: ${levelCounts(findings.map(({ level }) => level))}. ${plural(known, 'subscription')} on the baseline. Each number leads to its record; what could not be seen stands under <a href="#gaps">what is blind</a>.</p>${partial}
<dl class="facts">${fact('Subscriptions', html`<b>${count(shown)}</b>, and ${count(known)} on the baseline`)}${fact('Processes that WMI started', html`<b>${count(findings.length)}</b>`)}${fact('First and last step', first === undefined || last === undefined ? 'none' : html`<span class="num">${UTC_CLOCK.minute(first)} to ${UTC_CLOCK.minute(last)}</span>`)}${fact('Techniques', techniques.join(', ') || 'none')}${fact('Hosts', listed(hosts.map(label), 4))}${fact('Accounts', listed(accounts, 4))}${fact('Signs of tampering', tamper === 0 ? 'none seen' : html`<a href="#tamper">${plural(tamper, 'sign')}</a>`)}${fact('What could not be seen', html`<a href="#gaps">${plural(blind, 'gap')}</a> in ${plural(live + afterDamage + swallowed + carved, 'record')}`)}</dl>
</header>
`;
}

function fact(name: string, value: string | Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function listed(names: readonly string[], max: number): string {
  if (names.length === 0) return 'none';
  const more = names.length - max;
  return names.slice(0, max).join(', ') + (more > 0 ? ` and ${count(more)} more` : '');
}

function subscriptionNote(dossiers: readonly Dossier[]): Markup {
  if (dossiers.length === 0) return html`<p class="note">No subscription was seen in what was read.</p>`;
  const more =
    dossiers.length > MAX_DOSSIERS
      ? ` The worst ${count(MAX_DOSSIERS)} of ${count(dossiers.length)} are here; the rest is in the JSON result.`
      : '';
  return html`<p class="note">Worst first. Solid: observed. Dashed: possible or inferred. Open a row for its path, life, payload and sum.${more}</p>`;
}

function findingsSection(
  id: string,
  heading: string,
  findings: readonly Finding[],
  citations: Citations,
  label: HostLabels,
): Markup {
  if (findings.length === 0) return NOTHING;
  const more =
    findings.length > MAX_FINDINGS
      ? ` The worst ${count(MAX_FINDINGS)} of ${count(findings.length)} are here; the rest is in the JSON result.`
      : '';
  return html`<section id="${id}"><h2>${heading}</h2><p class="note">Each is a finding of its own, worst first.${more}</p>${findings.slice(0, MAX_FINDINGS).map((finding) => findingDetails(finding, citations, label))}</section>
`;
}

function findingDetails(finding: Finding, citations: Citations, label: HostLabels): Markup {
  const { process } = finding;
  const rows: [string, string][] = [
    ['When', `${UTC_CLOCK.stamp(finding.time)}, ${finding.count === 1 ? 'once' : `${count(finding.count)} times`}`],
    ['Host', finding.host],
    ['Analytic', finding.analytic],
  ];
  if (process?.image !== undefined) rows.push(['Image', process.image]);
  if (process?.pid !== undefined) rows.push(['Process id', String(process.pid)]);
  if (process?.user !== undefined) rows.push(['User', process.user]);
  if (process?.parentImage !== undefined)
    rows.push(['Parent', `${process.parentImage}${process.parentPid === undefined ? '' : `, ${process.parentPid}`}`]);
  if (process?.logonId !== undefined) rows.push(['Logon', process.logonId]);
  const command = process?.commandLine === undefined ? NOTHING : codeBlock(process.commandLine);
  const fired =
    finding.subscriptions.length === 0
      ? NOTHING
      : html`<p class="sum">Fired by ${finding.subscriptions.slice(0, 8).map((id) => html`<a href="#s-${id}" class="mono">${id}</a> `)}</p>`;
  return html`<details class="dos" id="f-${finding.id}"><summary>${levelMark(finding.level)}<h3>${upper(finding.title)}</h3><span class="x"><span class="num">score ${finding.score}</span><br><span class="nb">${finding.analytic}, ${label(finding.host)}</span></span></summary><div class="in"><dl class="kv">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>${command}${fired}<h4>Why ${finding.level}</h4>${sumTable(finding.terms, finding.score, finding.level, citations)}${candidateTable(finding.candidates, citations)}<p class="src">${citations.links(finding.evidence)}</p></div></details>
`;
}
