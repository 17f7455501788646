import type { Incident } from '../incidents/index.ts';
import { type Event, type Level, levelOfScore, levelRank, type Scope } from '../windows/index.ts';
import { contentDigest } from './content.ts';
import type { IncidentParts } from './incident-parts.ts';

/** The highest level of an incident that rests on nothing but what anybody could have sent (TRUST 9, class F). */
const MOST: Level = 'medium';
const MOST_SCORE = 59;

/**
 * An incident at the level that it may have. Where every record that it cites came only by senders that prove nothing, it is at most `medium`, and a line of
 * its sum says why; one cited record that also came otherwise, or stands in a file, lifts that. Members keep the levels that they have by themselves.
 */
export function levelledByTrust(parts: IncidentParts, isUnproven: (file: string) => boolean): IncidentParts {
  const { incident, records } = parts;
  if (levelRank(incident.level) <= levelRank(MOST)) return parts;
  if (records.length === 0 || !records.every(({ event }) => filesOf(event).every(isUnproven))) return parts;
  const { findings, subscriptions, gaps } = parts;
  const content = { incident: lowered(incident), findings, subscriptions, gaps };
  return { ...content, records, digest: contentDigest(content) };
}

function lowered(incident: Incident): Incident {
  const points = Math.round((MOST_SCORE - incident.score) * 100) / 100;
  const text = 'every record came by senders that prove nothing: at most medium until one comes by a key or a file';
  const levels = Object.entries(incident.levels).map(([scope, level]) => [
    scope,
    levelRank(level) > levelRank(MOST) ? MOST : level,
  ]);
  return {
    ...incident,
    level: levelOfScore(MOST_SCORE),
    score: MOST_SCORE,
    terms: [...incident.terms, { code: 'UNPROVEN', points, text }],
    levels: Object.fromEntries(levels) as Partial<Record<Scope, Level>>,
  };
}

/** Every way that a record came. */
function filesOf({ place, otherPlaces }: Event): readonly string[] {
  return [place, ...otherPlaces].map(({ source }) => source.file);
}
