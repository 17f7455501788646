import { LEVELS, type Level, levelRank } from '../../windows/index.ts';
import { orLater, UTC_CLOCK } from '../clock.ts';
import type { Told } from '../drawing/citations.ts';
import type { Drawing } from '../drawing/drawn.ts';
import { unbroken } from '../drawing/drawn-text.ts';
import { longDate } from '../drawing/incident-top.ts';
import { levelMark } from '../drawing/level-mark.ts';
import { listed } from '../drawing/path.ts';
import type { HostLabels } from '../host-label.ts';
import { compareText } from '../record-line.ts';
import type { HuntResult } from '../result.ts';
import { DOSSIER_TECHNIQUE, shownTechniques } from '../techniques.ts';
import { count, plural } from '../terminal.ts';
import { isKnown } from '../worst-first.ts';
import { html, type Markup, NOTHING } from './markup.ts';

export interface Headline {
  readonly text: string;
  /** When what it tells began; absent where nothing was found. */
  readonly time?: string;
  /** It began at `time` or later. */
  readonly isBound?: true | undefined;
}

function levelCounts(levels: readonly Level[]): string {
  const words = LEVELS.toReversed()
    .map((level) => [level, levels.filter((other) => other === level).length] as const)
    .filter(([, n]) => n > 0)
    .map(([level, n]) => `${count(n)} ${level}`);
  return words.length === 0 ? 'none' : words.join(', ');
}

/** Level and date, the worst thing in one sentence, what else there is, eight facts. */
export function huntTop(
  result: HuntResult,
  { incidents, dossiers, findings }: Told,
  headline: Headline,
  label: HostLabels,
): Markup {
  const worst = [
    ...incidents.map(({ level }) => level),
    ...dossiers.map(({ verdict }) => verdict.level),
    ...findings.map(({ level }) => level),
  ].sort((a, b) => levelRank(b) - levelRank(a))[0];
  const known = dossiers.filter(isKnown).length;
  const shown = dossiers.length - known;
  const { summary } = result;
  const { live, afterDamage, swallowed, carved } = summary.records;
  const hosts = [
    ...new Set([...dossiers.filter((d) => !isKnown(d)).map(({ host }) => host), ...findings.map(({ host }) => host)]),
  ].sort();
  const accounts = [
    ...new Set(
      [
        ...dossiers
          .filter((d) => !isKnown(d))
          .flatMap(({ origin, creator, lifecycle }) => [
            origin.account ?? creator.account,
            ...lifecycle.map(({ account }) => account),
          ]),
        ...findings.flatMap(({ accounts }) => accounts),
      ].filter((account) => account !== undefined),
    ),
  ].sort(compareText);
  const steps = [
    ...dossiers
      .filter((d) => !isKnown(d))
      .flatMap(({ firstSeen, firstSeenIsBound, lastSeen, lastSeenIsBound }) => [
        { time: firstSeen, isBound: firstSeenIsBound },
        { time: lastSeen, isBound: lastSeenIsBound },
      ]),
    ...findings.map(({ time, timeIsBound }) => ({ time, isBound: timeIsBound })),
  ].sort((a, b) => compareText(a.time, b.time));
  const techniques = [
    ...new Set([
      ...(shown > 0 ? [DOSSIER_TECHNIQUE] : []),
      ...findings.flatMap(({ attack }) => shownTechniques(attack, result)),
    ]),
  ].sort(compareText);
  const tamper = result.anomalies.filter((anomaly) => anomaly.tamper === true).length;
  const blind = result.gaps.length + summary.notRead.length;
  const first = steps[0];
  const last = steps.at(-1);
  const isLastBound = steps.find(({ isBound }) => isBound)?.isBound;
  const partial =
    result.run.status === 'ok'
      ? NOTHING
      : html`<p class="lede"><b>This hunt is ${result.run.status}.</b> What follows is what was read so far.</p>`;
  const told = [
    ...(incidents.length === 0
      ? []
      : [`${plural(incidents.length, 'incident')}: ${levelCounts(incidents.map(({ level }) => level))}.`]),
    `${plural(shown, 'subscription')} beyond the baseline: ${levelCounts(dossiers.filter((d) => !isKnown(d)).map(({ verdict }) => verdict.level))}.`,
    `${plural(findings.length, 'finding')}: ${levelCounts(findings.map(({ level }) => level))}.`,
  ];
  return html`<header class="top">
<p class="eyebrow">${worst === undefined ? NOTHING : levelMark(worst)}<span>Persistence and movement through WMI</span><span class="num">${headline.time === undefined ? '' : `${longDate(headline.time)}${orLater(headline.isBound)}, `}all times UTC</span></p>
<h1>${unbroken(`${headline.text}.`)}</h1>
<p class="lede">${told.join(' ')} Each number leads to its record; what could not be seen stands under <a href="#gaps">what is blind</a>.</p>${partial}
<dl class="facts">${fact('Incidents', html`<b>${count(incidents.length)}</b>`)}${fact('Subscriptions', html`<b>${count(shown)}</b>, and ${count(known)} on the baseline`)}${fact('First and last step', first === undefined || last === undefined ? 'none' : html`<span class="num">${unbroken(`${UTC_CLOCK.minute(first.time)}${orLater(first.isBound)} to ${UTC_CLOCK.minute(last.time)}${orLater(isLastBound)}`)}</span>`)}${fact('Techniques', techniques.join(', ') || 'none')}${fact('Hosts', unbroken(listed(hosts.map(label), 4) || 'none'))}${fact('Accounts', unbroken(listed(accounts, 4) || 'none'))}${fact('Signs of edited logs', tamper === 0 ? 'none seen' : html`<a href="#tamper">${plural(tamper, 'sign')}</a>`)}${fact('What could not be seen', html`<a href="#gaps">${plural(blind, 'gap')}</a> in ${plural(live + afterDamage + swallowed + carved, 'record')}`)}</dl>
</header>
`;
}

function fact(name: string, value: string | Markup | Drawing): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
