import type { Analytic } from '../analytics/index.ts';
import type { Incident, Phase } from '../incidents/index.ts';
import { labelsOf } from './cited-rows.ts';
import { orLater } from './clock.ts';
import { methodName, sourceName } from './drawing/hop-picture.ts';
import { argumentSections } from './explain/explain-markdown.ts';
import { explain } from './explain/explanation.ts';
import { labelsOfHops } from './host-label.ts';
import { findingsDigest } from './json.ts';
import { markdownCode, markdownFence, markdownList, markdownScript, markdownTable, markdownText } from './markdown.ts';
import { membersOf } from './members.ts';
import type { HuntResult } from './result.ts';
import { storyOf } from './story.ts';
import { shownTechniques } from './techniques.ts';
import { sentenceCase } from './terminal.ts';

const PHASES: readonly Phase[] = ['preserve', 'contain', 'remove', 'verify', 'scope', 'learn'];
/** Rows of the story in a report for reading; the JSON has all. */
const MAX_STORY = 400;

/** `triad report ID --as md`: the order of the HTML report (PRODUCT 10), in plain Markdown. */
export function renderIncidentMarkdown(result: HuntResult, incident: Incident, catalogue: readonly Analytic[]): string {
  const label = labelsOf(result);
  const explanation = explain(result, { kind: 'incident', incident }, incident.id, catalogue);
  const sure =
    incident.confidence === undefined ? 'observed on one host' : `confidence ${incident.confidence.toFixed(2)}`;
  const recordLabel = labelsOfHops(incident.edges, label);
  const story = storyOf(incident, result, recordLabel);
  const parts = [
    `# ${markdownText(sentenceCase(incident.title))}`,
    `**${incident.level}**, score ${incident.score}, ${sure}, ${incident.first}${orLater(incident.firstIsBound)} to ${incident.last}${orLater(incident.lastIsBound)}, incident ${incident.id}`,
    ...(incident.hosts.length === 0
      ? []
      : [`Hosts: ${incident.hosts.map((host) => markdownText(label(host))).join(', ')}`]),
    ...(incident.accounts.length === 0 ? [] : [`Accounts: ${incident.accounts.map(markdownText).join(', ')}`]),
    ...(incident.attack.length === 0 ? [] : [`ATT&CK: ${shownTechniques(incident.attack, result).join(', ')}`]),
    ...(incident.edges.length === 0 ? [] : ['## Path', pathTable(incident, label)]),
    ...(story.length === 0
      ? []
      : [
          '## Time',
          markdownTable(
            ['time (UTC)', 'host', 'what'],
            story
              .slice(0, MAX_STORY)
              .map((line) => [
                line.until === undefined ? line.time : `${line.time} to ${line.until}`,
                markdownText(recordLabel(line.host)),
                markdownText(line.text),
              ]),
          ),
          ...(story.length > MAX_STORY ? [`and ${story.length - MAX_STORY} more lines, in the JSON`] : []),
        ]),
    ...payloads(incident, result),
    ...argumentSections(explanation, label).filter((part, index, all) => !isHops(part, index, all)),
    ...nextSections(incident),
    '## Custody',
    custody(result, findingsDigest(result)),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The table of the path says it already. */
function isHops(part: string, index: number, all: readonly string[]): boolean {
  return part === '## Hops' || all[index - 1] === '## Hops';
}

function pathTable(incident: Incident, label: (host: string) => string): string {
  return markdownTable(
    ['time (UTC)', 'from', 'to', 'how', 'account', 'confidence', ''],
    incident.edges.map((hop) => [
      hop.time,
      markdownText(sourceName(hop, label)),
      markdownText(label(hop.target.host)),
      methodName(hop.method),
      hop.account === undefined ? '' : markdownText(hop.account),
      hop.confidence.toFixed(2),
      hop.observed ? 'observed' : 'inferred',
    ]),
  );
}

/** What each subscription would run, and what it decodes to. */
function payloads(incident: Incident, result: HuntResult): string[] {
  return membersOf(incident, result).dossiers.flatMap(({ id, filter, consumer, state }) => {
    const name = consumer.name ?? filter.name ?? 'unnamed';
    const decoded = consumer.decoded.at(-1);
    return [
      `## Subscription ${markdownText(name)}`,
      `${id}, ${state}`,
      ...(filter.query === undefined ? [] : [markdownFence(filter.query, 'sql')]),
      ...(consumer.payload === undefined ? [] : [markdownFence(consumer.payload)]),
      ...(decoded === undefined ? [] : [`Decoded, ${markdownText(decoded.operation)}:`, markdownFence(decoded.text)]),
    ];
  });
}

function nextSections(incident: Incident): string[] {
  if (incident.next.length === 0) return [];
  const steps = PHASES.flatMap((phase) => {
    const own = incident.next.filter((step) => step.phase === phase);
    if (own.length === 0) return [];
    return [
      `### ${sentenceCase(phase)}`,
      ...own.flatMap(({ text, command, shell }) => [
        markdownText(text),
        ...(command === undefined ? [] : [markdownScript(command, shell === 'powershell' ? 'powershell' : 'sh')]),
      ]),
    ];
  });
  return [
    '## Next steps',
    'Triad runs none of these. PowerShell is checked by its grammar, and was not run on Windows.',
    ...steps,
  ];
}

function custody({ header, run }: HuntResult, digest: string): string {
  const inputs = header.evidence.map(
    ({ name, bytes, sha256 }) =>
      `${markdownCode(name)}, ${bytes} bytes${sha256 === undefined ? '' : `, SHA-256 ${sha256}`}`,
  );
  return [
    `Triad ${header.tool.version}, ${run.start} to ${run.end}, status ${run.status}`,
    `findings digest ${digest}`,
    markdownList(inputs),
  ].join('\n\n');
}
