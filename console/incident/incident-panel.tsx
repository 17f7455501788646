import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { meaning, pathSection, type RecordLine } from '../../src/report/index.ts';
import { ask } from '../kit/api.ts';
import { known } from '../kit/cache.ts';
import { draftsUnder, moveDrafts } from '../kit/draft.ts';
import { Shown } from '../kit/drawn.tsx';
import { useKeys } from '../kit/keys.ts';
import { onChanges } from '../kit/live.ts';
import { isSmall } from '../kit/media.ts';
import { Failed, Stale, type TabSpec, Tabs, Waiting } from '../kit/parts.tsx';
import { isPrinting } from '../kit/print.ts';
import { go, place, withQuery } from '../kit/router.ts';
import { isAtLeast, mayReadEvidence } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { plural, visibleText } from '../kit/words.ts';
import { moveBy } from '../queue/move.ts';
import { noteOpened, whenSeen } from '../queue/opened.ts';
import { Actions } from './actions.tsx';
import { pathOf } from './acts.ts';
import { ClockSteps } from './clock-steps.tsx';
import { IncidentDialog, type OpenDialog } from './dialogs.tsx';
import { caseOfDocument, type IncidentDocument } from './document.ts';
import { recordOfLink } from './evidence-rows.ts';
import { EvidenceTab } from './evidence-tab.tsx';
import { Eyebrow, Objects, Seen } from './head.tsx';
import { HistoryTab } from './history.tsx';
import { NotesTab } from './notes.tsx';
import { copyLink, saveReport } from './outputs.ts';
import { notesOf, usePast } from './past.ts';
import { acknowledge, assignToMe } from './quick-acts.ts';
import { showContainSteps } from './show-steps.ts';
import { StepsTab } from './steps.tsx';
import { ConfidenceTab, GapsTab, TimeTab } from './tabs.tsx';
import { withEmptyParts } from './withheld.ts';

const TABS = ['evidence', 'time', 'confidence', 'gaps', 'steps', 'notes', 'history'] as const;
type TabId = (typeof TABS)[number];

/** One incident: asked for when it is opened, and again when the stream tells that it changed. */
export function IncidentPanel({ id }: { readonly id: string }): JSX.Element {
  const entry = known<IncidentDocument>(pathOf(id));
  const now = entry.known.value;
  const sent = now.value;
  const doc = useMemo(() => (sent === undefined ? undefined : withEmptyParts(sent)), [sent]);
  useEffect(() => {
    const ids = new Set([id, doc?.id]);
    return onChanges((changes) => {
      if (changes.some(({ type, of }) => type === 'resync' || (type === 'incident' && ids.has(String(of['id'])))))
        void entry.refresh();
    });
  }, [id, doc?.id]);
  const { key, from } = useLineage(id, doc);
  useEffect(() => {
    if (doc === undefined) return undefined;
    const seen = { id: doc.id, version: doc.version, revision: doc.work.revision };
    return whenSeen(() => void noteOpened(seen));
  }, [doc?.id, doc?.version, doc?.work.revision]);
  useEffect(() => {
    // The number is an alias, and what was merged away has a survivor: the URL says which one it is (SETTLED G3, G12).
    if (doc === undefined || doc.id === id) return;
    const { requestedId: _, ...own } = doc;
    known<IncidentDocument>(pathOf(doc.id)).put(own, now.etag);
    go(withQuery({}, `/incidents/${doc.id}`), 'replace');
  }, [doc?.id, id]);
  return (
    <article
      class="inc"
      aria-label={doc === undefined ? 'Incident' : `Incident INC-${doc.number}`}
      data-scroll="incident"
    >
      <div class="pad">
        {isSmall.value ? (
          <>
            <h1 class="vh">Incident</h1>
            <p class="back">
              <a href={withQuery({ tab: undefined, open: undefined, t: undefined }, '/incidents')}>
                ← Back to the queue
              </a>
            </p>
          </>
        ) : null}
        <Stale known={now} onAgain={() => void entry.refresh()} />
        {doc !== undefined ? (
          <IncidentView key={key} doc={doc} mergedFrom={from} />
        ) : now.problem !== undefined ? (
          now.problem.status === 404 ? (
            <div class="state">
              <p>
                <b>There is no incident {visibleText(id)}.</b>
              </p>
              <p>It may have gone to keep the bounds of the store, or the link is cut.</p>
            </div>
          ) : (
            <Failed what="The incident" problem={now.problem} onAgain={() => void entry.refresh()} />
          )
        ) : (
          <Waiting what="The incident" onCancel={entry.cancel} />
        )}
      </div>
    </article>
  );
}

/**
 * What keeps its view: an incident that became part of another while it was open stays on screen, with its scroll, its dialog and what was written
 * in it (SETTLED G3). `from` is the id that was opened, where it is not the incident's own any more.
 */
