import type { Finding } from '../../analytics/index.ts';
import type { Incident } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import { levelRank } from '../../windows/index.ts';
import { labelsOf } from '../cited-rows.ts';
import { type Citations, citationsOf } from '../drawing/citations.ts';
import { dossierSection } from '../drawing/dossier.ts';
import { writeOut } from '../drawing/drawn.ts';
import { findingDetails } from '../drawing/finding.ts';
import { blindSection, damageSection, tamperSection } from '../drawing/limits.ts';
import type { HostLabels } from '../host-label.ts';
import type { HuntResult } from '../result.ts';
import { dossierSentence } from '../sentence.ts';
import { count, plural } from '../terminal.ts';
import { isKnown, worstFindingsFirst, worstFirst, worstIncidentsFirst } from '../worst-first.ts';
import { custodyFooter } from './custody.ts';
import { evidenceSection } from './evidence.ts';
import { type Headline, huntTop } from './hunt-top.ts';
import { incidentDetails } from './incident-details.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { pinSection } from './pins.ts';
import { PAGE_FOOT, pageBar, pageHead } from './policy.ts';
import { thirdPartySection } from './third-party.ts';

/** What the page shows whole; the rest is counted and stands in the JSON. */
const MAX_INCIDENTS = 100;
const MAX_DOSSIERS = 200;
const MAX_FINDINGS = 300;
const MAX_RECORDS = 2000;

/** `--format html`: the report of a hunt in one file that needs nothing else. Incidents lead. */
export function* renderHtml(result: HuntResult): Generator<string> {
  const label = labelsOf(result);
  const incidents = worstIncidentsFirst(result.incidents);
  const dossiers = worstFirst(result.subscriptions);
  const findings = worstFindingsFirst(result.findings);
  const citations = citationsOf(result.records, { incidents, dossiers, findings }, MAX_RECORDS, label);
  const headline = headlineOf(incidents, dossiers, findings, result, label);
  yield pageHead(headline.text, 'Triad, report of a hunt').markup;
  yield pageBar('WMI in this evidence', sections(result)).markup;
  yield '<main class="wrap" id="main">\n';
  yield huntTop(result, { incidents, dossiers, findings }, headline, label).markup;
  if (incidents.length > 0) {
    yield html`<section id="inc"><h2>Incidents</h2><p class="note">${incidentNote(incidents)}</p>`.markup;
    for (const [index, incident] of incidents.slice(0, MAX_INCIDENTS).entries()) {
      yield incidentDetails(result, incident, label, citations, index === 0).markup;
    }
    yield '</section>\n';
  }
  yield `<section id="subs"><h2>Subscriptions</h2>${subscriptionNote(dossiers).markup}`;
  for (const [index, dossier] of dossiers.slice(0, MAX_DOSSIERS).entries()) {
    const isOpen = index === 0 && incidents.length === 0 && !isKnown(dossier);
    yield `${writeOut(dossierSection(dossier, citations, label, { isOpen, hasPictures: true }))}\n`;
  }
  yield '</section>\n';
  const [others, copies] = [
    findings.filter(({ analytic }) => analytic !== CONFLICT),
    findings.filter(({ analytic }) => analytic === CONFLICT),
  ];
  yield findingsSection('procs', 'Findings', others, dossiers, citations, label).markup;
  yield findingsSection('copies', 'Copies that contradict each other', copies, dossiers, citations, label).markup;
  yield thirdPartySection(result).markup;
  yield* evidenceSection(citations, label);
  yield pinSection(result).markup;
  yield writeOut(tamperSection(result.anomalies));
  yield writeOut(blindSection(result, label));
  yield writeOut(damageSection(result.anomalies));
  yield custodyFooter(
    result,
    NOTHING,
    citations.records.map(({ record }) => record),
  ).markup;
  yield `</main>\n${PAGE_FOOT}`;
}

/** The analytic of copies of one record that say different things. */
const CONFLICT = 'T14';

function incidentNote(incidents: readonly Incident[]): string {
  const more =
    incidents.length > MAX_INCIDENTS
      ? ` The worst ${count(MAX_INCIDENTS)} of ${count(incidents.length)} are here; the rest is in the JSON result.`
      : '';
  return `Worst first: findings and subscriptions that one person should handle as one case. Open a row for its path, time, links, sum and next steps.${more}`;
}

function sections(result: HuntResult): [string, string][] {
  const list: [string, string][] = result.incidents.length > 0 ? [['inc', 'Incidents']] : [];
  list.push(['subs', 'Subscriptions']);
  if (result.findings.some((f) => f.analytic !== CONFLICT)) list.push(['procs', 'Findings']);
  if (result.findings.some((f) => f.analytic === CONFLICT)) list.push(['copies', 'Contradicting copies']);
  if (result.thirdParty.length > 0) list.push(['others', 'Other tools']);
  list.push(['ev', 'Evidence']);
  if (result.anomalies.some((anomaly) => anomaly.tamper === true)) list.push(['tamper', 'Tampering']);
  list.push(['gaps', 'Blind'], ['custody', 'Custody']);
  return list;
}

/** The worst thing found, in one sentence: an incident, else a dossier, which goes before a finding of its level. */
function headlineOf(
  incidents: readonly Incident[],
  dossiers: readonly Dossier[],
  findings: readonly Finding[],
  result: HuntResult,
  label: HostLabels,
): Headline {
  const [incident] = incidents;
  if (incident !== undefined) return { text: incident.title, time: incident.first, isBound: incident.firstIsBound };
  const dossier = dossiers.find((item) => !isKnown(item));
  const finding = findings[0];
  const isFindingWorse =
    finding !== undefined && (dossier === undefined || levelRank(finding.level) > levelRank(dossier.verdict.level));
  if (isFindingWorse) return { text: upper(finding.title), time: finding.time, isBound: finding.timeIsBound };
  if (dossier !== undefined)
    return { text: dossierSentence(dossier, label), time: dossier.firstSeen, isBound: dossier.firstSeenIsBound };
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
  dossiers: readonly Dossier[],
  citations: Citations,
  label: HostLabels,
): Markup {
  if (findings.length === 0) return NOTHING;
  const more =
    findings.length > MAX_FINDINGS
      ? ` The worst ${count(MAX_FINDINGS)} of ${count(findings.length)} are here; the rest is in the JSON result.`
      : '';
  return html`<section id="${id}"><h2>${heading}</h2><p class="note">Each is a finding of its own, worst first.${more}</p>${findings.slice(0, MAX_FINDINGS).map((finding) => findingDetails(finding, citations, label, dossiers.slice(0, MAX_DOSSIERS)))}</section>
`;
}
