import {
  type CarrierDocument,
  type Handler,
  jsonAnswer,
  type PinChoiceDocument,
  type PinScopesDocument,
  type ScopesDocument,
} from '../../api/index.ts';
import type { IncidentParts } from '../../live/index.ts';
import {
  commandPrint,
  type PinnedContent,
  type Proposal,
  payloadPrint,
  pinId,
  pinOfCalls,
  pinOfDossier,
  pinOfFinding,
} from '../../pins/index.ts';
import { type Carrier, MOST_CARRIERS, type State } from '../../state/index.ts';
import { carriersOf } from '../detect/carriers.ts';
import { findIncident } from './find-incident.ts';
import { findWhole } from './found.ts';
import { readQuery } from './query.ts';

type Members = Pick<IncidentParts, 'subscriptions' | 'findings'>;
type Dossier = Members['subscriptions'][number];
type Named = ScopesDocument['named'][number];

const MOST_PINS = 200;
/** Of a payload or a command line: enough to tell one from another. */
const MOST_TEXT = 200;

/** By what an incident can be muted and pinned, and a subscription pinned (SETTLED G8, L16). */
export function scopeHandlers(
  state: State,
): Readonly<Record<'readIncidentScopes' | 'readSubscriptionScopes', Handler>> {
  return {
    readIncidentScopes: async (request) => {
      const asked = readQuery(request.query, {}, new Set());
      if (asked.kind !== 'values') return asked;
      const found = await findIncident(state, request.params['id'] ?? '');
      return 'kind' in found ? found : jsonAnswer(scopesOf(JSON.parse(found.document) as Members));
    },
    readSubscriptionScopes: async (request) => {
      const asked = readQuery(request.query, {}, new Set());
      if (asked.kind !== 'values') return asked;
      const found = await findWhole(state, 'subscription', request.params['id'] ?? '');
      return 'kind' in found ? found : jsonAnswer(pinScopesOf(JSON.parse(found.document) as Dossier));
    },
  };
}

/** The members of an incident as mutes match them, and the pins that its contents and calls would take. */
export function scopesOf(members: Members): ScopesDocument {
  const carriers = carriersOf(members);
  const each = counted(carriers).slice(0, MOST_CARRIERS);
  const muted = each.flatMap(({ subscription, payload, command }) => [subscription, payload, command]);
  return {
    carriers: each,
    total: carriers.length,
    isNeverHidden: carriers.length > MOST_CARRIERS,
    ...pinnable(members, muted),
  };
}

/** The pins that a subscription would take, by its dossier: who brought it stands in findings, with their incident. */
export function pinScopesOf(dossier: Dossier): PinScopesDocument {
  return pinnable({ subscriptions: [dossier], findings: [] });
}

/** The pins of these members, and what their prints and those of `others` stand for. */
function pinnable(members: Members, others: readonly (string | undefined)[] = []): PinScopesDocument {
  const pins = pinsOf(members);
  const shown = pins.slice(0, MOST_PINS);
  const used = new Set([...others, ...shown.map(({ print }) => print)]);
  return {
    pins: shown.map(choiceOf),
    morePins: pins.length - shown.length,
    named: namesOf(members).filter(({ print }) => used.has(print)),
  };
}

/** Each once, with how many there are of it. */
function counted(carriers: readonly Carrier[]): readonly CarrierDocument[] {
  const same = Map.groupBy(carriers, (carrier) => JSON.stringify(carrier));
  return [...same.values()].flatMap((own): CarrierDocument[] => {
    const [first] = own;
    return first === undefined ? [] : [{ ...first, count: own.length }];
  });
}

/** Contents first, those that are worst before others; then calls. */
function pinsOf({ subscriptions, findings }: Members): readonly PinnedContent[] {
  const byId = new Map(subscriptions.map((dossier) => [dossier.id, dossier]));
  const worst = subscriptions.toSorted((a, b) => b.verdict.score - a.verdict.score);
  const proposals: readonly Proposal[] = [
    ...worst.map((dossier) => pinOfDossier(dossier, 'subscription')),
    ...worst.map((dossier) => pinOfDossier(dossier, 'payload')),
    ...findings
      .toSorted((a, b) => b.score - a.score)
      .flatMap((finding) => [
        pinOfFinding(finding),
        pinOfCalls(
          finding,
          finding.subscriptions.map((id) => byId.get(id)),
        ),
      ]),
  ];
  const contents = proposals.flatMap((one) => (one.kind === 'content' ? [one.content] : []));
  return [...new Map(contents.map((content) => [pinId(content), content])).values()];
}

function choiceOf({ callers, ...content }: PinnedContent): PinChoiceDocument {
  return { ...content, ...callers };
}

/** What each print was made of, each once. */
function namesOf({ subscriptions, findings }: Members): readonly Named[] {
  const named = new Map<string, Named>();
  const name = (kind: Named['kind'], print: string | undefined, text: string | null | undefined): void => {
    if (print === undefined || named.has(print)) return;
    named.set(print, { kind, print, text: (text ?? 'unnamed').slice(0, MOST_TEXT).toWellFormed() });
  };
  for (const dossier of subscriptions) {
    const { consumer, filter, fingerprint } = dossier;
    name('subscription', fingerprint, consumer.name ?? filter.name);
    name('payload', payloadPrint(dossier), consumer.payload);
  }
  for (const { process } of findings) name('command', commandPrint(process?.commandLine), process?.commandLine);
  return [...named.values()];
}
