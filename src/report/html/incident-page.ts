import type { Incident } from '../../incidents/index.ts';
import { citedEvidence } from '../cited-evidence.ts';
import { labelsOf } from '../cited-rows.ts';
import { type Case, caseOf, membersOf } from '../drawing/case.ts';
import { citationsOf } from '../drawing/citations.ts';
import { dossierSection } from '../drawing/dossier.ts';
import { type Drawing, writeOut } from '../drawing/drawn.ts';
import { findingDetails } from '../drawing/finding.ts';
import { timeNote, timePicture } from '../drawing/incident-time.ts';
import { incidentTop } from '../drawing/incident-top.ts';
import { gapsTable } from '../drawing/limits.ts';
import { NEXT_NOTE, nextSteps } from '../drawing/next-steps.ts';
import { PATH_NOTE, pathSection } from '../drawing/path.ts';
import { incidentSum, linksTable, SURE_NOTE, weakest } from '../drawing/sure.ts';
import { labelsOfHops } from '../host-label.ts';
import { compareRecordLines, type RecordLine } from '../record-line.ts';
import type { HuntResult } from '../result.ts';
import { indexOf } from '../result-index.ts';
import { plural } from '../terminal.ts';
import { custodyFooter, incidentCustody } from './custody.ts';
import { evidenceSection } from './evidence.ts';
import { html, type Markup, NOTHING } from './markup.ts';
import { PAGE_FOOT, pageBar, pageHead, pagePolicy } from './policy.ts';
import { type ServedCustody, servedFooter } from './served-custody.ts';

export interface IncidentPageOptions {
  /** What the page calls the incident: a case or ticket number; its id where there is none. */
  readonly name?: string;
  /** Records shown whole; those that the worst members cite come first. Default 10,000. */
  readonly maxRecords?: number;
  /** Of a server, in place of the inputs of a run. */
  readonly custody?: ServedCustody;
}

const MAX_RECORDS = 10_000;
const MAX_MEMBERS = 300;

const SECTIONS: readonly (readonly [string, string])[] = [
  ['hop', 'Path'],
  ['time', 'Time'],
  ['conf', 'Confidence'],
  ['why', 'Level'],
  ['ev', 'Evidence'],
  ['gaps', 'Gaps'],
  ['next', 'Next steps'],
  ['custody', 'Custody'],
];

/** The report of one incident of a result: one file that needs nothing else (PRODUCT 10). */
export function* renderIncidentHtml(
  result: HuntResult,
  incident: Incident,
  options: IncidentPageOptions = {},
): Generator<string> {
  const label = labelsOf(result);
  const recordLabel = labelsOfHops(incident.edges, label);
  const members = membersOf(result, incident);
  const records = recordsOf(result, incident);
  const told = { incidents: [incident], dossiers: members.dossiers, findings: members.findings };
  const citations = citationsOf(records, told, options.maxRecords ?? MAX_RECORDS, recordLabel);
  const item = caseOf(result, incident, label, citations);
  const name = options.name ?? incident.id;
  yield pageHead(`${name}: ${incident.title}`, footOf(incident)).markup;
  yield pageBar(name, SECTIONS).markup;
  yield '<main class="wrap" id="main">\n';
  yield writeOut(incidentTop(item, result.run.end));
  if (result.run.status !== 'ok') {
    yield html`<p class="lede"><b>This hunt is ${result.run.status}.</b> What follows is what was read so far.</p>\n`
      .markup;
  }
  yield section('hop', 'The path', PATH_NOTE, pathSection(item));
  yield section('time', 'Over time', timeNote(item), timePicture(item));
  yield section('conf', 'How sure, link by link', SURE_NOTE, html`${linksTable(item)}${weakest(item)}`);
  yield section(
    'why',
    `Why ${incident.level}`,
    'The sum of the incident, then of each of its members: open a row for what it is made of. Critical is 80 or more, high 60, medium 35, low 15.',
    html`${incidentSum(item)}${membersList(item)}`,
  );
  yield* evidenceSection(citations, recordLabel);
  yield section(
    'gaps',
    'What we could not see',
    'Absence of a record is not absence of an act. These are the places where this report is blind.',
    gapsTable(item.gaps, label),
  );
  yield section('next', 'Next steps', NEXT_NOTE, nextSteps(incident.next));
  const own = incidentCustody(item);
  const { custody } = options;
  yield (custody === undefined ? custodyFooter(result, own, records) : servedFooter(custody, own)).markup;
  yield `</main>\n${PAGE_FOOT}`;
}

/** The policy of such a page for its header: its own style and script, and nothing else. */
export function incidentPolicy(incident: Pick<Incident, 'id'>): string {
  return pagePolicy(footOf(incident));
}

function footOf({ id }: Pick<Incident, 'id'>): string {
  return `Triad, incident ${id}`;
}

function section(id: string, heading: string, note: string, body: Markup | Drawing): string {
  return html`<section id="${id}"><h2>${heading}</h2><p class="note">${note}</p>
${body}</section>
`.markup;
}

/** The records that the incident and its members cite. */
function recordsOf(result: HuntResult, incident: Incident): RecordLine[] {
  const { edges: hops, links } = incident;
  const evidence = citedEvidence({ ...membersOf(result, incident), hops, links });
  const cited = new Set(evidence.map(({ record }) => record));
  const { records } = indexOf(result);
  const whole = [...cited].flatMap((id) => (id === undefined ? [] : (records.get(id) ?? [])));
  return whole.sort(compareRecordLines);
}

function membersList(item: Case): Markup {
  const { dossiers, findings, citations, label } = item;
  const all = [
    ...dossiers.map((dossier) => dossierSection(dossier, citations, label, { isOpen: false, hasPictures: false })),
    ...findings.map((finding) => findingDetails(finding, citations, label, dossiers)),
  ];
  const more =
    all.length > MAX_MEMBERS
      ? html`<p class="note">${plural(all.length - MAX_MEMBERS, 'more member')} in the JSON result.</p>`
      : NOTHING;
  return html`<div class="members">${all.slice(0, MAX_MEMBERS)}</div>${more}`;
}
