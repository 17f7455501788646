import type { JSX } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import {
  citationsOf,
  compareRecordLines,
  dossierSection,
  hostLabels,
  type RecordLine,
  type ToldParts,
} from '../../src/report/index.ts';
import { recordOfLink } from '../incident/evidence-rows.ts';
import { EvidenceTab } from '../incident/evidence-tab.tsx';
import { dossierWithEmptyParts } from '../incident/withheld.ts';
import { ask } from '../kit/api.ts';
import { Shown } from '../kit/drawn.tsx';
import { NeedsRole, NotRead, Stale } from '../kit/parts.tsx';
import { urlOf, withQuery } from '../kit/router.ts';
import { mayReadEvidence } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { plural, visibleText } from '../kit/words.ts';
import { DossierActions, type Pinned } from './dossier-actions.tsx';
import { type Paged, useLive } from './list.tsx';

type Dossier = ToldParts['subscriptions'][number];

interface Whole extends Pinned {
  readonly hostsOfFingerprint: number;
  readonly subscription: Dossier;
}

interface Records extends Paged<RecordLine> {
  /** How many the dossier rests on in all. */
  readonly cited: number;
}

const MOST_RECORDS = 10_000;

export function DossierPage({ id }: { readonly id: string }): JSX.Element {
  return <DossierOf key={id} id={id} />;
}

/** The dossier as the report draws it, and the records that it rests on. */
function DossierOf({ id }: { readonly id: string }): JSX.Element {
  const entry = useLive<Whole>(pathOf(id), ['subscription']);
  const whole = entry.known.value.value;
  const name = whole?.subscription.consumer.name ?? whole?.subscription.filter.name ?? id;
  return (
    <main id="main" class="page" data-scroll="dossier">
      <p>
        <a href="/subscriptions">← All subscriptions</a>
      </p>
      <h1>Subscription {whole === undefined ? '' : visibleText(name)}</h1>
      {whole === undefined ? null : <DossierActions whole={whole} path={pathOf(id)} />}
      <Stale entry={entry} />
      {whole !== undefined ? (
        mayReadEvidence() ? (
          <Told whole={whole} />
        ) : (
          <ToldWithoutEvidence whole={whole} />
        )
      ) : (
        <NotRead what="The dossier" entry={entry} />
      )}
    </main>
  );
}

function pathOf(id: string): string {
  return `/v1/subscriptions/${encodeURIComponent(id)}`;
}

function Told({ whole }: { readonly whole: Whole }): JSX.Element {
  const { subscription } = whole;
  const entry = useLive<Records>(`${pathOf(whole.id)}/records?limit=1000`, ['subscription', 'incident']);
  const [more, setMore] = useState<Records | undefined>(undefined);
  const first = entry.known.value.value;
  const last = more ?? first;
  const drawn = useMemo(
    () => drawnOf(subscription, [...(first?.items ?? []), ...(more?.items ?? [])]),
    [whole, first, more],
  );
  const linkOf = (target: string): string | undefined => {
    const record = recordOfLink(drawn.citations.records, target);
    return record === undefined ? undefined : withQuery({ open: record });
  };
  const isReading = useRef(false);
  const readMore = async (next: string): Promise<void> => {
    if (isReading.current) return;
    isReading.current = true;
    const path = `${pathOf(whole.id)}/records?limit=1000&after=${encodeURIComponent(next)}`;
    const answer = await ask<Records>('GET', path);
    isReading.current = false;
    if (answer.kind === 'problem') say(`More records could not be read: ${answer.problem.title.toLowerCase()}.`);
    else setMore({ ...answer.value, items: [...(more?.items ?? []), ...answer.value.items] });
  };
  const next = last?.next;
  return (
    <>
      <Elsewhere whole={whole} />
      <div class="drawn path members">
        <Shown drawing={drawn.drawing} linkOf={linkOf} />
      </div>
      <h2>Records</h2>
      {first === undefined ? (
        <NotRead what="The list of records" entry={entry} />
      ) : (
        <>
          <Stale entry={entry} />
          <NotKept whole={whole} cited={first.cited} kept={drawn.citations.records.length} isAll={next === undefined} />
          {first.items.length === 0 ? null : (
            <EvidenceTab
              drawn={drawn}
              cited={Math.max(drawn.citations.records.length, next === undefined ? 0 : first.cited)}
              onMore={next === undefined ? undefined : () => void readMore(next)}
            />
          )}
        </>
      )}
    </>
  );
}

function Elsewhere({ whole }: { readonly whole: Whole }): JSX.Element {
  return (
    <p class="note">
      {whole.hostsOfFingerprint === 0
        ? 'No record tells its content whole.'
        : `The same content is on ${plural(whole.hostsOfFingerprint, 'host')}.`}{' '}
      {whole.incident === undefined ? (
        'No incident has it.'
      ) : (
        <a href={urlOf('incidents', whole.incident)}>Its incident</a>
      )}
    </p>
  );
}

/** What a viewer may see: names, states, times and the sum, neither payload nor records (TRUST 6.1). */
function ToldWithoutEvidence({ whole }: { readonly whole: Whole }): JSX.Element {
  const drawn = useMemo(() => drawnOf(dossierWithEmptyParts(whole.subscription), [], true), [whole]);
  return (
    <>
      <Elsewhere whole={whole} />
      <div class="drawn path members">
        <Shown drawing={drawn.drawing} />
      </div>
      <NeedsRole what="The payload of a subscription, with its records," needed="analyst" />
    </>
  );
}

/** Records are kept with incidents; the events of others lie in the archive alone. */
function NotKept({
  whole,
  cited,
  kept,
  isAll,
}: {
  readonly whole: Whole;
  readonly cited: number;
  readonly kept: number;
  readonly isAll: boolean;
}): JSX.Element | null {
  if (!isAll || kept >= cited) return null;
  const { host, filter, consumer } = whole.subscription;
  const name = consumer.name ?? filter.name;
  return (
    <p class="note">
      It rests on {plural(cited, 'record')}, of which {kept === 0 ? 'none is' : plural(kept, 'is', 'are')} kept with an
      incident.{' '}
      <a href={urlOf('search', undefined, { host, ...(name == null ? {} : { part: name }) })}>
        Look for the others in what was received
      </a>
    </p>
  );
}

function drawnOf(
  subscription: Dossier,
  unsorted: readonly RecordLine[],
  isWithheld = false,
): Pick<Parameters<typeof EvidenceTab>[0]['drawn'], 'citations' | 'label'> & {
  readonly drawing: ReturnType<typeof dossierSection>;
} {
  const records = unsorted.toSorted(compareRecordLines);
  const { source } = subscription.origin;
  const label = hostLabels([
    subscription.host,
    ...(source?.host === undefined ? [] : [source.host]),
    ...records.map(({ host }) => host),
  ]);
  const told = { incidents: [], dossiers: [subscription], findings: [] };
  const citations = citationsOf(records, told, MOST_RECORDS, label);
  const drawing = dossierSection(subscription, citations, label, { isOpen: true, hasPictures: true, isWithheld });
  return { citations, label, drawing };
}
