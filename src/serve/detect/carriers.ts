import type { IncidentParts } from '../../live/index.ts';
import { commandPrint, payloadPrint } from '../../pins/index.ts';
import type { Carrier } from '../../state/index.ts';
import { levelRank } from '../../windows/index.ts';

type Dossier = IncidentParts['subscriptions'][number];
type Finding = IncidentParts['findings'][number];

/** The members of an incident that carry its level, the highest of theirs, as a mute of the queue may match them (SETTLED G8). */
export function carriersOf({
  subscriptions,
  findings,
}: Pick<IncidentParts, 'subscriptions' | 'findings'>): readonly Carrier[] {
  const ranks = [...subscriptions.map(({ verdict }) => verdict.level), ...findings.map(({ level }) => level)].map(
    levelRank,
  );
  const top = Math.max(...ranks);
  const byId = new Map(subscriptions.map((dossier) => [dossier.id, dossier]));
  return [
    ...subscriptions.filter(({ verdict }) => levelRank(verdict.level) === top).map(carrierOfDossier),
    ...findings.filter(({ level }) => levelRank(level) === top).map((finding) => carrierOfFinding(finding, byId)),
  ];
}

function carrierOfDossier(dossier: Dossier): Carrier {
  const account = dossier.origin.account ?? dossier.creator.account;
  return {
    host: dossier.host,
    ...contentOf([dossier]),
    ...(account === undefined ? {} : { account: account.toLowerCase() }),
  };
}

function carrierOfFinding(finding: Finding, byId: ReadonlyMap<string, Dossier>): Carrier {
  const { analytic, rule, host, accounts, subscriptions, process } = finding;
  const named = analytic ?? rule?.id ?? rule?.title;
  const command = commandPrint(process?.commandLine);
  const [account, ...others] = accounts;
  return {
    host,
    ...(named === undefined ? {} : { analytic: named }),
    ...contentOf(subscriptions.map((id) => byId.get(id))),
    ...(command === undefined ? {} : { command }),
    ...(account === undefined || others.length > 0 ? {} : { account: account.toLowerCase() }),
  };
}

/** The content that all of these have, where they have one. */
function contentOf(dossiers: readonly (Dossier | undefined)[]): Pick<Carrier, 'subscription' | 'payload'> {
  const subscription = theOne(dossiers.map((dossier) => dossier?.fingerprint));
  const payload = theOne(dossiers.map((dossier) => (dossier === undefined ? undefined : payloadPrint(dossier))));
  return { ...(subscription === undefined ? {} : { subscription }), ...(payload === undefined ? {} : { payload }) };
}

function theOne(values: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = values;
  return others.every((value) => value === first) ? first : undefined;
}
