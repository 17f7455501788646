import type { Join, Strength } from '../entities/index.ts';
import { type Dossier, type LifecycleStep, namedSubscription } from '../subscriptions/index.ts';
import type { OwnedLink } from './chains.ts';
import { linkOf } from './links.ts';
import type { Member } from './members.ts';
import { compareStrength } from './weights.ts';
import { programName } from './words.ts';

/** Findings that present a firing; the join itself stands in `subscriptions` (SETTLED A5). */
const PRESENT_FIRING: ReadonlySet<string> = new Set(['C03', 'C04']);
const ID_START = 1;
const ID_START_SECURITY = 4688;

/** One link for each dossier that fired: by its surest firing, with the findings that present it. */
export function firedLinks(members: readonly Member[]): readonly OwnedLink[] {
  const presented = new Map<string, string[]>();
  const images = new Map<string, string>();
  const byText = new Map<string, Join>();
  for (const { id, judged } of members) {
    if (judged === undefined || !PRESENT_FIRING.has(judged.finding.analytic)) continue;
    for (const subscription of judged.finding.subscriptions) {
      presented.set(subscription, [...(presented.get(subscription) ?? []), id]);
      const image = judged.finding.process?.image;
      if (image !== undefined && !images.has(subscription)) images.set(subscription, programName(image));
      const same = judged.joins.find(({ join }) => join === 'J24');
      if (same !== undefined && !byText.has(subscription)) byText.set(subscription, same);
    }
  }
  return members.flatMap(({ id, dossier }, owner) => {
    const join = dossier === undefined ? undefined : firingJoin(dossier);
    if (dossier === undefined || join === undefined) return [];
    // The text alone speaks where one consumer has it; of several it is still open which ran (SETTLED A5).
    const same = byText.get(id);
    const joins = same === undefined || same.rivals > 0 ? [join] : [same, join];
    const between = [id, ...(presented.get(id) ?? [])];
    const text = `${namedSubscription(dossier)} ran ${images.get(id) ?? 'what its consumer holds'}`;
    return [{ claim: 'fired' as const, link: linkOf({ claim: 'fired', text, between, joins }), owner }];
  });
}

function firingJoin(dossier: Dossier): Join | undefined {
  const fired = dossier.lifecycle.filter(({ step }) => step === 'fired');
  const [surest] = [...fired].sort((a, b) => compareStrength(strengthOf(b), strengthOf(a)));
  if (surest === undefined) return undefined;
  const { evidence } = surest;
  const isStart = evidence.some(({ eventId }) => eventId === ID_START || eventId === ID_START_SECURITY);
  const isCommand = dossier.consumer.class === 'CommandLineEventConsumer';
  const text = isCommand
    ? isStart
      ? 'its program started in the time of the trap'
      : 'its provider ran in the time of the trap'
    : 'the script host ran in the time of the trap, and no other script consumer was there';
  return { join: 'J15', strength: strengthOf(surest), text: isSure(surest) ? text : AMBIGUOUS, rivals: 0, evidence };
}

const AMBIGUOUS = 'it is one of several that may have run then';

function isSure(step: LifecycleStep): boolean {
  return compareStrength(strengthOf(step), 'strong') >= 0;
}

function strengthOf({ strength }: LifecycleStep): Strength {
  return strength === 'witnessed' ? 'exact' : strength;
}