function useLineage(
  id: string,
  doc: IncidentDocument | undefined,
): { readonly key: string; readonly from: string | undefined } {
  const line = useRef<{ key: string; ids: readonly string[] }>({ key: id, ids: [id] });
  if (!line.current.ids.includes(id)) line.current = { key: id, ids: [id] };
  if (doc !== undefined && !line.current.ids.includes(doc.id)) {
    if (/^INC-\d+$/i.test(id)) line.current = { key: doc.id, ids: [id, doc.id] };
    else {
      moveDrafts(id, doc.id);
      line.current = { ...line.current, ids: [...line.current.ids, doc.id] };
    }
  }
  const [first = id] = line.current.ids;
  const isMerged = doc !== undefined && doc.id !== first && !/^INC-\d+$/i.test(first);
  return { key: line.current.key, from: isMerged ? first : undefined };
}

function IncidentView({
  doc,
  mergedFrom,
}: {
  readonly doc: IncidentDocument;
  readonly mergedFrom: string | undefined;
}): JSX.Element {
  const [more, setMore] = useState<readonly RecordLine[]>([]);
  const [next, setNext] = useState<string | undefined>(doc.records?.next);
  const [dialog, setDialog] = useState<OpenDialog | undefined>(() => waitingDialog(doc));
  const drawn = useMemo(() => caseOfDocument(doc, more), [doc.version, doc.records, more]);
  const cited = doc.records.cited ?? drawn.citations.records.length;
  const past = usePast(doc);
  const tab = tabNow();
  useEffect(() => useKeys(incidentKeys(doc, setDialog)), [doc]);
  const isReading = useRef(false);
  const readMore = async (): Promise<void> => {
    if (isReading.current) return;
    isReading.current = true;
    const answer = await ask<{ readonly items: readonly RecordLine[]; readonly next?: string }>(
      'GET',
      `${pathOf(doc.id)}/records?limit=1000&after=${encodeURIComponent(next ?? '')}`,
    );
    isReading.current = false;
    if (answer.kind === 'problem') {
      say(`More records could not be read: ${answer.problem.title.toLowerCase()}.`);
      return;
    }
    setMore([...more, ...answer.value.items]);
    setNext(answer.value.next);
  };
  const linkOf = (target: string): string | undefined => {
    const record = recordOfLink(drawn.citations.records, target);
    if (record !== undefined) return withQuery({ tab: 'evidence', open: record });
    if (/^[sfl]-/.test(target)) return `${withQuery({ tab: 'confidence', open: undefined })}#${target}`;
    if (/^g(?:-|aps)/.test(target)) return withQuery({ tab: 'gaps', open: undefined });
    return undefined;
  };
  const panels: Readonly<Record<TabId, () => JSX.Element>> = {
    evidence: () => (
      <EvidenceTab drawn={drawn} cited={cited} onMore={next === undefined ? undefined : () => void readMore()} />
    ),
    time: () => <TimeTab drawn={drawn} linkOf={linkOf} />,
    confidence: () => <ConfidenceTab drawn={drawn} linkOf={linkOf} />,
    gaps: () => <GapsTab drawn={drawn} linkOf={linkOf} />,
    steps: () => <StepsTab doc={doc} onStep={(step) => setDialog({ kind: 'step', step })} />,
    notes: () => <NotesTab doc={doc} past={past} onNote={() => setDialog({ kind: 'note' })} />,
    history: () => <HistoryTab past={past} />,
  };
  const panel = (id: TabId): JSX.Element => panels[id]();
  const picture = useMemo(() => pathSection(drawn.item), [drawn]);
  const lede = useMemo(() => meaning(drawn.item), [drawn]);
  const done = doc.incident.next.filter(({ id }) => doc.work.taken[id] !== undefined).length;
  const notes = notesOf(past.items).length;
  const specs: readonly TabSpec[] = [
    { id: 'evidence', name: 'Evidence', count: cited },
    { id: 'time', name: 'Time' },
    { id: 'confidence', name: 'Confidence' },
    { id: 'gaps', name: 'Gaps', count: doc.gaps.length },
    { id: 'steps', name: 'Steps', count: `${done} of ${doc.incident.next.length}` },
    { id: 'notes', name: 'Notes', count: past.readOlder === undefined ? notes : `${notes} or more` },
    { id: 'history', name: 'History' },
  ];
  return (
    <>
      <Withdrawn doc={doc} isMerged={mergedFrom !== undefined} onClose={() => setDialog({ kind: 'close' })} />
      <Eyebrow doc={doc} drawn={drawn} />
      <h2>{visibleText(doc.incident.title)}.</h2>
      <p class="lede">
        <Shown drawing={lede} linkOf={linkOf} />
      </p>
      <Seen doc={doc} />
      <ClockSteps doc={doc} />
      <Actions doc={doc} open={setDialog} />
      <Objects doc={doc} label={drawn.label} />
      <div class="drawn path">
        <Shown drawing={picture} linkOf={linkOf} />
      </div>
      <Tabs
        tabs={specs}
        chosen={tab}
        label="Parts of the incident"
        onChoose={(chosen) =>
          go(withQuery({ tab: chosen === 'evidence' ? undefined : chosen, open: undefined }), 'replace')
        }
      />
      {isPrinting.value ? (
        specs.map(({ id, name }) => (
          <section key={id} class="panel" aria-label={name}>
            <h3 class="on-paper">{name}</h3>
            {panel(id as TabId)}
          </section>
        ))
      ) : (
        <div class="panel" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
          {panel(tab)}
        </div>
      )}
      {dialog === undefined ? null : <IncidentDialog open={dialog} doc={doc} onClose={() => setDialog(undefined)} />}
    </>
  );
}

