import { Fragment, type JSX } from 'preact';
import type { JudgedCountDocument } from '../../src/api/index.ts';
import { type HostLabels, kindOf, machineKind } from '../../src/report/index.ts';
import { useCut } from '../kit/cut.tsx';
import { ObjectValue } from '../kit/object-menu.tsx';
import { LevelMark } from '../kit/parts.tsx';
import { urlOf } from '../kit/router.ts';
import { stampOf } from '../kit/time.ts';
import { plural, STATES, sureWord, visibleText } from '../kit/words.ts';
import { addressesBeside } from './addresses.ts';
import { hasFormerVerdict } from './closing-needs.ts';
import type { DrawnCase, IncidentDocument } from './document.ts';
import { containedWords } from './phases.ts';

/** Level, number, state and owner, confidence, techniques. */
export function Eyebrow({ doc, drawn }: { readonly doc: IncidentDocument; readonly drawn: DrawnCase }): JSX.Element {
  const { state, owner, verdict, judged, reason } = doc.work;
  const { confidence } = doc.incident;
  const techniques = useCut(drawn.item.techniques, 4, 'technique');
  return (
    <p class="eyebrow">
      <LevelMark level={doc.level} />
      <span>
        INC-{doc.number}
        {doc.times.isRetrospective === true ? ' (retrospective)' : ''}
      </span>
      <span>
        {STATES[state]}
        {containedWords(doc)}
        {owner === null ? ', nobody has it' : `, ${visibleText(owner)}`}
        {verdict === null ? '' : `, ${verdict}`}
        {judged === null ? null : <JudgedMore judged={judged} />}
        {hasFormerVerdict(doc) ? ' before it was opened again' : ''}
        {reason === null ? '' : ` (${visibleText(reason)})`}
      </span>
      <span>
        {confidence === undefined ? (
          'Observed on one host'
        ) : (
          <>
            Confidence <b class="num">{confidence.toFixed(2)}</b> {sureWord(confidence)}
          </>
        )}
      </span>
      <span>
        {techniques.shown.join(', ')} {techniques.more}
      </span>
      {doc.suppressedBy === undefined || doc.suppressedBy.length === 0 ? null : (
        <span>Hidden by {plural(doc.suppressedBy.length, 'suppression')}</span>
      )}
      <span class="vh">{kindOf(drawn.item)}</span>
    </p>
  );
}

/** ` (change, approved by bob)`, ` of INC-2 (part)`. */
function JudgedMore({
  judged: { code, approver, of },
}: {
  readonly judged: NonNullable<IncidentDocument['work']['judged']>;
}): JSX.Element {
  return (
    <>
      {of === undefined ? null : (
        <>
          {' of '}
          <a href={urlOf('incidents', of.id)}>INC-{of.number}</a>
        </>
      )}
      {` (${code}${approver === undefined ? '' : `, approved by ${visibleText(approver)}`})`}
    </>
  );
}

/** Hosts, accounts and addresses, each with its menu. */
export function Objects({ doc, label }: { readonly doc: IncidentDocument; readonly label: HostLabels }): JSX.Element {
  const { hosts, accounts, edges } = doc.incident;
  const found = addressesBeside(hosts, edges);
  const machines = useCut(hosts, 8, 'host');
  const people = useCut(accounts, 6, 'account');
  const addresses = useCut(found, 4, 'address', 'addresses');
  return (
    <p class="objects">
      {machines.shown.map((host) => (
        <ObjectValue key={host} kind={machineKind(host)} value={host} shown={label(host)} />
      ))}
      {machines.more}
      {people.shown.map((account) => (
        <ObjectValue key={account} kind="account" value={account} />
      ))}
      {people.more}
      {addresses.shown.map((address) => (
        <ObjectValue key={address} kind="address" value={address} />
      ))}
      {addresses.more}
    </p>
  );
}

/** What is known of the same elsewhere, and what changed since a verdict (SETTLED G15). */
export function Seen({ doc }: { readonly doc: IncidentDocument }): JSX.Element | null {
  const { judged, seenBefore, prevalence } = doc;
  const { shown: told, more } = useCut(prevalence?.items ?? [], 4, 'thing behind it', 'things behind it');
  const kept =
    prevalence?.since === undefined
      ? ''
      : ` (known in full for ${plural(prevalence.days ?? 0, 'day')}, since ${stampOf(prevalence.since)})`;
  if (judged?.isChangedSince !== true && seenBefore === undefined && told.length === 0) return null;
  return (
    <div class="why">
      {judged?.isChangedSince === true ? (
        <p>
          <b>Changed since your verdict</b> of {stampOf(judged.at)}:{' '}
          {plural(doc.version - judged.version, 'new version')} of what was found.
        </p>
      ) : null}
      {seenBefore === undefined ? null : (
        <p>
          {seenBefore.times === 0 ? (
            <>
              <b>Not seen before</b>
              {kept}.
            </>
          ) : (
            <>
              <b>Seen before {seenBefore.times === 1 ? 'once' : `${seenBefore.times} times`}</b>
              {kept}
              {judgedWords(seenBefore.verdicts)}:{' '}
              {seenBefore.newest.map(({ id, number, verdict }, at) => (
                <Fragment key={id}>
                  {at === 0 ? '' : ', '}
                  <a href={`/incidents/${id}`}>
                    INC-{number}
                    {verdict === null ? '' : ` (${verdict})`}
                  </a>
                </Fragment>
              ))}
              .
            </>
          )}
          {seenBefore.since > 0 ? ` ${seenBefore.since === 1 ? 'One more' : `${seenBefore.since} more`} since.` : ''}
        </p>
      )}
      {told.length === 0 ? null : (
        <details>
          <summary>How common it is</summary>
          <ul>
            {told.map(({ kind, value, hosts, incidents, first, last, verdicts }, at) => (
              <li key={`${kind} ${value ?? at}`}>
                {kind} <ShownValue kind={kind} value={value} />: on {plural(hosts, 'host')}, in{' '}
                {plural(incidents, 'incident')}, first {stampOf(first)}
                {last === first ? '' : `, last ${stampOf(last)}`}
                {judgedWords(verdicts)}
              </li>
            ))}
          </ul>
          {more}
        </details>
      )}
    </div>
  );
}

/** A print by its beginning: whole it says no more to who reads. */
function ShownValue({
  kind,
  value,
}: {
  readonly kind: string;
  readonly value: string | undefined;
}): JSX.Element | null {
  if (value === undefined) return null;
  if (kind === 'account') return <ObjectValue kind="account" value={value} />;
  return <ObjectValue kind="print" value={value} shown={value.length > 16 ? `${value.slice(0, 16)}…` : value} />;
}

function judgedWords(verdicts: readonly JudgedCountDocument[]): string {
  const words = verdicts.map(
    ({ verdict, count, who }) =>
      `${count > 1 ? `${count} times ` : ''}${verdict}${who === null ? '' : ` by ${visibleText(who)}`}`,
  );
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}
