import { type Event, type Evidence, firstRecords, imageTail, isInteractiveUserSid } from '../windows/index.ts';
import type { BenignMatch } from '../wmi/index.ts';
import { type Bench, benignOf, type Case } from './case.ts';
import type { Group } from './grouping.ts';
import type { Life } from './lifecycle.ts';
import type { OriginFacts } from './origin.ts';
import { compareEvents, type FoldedSighting, foldName } from './sighting.ts';
import type { VerdictFacts, Witnessed } from './verdict.ts';

/** Records that a term cites: the dossier's own list has all. */
const TERM_EVENTS = 4;
function firstEvents(sightings: readonly FoldedSighting[]): readonly Event[] {
  const events = sightings.map(({ events: told }) => told[0]).filter((event) => event !== undefined);
  return [...new Set(events)].sort(compareEvents).slice(0, TERM_EVENTS);
}

/** Names that tools give their timers (DOMAIN 4); wmipersist's begins with `TI_`. */
const TOOL_TIMERS: ReadonlySet<string> = new Set(['timer', 'windowstimer', 'trigger', 'fuckyoumm2_itimer']);

/** Gathers what the sum of a case is made of, each fact with its records. */
export function verdictFacts(
  subject: Case,
  bench: Bench,
  life: Life,
  facts: OriginFacts,
  features: VerdictFacts['features'],
  benign: BenignMatch,
): VerdictFacts {
  const { group } = subject;
  const cite = (events: readonly Event[]): readonly Evidence[] => bench.cite(events.slice(0, TERM_EVENTS));
  const witnessed = (text: string, events: readonly Event[]): Witnessed | undefined =>
    events.length === 0 ? undefined : { text, evidence: cite(events) };
  const consumer = subject.consumer.current?.content;
  const consumerEvidence = cite(firstEvents(group.consumers));
  const filterEvidence = cite(firstEvents(group.filters));
  const fired = life.steps.filter(({ step }) => step === 'fired');
  const firings = fired.reduce((sum, { count }) => sum + count, 0);
  const isSure = fired.some(({ strength }) => strength !== 'inferred');
  const hijacked = [...subject.consumer.earlier, ...subject.filter.earlier].filter((version) => {
    const content = version.content;
    return 'query' in content
      ? benignOf(subject, content, consumer).exact !== undefined
      : benignOf(subject, subject.filter.current?.content, content).exact !== undefined;
  });
  const timer =
    subject.trigger?.family === 'timer' ? subject.trigger.names.find((name) => isToolTimer(name, group)) : undefined;
  return {
    namespace: group.namespace,
    consumer: {
      className: subject.consumerClass,
      properties: consumer?.properties ?? new Map<string, string>(),
      isContentSeen: consumer !== undefined,
      exists: group.consumers.length > 0 || group.bindings.length > 0,
      evidence: consumerEvidence,
    },
    trigger: subject.trigger === undefined ? undefined : { trigger: subject.trigger, evidence: filterEvidence },
    toolTimer:
      timer === undefined
        ? undefined
        : { text: `waits for the timer ${timer}, a name that a known tool gives`, evidence: filterEvidence },
    remote:
      facts.remote === undefined
        ? undefined
        : {
            strength: facts.remote.strength,
            text: remoteText(facts, facts.remote),
            evidence: firstRecords(facts.remote.evidence, TERM_EVENTS),
          },
    writerTool:
      facts.tool === undefined
        ? undefined
        : witnessed(`written by ${imageTail(facts.tool.writer.image)}`, [facts.tool.event]),
    wmipersistShape: isWmipersistShape(subject)
      ? { text: 'names, references and owner as wmipersist writes them', evidence: consumerEvidence }
      : undefined,
    compiled: bench.compiled,
    features,
    fastLife: witnessed('created and deleted within 10 minutes', life.fastLife),
    fired: witnessed(
      `fired${firings > 1 ? ` ${firings} times` : ''}${isSure ? '' : ' (inferred)'}`,
      fired.flatMap(({ events }) => events),
    ),
    recreated: witnessed('created again after it had been removed', life.recreation),
    hijackedBenign: witnessed(
      'it held benign content before it was changed',
      hijacked.flatMap(({ first, last }) => [first, last]),
    ),
    hostsWithSame: benign.exact === undefined ? bench.same.size : 0,
    spreadEvidence: cite([...bench.same].filter(([host]) => host !== group.host).map(([, event]) => event)),
    benign,
    benignEvidence: cite(firstEvents([...group.filters, ...group.consumers])),
    creatorSid: [consumer?.creatorSid, subject.filter.current?.content.creatorSid].find(
      (sid) => sid !== undefined && isInteractiveUserSid(sid),
    ),
  };
}

function remoteText({ origin }: OriginFacts, remote: NonNullable<OriginFacts['remote']>): string {
  const { candidates, source } = origin;
  const from =
    source?.host ??
    source?.address ??
    (candidates.length === 1 ? 'another host' : `one of ${candidates.length} remote logons`);
  return `written over the network from ${from} (${remote.join}, ${remote.strength})`;
}

function isToolTimer(name: string, group: Group): boolean {
  const folded = foldName(name);
  return TOOL_TIMERS.has(folded) || folded === `ti_${foldName(group.consumerName ?? '')}`;
}

/** R04's shape: script consumer, relative references, Administrators as owner, `EF_` or `TI_` before the name. */
function isWmipersistShape(subject: Case): boolean {
  const { group } = subject;
  if (subject.consumerClass !== 'ActiveScriptEventConsumer' || group.consumerName === undefined) return false;
  if (subject.consumer.current?.content.creatorSid !== 'S-1-5-32-544') return false;
  const references = group.bindings.filter(({ sighting }) => sighting.binding?.filterRef !== undefined);
  if (!references.some(({ sighting }) => sighting.binding?.isRelative === true)) return false;
  const name = foldName(group.consumerName);
  if (foldName(group.filterName ?? '') === `ef_${name}`) return true;
  return subject.trigger?.names.some((timer) => foldName(timer) === `ti_${name}`) === true;
}