function tabNow(): TabId {
  const asked = place.value.query.get('tab');
  return TABS.find((tab) => tab === asked) ?? 'evidence';
}

/** A dialog that stood open when the page was loaded anew stands open again: what was written is in it (SETTLED G5). */
function waitingDialog({ id, incident }: IncidentDocument): OpenDialog | undefined {
  const [name] = draftsUnder(`${id}:`);
  const kind = name?.slice(id.length + 1);
  const step = incident.next.find((one) => kind === `step-${one.id}`);
  if (step !== undefined) return { kind: 'step', step };
  const kinds = ['verdict', 'assign', 'note', 'close', 'reopen', 'suppress', 'pin', 'ticket'] as const;
  const found = kinds.find((one) => one === kind);
  return found === undefined ? undefined : { kind: found };
}

/** What late evidence took back stays where somebody touched it (SETTLED G4); what is part of another one says so (G3). */
function Withdrawn({
  doc,
  isMerged,
  onClose,
}: {
  readonly doc: IncidentDocument;
  readonly isMerged: boolean;
  readonly onClose: () => void;
}): JSX.Element | null {
  const merged = isMerged ? (
    <p class="since" role="status">
      Now part of INC-{doc.number} ({plural(doc.findings.length, 'finding')}).
    </p>
  ) : null;
  if (doc.standing !== 'withdrawn') return merged;
  const why = doc.history.items.find(({ action }) => action === 'withdrawn');
  return (
    <>
      {merged}
      <div class="since" role="status">
        <p>
          <b>Withdrawn by late evidence.</b>{' '}
          {why?.note === undefined ? 'What it rested on is told otherwise now.' : visibleText(why.note)}
        </p>
        {doc.work.state !== 'closed' && isAtLeast('analyst') ? (
          <button type="button" class="btn" onClick={onClose}>
            Close
          </button>
        ) : null}
      </div>
    </>
  );
}

function incidentKeys(doc: IncidentDocument, open: (dialog: OpenDialog) => void): Parameters<typeof useKeys>[0] {
  const group = 'Incident' as const;
  const tab = (id: TabId): void =>
    go(withQuery({ tab: id === 'evidence' ? undefined : id, open: undefined }), 'replace');
  const work = !isAtLeast('analyst')
    ? []
    : [
        {
          key: 'a',
          says: 'acknowledge',
          group,
          run: () =>
            void (doc.work.state === 'open' ? acknowledge(doc) : say(`INC-${doc.number} is acknowledged already.`)),
        },
        { key: 'i', says: 'assign to me', group, run: () => void assignToMe(doc) },
        { key: 's', says: 'assign', group, run: () => open({ kind: 'assign' }) },
        { key: 'v', says: 'verdict', group, run: () => open({ kind: 'verdict' }) },
        { key: 'n', says: 'note', group, run: () => open({ kind: 'note' }) },
        { key: 'z', says: 'suppress', group, run: () => open({ kind: 'suppress' }) },
        { key: 'p', says: 'pin', group, run: () => open({ kind: 'pin' }) },
      ];
  return [
    ...work,
    { key: 'c', says: 'containment steps', group, run: showContainSteps },
    ...(mayReadEvidence() ? [{ key: 'r', says: 'report', group, run: () => void saveReport(doc) }] : []),
    { key: 'l', says: 'copy link', group, run: () => void copyLink(doc) },
    { key: '[', says: 'previous incident', group, run: () => moveBy(-1) },
    { key: ']', says: 'next incident', group, run: () => moveBy(1) },
    ...TABS.map((id, index) => ({ key: String(index + 1), says: `tab ${id}`, group, run: () => tab(id) })),
  ];
}
