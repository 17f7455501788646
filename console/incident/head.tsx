import { Fragment, type JSX } from 'preact';
import { type HostLabels, kindOf } from '../../src/report/index.ts';
import { ObjectValue } from '../kit/object-menu.tsx';
import { LevelMark } from '../kit/parts.tsx';
import { stampOf } from '../kit/time.ts';
import { plural, STATES, sureWord, visibleText } from '../kit/words.ts';
import type { DrawnCase, IncidentDocument, Judged } from './document.ts';

/** Level, number, state and owner, confidence, techniques. */
export function Eyebrow({ doc, drawn }: { readonly doc: IncidentDocument; readonly drawn: DrawnCase }): JSX.Element {
  const { state, owner, verdict, reason } = doc.work;
  const { confidence } = doc.incident;
  return (
    <p class="eyebrow">
      <LevelMark level={doc.level} />
      <span>INC-{doc.number}</span>
      <span>
        {STATES[state]}
        {owner === null ? ', nobody has it' : `, ${visibleText(owner)}`}
        {verdict === null ? '' : `, ${verdict}`}
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
      <span>{drawn.item.techniques.slice(0, 4).join(', ')}</span>
      {doc.suppressedBy === undefined || doc.suppressedBy.length === 0 ? null : (
        <span>Hidden by {plural(doc.suppressedBy.length, 'suppression')}</span>
      )}
      <span class="vh">{kindOf(drawn.item)}</span>
    </p>
  );
}

/** Hosts, accounts and addresses, each with its menu. */
export function Objects({ doc, label }: { readonly doc: IncidentDocument; readonly label: HostLabels }): JSX.Element {
  const { hosts, accounts, edges } = doc.incident;
  const addresses = [...new Set(edges.flatMap(({ source, target }) => [source.address, target.address]))].filter(
    (one) => one !== undefined,
  );
  return (
    <p class="objects">
      {hosts.slice(0, 8).map((host) => (
        <ObjectValue key={host} kind={/^[\d.]+$/.test(host) ? 'address' : 'host'} value={host} shown={label(host)} />
      ))}
      {hosts.length > 8 ? <span class="muted">and {hosts.length - 8} hosts more</span> : null}
      {accounts.slice(0, 6).map((account) => (
        <ObjectValue key={account} kind="account" value={account} />
      ))}
      {addresses.slice(0, 4).map((address) => (
        <ObjectValue key={address} kind="address" value={address} />
      ))}
    </p>
  );
}

/** What is known of the same elsewhere, and what changed since a verdict (SETTLED G15). */
export function Seen({ doc }: { readonly doc: IncidentDocument }): JSX.Element | null {
  const { judged, seenBefore, prevalence } = doc;
  const told = prevalence?.items.slice(0, 4) ?? [];
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
              <b>Not seen before.</b>{' '}
              {prevalence?.since === undefined ? '' : `What is kept goes back to ${stampOf(prevalence.since)}.`}
            </>
          ) : (
            <>
              <b>Seen before {seenBefore.times === 1 ? 'once' : `${seenBefore.times} times`}</b>
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
            </>
          )}
        </p>
      )}
      {told.length === 0 ? null : (
        <details>
          <summary>How common it is</summary>
          <ul>
            {told.map(({ kind, value, hosts, incidents, first, verdicts }, at) => (
              <li key={`${kind} ${value ?? at}`}>
                {kind} <span class="mono">{visibleText(value?.slice(0, 24) ?? '')}</span>: on {plural(hosts, 'host')},
                in {plural(incidents, 'incident')}, first {stampOf(first)}
                {judgedWords(verdicts)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function judgedWords(verdicts: readonly Judged[]): string {
  const words = verdicts.map(
    ({ verdict, count, who }) =>
      `${count > 1 ? `${count} times ` : ''}${verdict}${who === null ? '' : ` by ${visibleText(who)}`}`,
  );
  return words.length === 0 ? '' : `, ${words.join(', ')}`;
}
