import type { JSX } from 'preact';
import { isSmall } from '../kit/media.ts';
import { isAtLeast, mayReadEvidence, person } from '../kit/session.ts';
import { hasFormerVerdict, needsOf } from './closing-needs.ts';
import type { OpenDialog } from './dialogs.tsx';
import type { IncidentDocument } from './document.ts';
import { copyIndicators, copyLink, savePicture, saveReport } from './outputs.ts';
import { openPhase, openSteps } from './phases.ts';
import { acknowledge, assignToMe, isToAcknowledge } from './quick-acts.ts';
import { showPhase } from './show-steps.ts';

interface Press {
  readonly name: string;
  readonly key?: string;
  /** It changes nothing of the incident: it stands back. */
  readonly isAside?: boolean;
  readonly run: () => void;
}

/** What can be done now, the next thing first. On a small screen all after the first stand in a menu. */
export function Actions({
  doc,
  open,
  print,
}: {
  readonly doc: IncidentDocument;
  readonly open: (dialog: OpenDialog) => void;
  readonly print: () => void;
}): JSX.Element {
  const [first, ...rest] = pressesOf(doc, open, print);
  const others = rest.map((press) => <PressButton key={press.name} press={press} />);
  return (
    <div class="acts">
      {first === undefined ? null : <PressButton press={first} isFirst={first.isAside !== true} />}
      {isSmall.value ? (
        <details class="more">
          <summary class="btn">More</summary>
          <div>{others}</div>
        </details>
      ) : (
        others
      )}
      {mayReadEvidence() ? null : <span class="muted">A report needs the role analyst or auditor.</span>}
    </div>
  );
}

/** The key beside a name is for who sees it; who hears it is told by `aria-keyshortcuts`. */
export function PressButton({
  press: { name, key, isAside, run },
  isFirst = false,
}: {
  readonly press: Press;
  readonly isFirst?: boolean;
}): JSX.Element {
  return (
    <button
      type="button"
      class={isFirst ? 'btn pri' : isAside === true ? 'btn quiet' : 'btn'}
      aria-keyshortcuts={key}
      onClick={run}
    >
      {name}
      {key === undefined ? null : (
        <span class="kbd" aria-hidden="true">
          {key}
        </span>
      )}
    </button>
  );
}

function pressesOf(doc: IncidentDocument, open: (dialog: OpenDialog) => void, print: () => void): readonly Press[] {
  const { state, verdict } = doc.work;
  const common: readonly Press[] = [
    ...(mayReadEvidence() ? [{ name: 'Report', key: 'r', isAside: true, run: () => void saveReport(doc) }] : []),
    { name: 'Print', isAside: true, run: print },
    { name: 'Save picture', isAside: true, run: () => void savePicture(doc) },
    { name: 'Copy link', key: 'l', isAside: true, run: () => void copyLink(doc) },
    { name: 'Copy indicators', isAside: true, run: () => void copyIndicators(doc) },
  ];
  if (!isAtLeast('analyst')) return common;
  const judge: Press = {
    name: verdict === null || hasFormerVerdict(doc) ? 'Record verdict' : 'Change verdict',
    key: 'v',
    run: () => open({ kind: 'verdict' }),
  };
  const contain: Press = {
    name: openSteps(doc, 'contain').length > 0 ? 'Contain' : 'Steps',
    key: 'c',
    run: () => showPhase(openPhase(doc)),
  };
  const verify: Press = { name: 'Verify', run: () => showPhase('verify') };
  const close: Press = { name: 'Close', run: () => open({ kind: 'close' }) };
  const always: readonly Press[] = [
    { name: 'Assign', key: 's', run: () => open({ kind: 'assign' }) },
    ...(doc.work.owner === person() ? [] : [{ name: 'Assign to me', key: 'i', run: () => void assignToMe(doc) }]),
    { name: 'Add note', key: 'n', run: () => open({ kind: 'note' }) },
    { name: 'Suppress', key: 'z', run: () => open({ kind: 'suppress' }) },
    { name: isAtLeast('engineer') ? 'Pin' : 'Propose pin', key: 'p', run: () => open({ kind: 'pin' }) },
    { name: 'Link ticket', run: () => open({ kind: 'ticket' }) },
    ...common,
  ];
  if (state === 'closed') return [{ name: 'Open again', run: () => open({ kind: 'reopen' }) }, ...always];
  if (isToAcknowledge(doc))
    return [{ name: 'Acknowledge', key: 'a', run: () => void acknowledge(doc) }, judge, contain, ...always];
  // What is missing before it can be closed comes first; a learn text is asked for as it is closed.
  const needs = needsOf(doc);
  if (needs.verdict) return [judge, contain, ...always];
  const [missing] = needs.steps;
  if (missing === undefined)
    return contain.name === 'Contain' ? [close, contain, judge, ...always] : [close, judge, contain, ...always];
  return missing.phase === 'contain' ? [contain, judge, close, ...always] : [verify, contain, judge, close, ...always];
}
