import { LEAST_DRAWN } from '../../src/report/index.ts';
import { copy, saveFrom } from '../kit/save.ts';
import { say } from '../kit/status.ts';
import { defanged } from '../kit/visible.ts';
import { pathOf } from './acts.ts';
import type { IncidentDocument } from './document.ts';

/** The report of `hunt` for this incident, as a file (SETTLED G17). */
export async function saveReport(doc: IncidentDocument): Promise<void> {
  say(`The report of INC-${doc.number} is being written.`);
  const saved = await saveFrom(`${pathOf(doc.id)}/report`, `INC-${doc.number}.html`, 'text/html');
  say(
    typeof saved === 'string' ? `The report could not be had: ${saved}.` : `The report of INC-${doc.number} is saved.`,
  );
}

/** The calls between its hosts as a picture, which the server draws. */
export async function savePicture({ id, number, incident }: IncidentDocument): Promise<void> {
  const name = `INC-${number}`;
  if (!incident.edges.some(({ confidence }) => confidence >= LEAST_DRAWN)) {
    say(`${name} has no picture: no call between hosts is known.`);
    return;
  }
  const saved = await saveFrom(`${pathOf(id)}/picture`, `${name}.svg`, 'image/svg+xml');
  say(typeof saved === 'string' ? `The picture could not be had: ${saved}.` : `The picture of ${name} is saved.`);
}

/** The link by id, which does not change when numbers do. */
export async function copyLink(doc: IncidentDocument): Promise<void> {
  const url = `${location.origin}/incidents/${doc.id}`;
  await copy(url, `The link of INC-${doc.number}`, `: ${url}`);
}

/** Hosts, addresses, accounts, prints and indicators of payloads, one a line, defanged. */
export async function copyIndicators(doc: IncidentDocument): Promise<void> {
  const lines = new Set<string>();
  const add = (kind: string, value: string | undefined): void => {
    if (value !== undefined) lines.add(`${kind} ${defanged(kind, value)}`);
  };
  for (const host of doc.incident.hosts) add('host', host);
  for (const account of doc.incident.accounts) add('account', account);
  for (const { source, target } of doc.incident.edges)
    for (const { address } of [source, target]) add('address', address);
  for (const { fingerprint, consumer } of doc.subscriptions) {
    add('fingerprint', fingerprint);
    for (const { kind, value } of consumer.indicators) add(kind, value);
  }
  await copy([...lines].join('\n'), `A list of ${lines.size} indicators of INC-${doc.number}, defanged,`);
}
