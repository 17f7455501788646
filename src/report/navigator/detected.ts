import type { Incident } from '../../incidents/index.ts';
import { type Level, levelRank } from '../../windows/index.ts';
import { type Membership, membershipOf, narrowedTo } from '../members.ts';
import { pinSentences } from '../pinned.ts';
import type { HuntResult } from '../result.ts';
import { attackVersionOf, DOSSIER_TECHNIQUE, shownTechniques } from '../techniques.ts';
import { plural } from '../terminal.ts';
import { isKnown } from '../worst-first.ts';
import { fewOf, type LayerTechnique, levelScore, renderLayer } from './layer.ts';

/** Incidents that a comment names. */
const MAX_NAMED = 12;

interface Seen {
  score: number;
  level: Level;
  findings: number;
  subscriptions: number;
  readonly incidents: Set<string>;
}

/**
 * `--format navigator`: the techniques of what was found. The score is the highest there is: the confidence of the hop that a
 * finding tells, times 100, else 20 to 100 by level (SETTLED E12). What the baseline knows is not counted.
 */
export function renderDetectedLayer(result: HuntResult): Iterable<string> {
  const { tool } = result.header;
  return renderLayer({
    name: 'Triad: detected',
    description:
      'Techniques of what a hunt found. Score: confidence of the call between two machines x 100, else 20, 40, 60, 80, 100 by level.',
    attackVersion: attackVersionOf(result),
    techniques: techniquesOf(result),
    metadata: [
      { name: 'tool', value: `${tool.name} ${tool.version}` },
      { name: 'incidents', value: String(result.incidents.length) },
      { name: 'findings', value: String(result.findings.length) },
      { name: 'subscriptions', value: String(result.subscriptions.filter((dossier) => !isKnown(dossier)).length) },
      ...pinSentences(result).map((value) => ({ name: 'pins', value })),
    ],
  });
}

/** `triad report ID --as navigator`: the same for one incident. */
export function renderIncidentLayer(result: HuntResult, incident: Incident): Iterable<string> {
  return renderDetectedLayer(narrowedTo(incident, result));
}

function techniquesOf(result: HuntResult): readonly LayerTechnique[] {
  const members = membershipOf(result);
  const seen = new Map<string, Seen>();
  for (const dossier of result.subscriptions.filter((one) => !isKnown(one))) {
    const { id, verdict } = dossier;
    note(seen, DOSSIER_TECHNIQUE, { id, level: verdict.level }, members).subscriptions++;
  }
  for (const finding of result.findings) {
    for (const technique of shownTechniques(finding.attack, result)) note(seen, technique, finding, members).findings++;
  }
  return [...seen].map(([id, { score, level, findings, subscriptions, incidents }]) => {
    const counted = [
      ...(subscriptions === 0 ? [] : [plural(subscriptions, 'subscription')]),
      ...(findings === 0 ? [] : [plural(findings, 'finding')]),
    ];
    const named = incidents.size === 0 ? '' : `; incidents ${fewOf([...incidents].sort(), MAX_NAMED)}`;
    return { id, score, comment: `${counted.join(', ')}, at most ${level}${named}` };
  });
}

function note(
  seen: Map<string, Seen>,
  technique: string,
  { id, level }: { readonly id: string; readonly level: Level },
  { incidentOf, hopOf }: Membership,
): Seen {
  const confidence = hopOf.get(id)?.confidence;
  const score = confidence === undefined ? levelScore(level) : Math.round(confidence * 100);
  const known = seen.get(technique) ?? { score, level, findings: 0, subscriptions: 0, incidents: new Set<string>() };
  known.score = Math.max(known.score, score);
  if (levelRank(level) > levelRank(known.level)) known.level = level;
  const incident = incidentOf.get(id);
  if (incident !== undefined) known.incidents.add(incident.id);
  seen.set(technique, known);
  return known;
}
