import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { meaning, pathSection, toldGaps } from '../../src/report/index.ts';
import { known } from '../kit/cache.ts';
import { draftsUnder } from '../kit/draft.ts';
import { Shown } from '../kit/drawn.tsx';
import { useKeys } from '../kit/keys.ts';
import { onChanges } from '../kit/live.ts';
import { isSmall } from '../kit/media.ts';
import { NotRead, Stale, type TabSpec } from '../kit/parts.tsx';
import { isPrinting } from '../kit/print.ts';
import { go, goBack, place, withQuery } from '../kit/router.ts';
import { isAtLeast, mayReadEvidence } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { isLocal } from '../kit/time.ts';
import { incidentHere } from '../kit/way-back.ts';
import { plural, visibleText } from '../kit/words.ts';
import { keepKey, moveByIncident, waitedKey, waitsForMoved } from '../queue/move.ts';
import { noteOpened, whenSeen } from '../queue/opened.ts';
import { Actions } from './actions.tsx';
import { pathOf } from './acts.ts';
import { BeforeClosing } from './before-closing.tsx';
import { useCitedRecords } from './cited-records.ts';
import { ClockSteps } from './clock-steps.tsx';
import { IncidentDialog, type OpenDialog } from './dialogs.tsx';
import { caseOfDocument, type DrawnCase, type IncidentDocument } from './document.ts';
import { recordOfLink } from './evidence-rows.ts';
import { EvidenceTab } from './evidence-tab.tsx';
import { Eyebrow, Objects, Seen } from './head.tsx';
import { HistoryTab } from './history.tsx';
import { type Merged, useLineage } from './lineage.ts';
import { NotesTab } from './notes.tsx';
import { copyLink, saveReport } from './outputs.ts';
import { PaperWait, usePaper } from './paper.tsx';
import { notesOf, usePast } from './past.ts';
import { acknowledge, assignToMe } from './quick-acts.ts';
import { showPhase } from './show-steps.ts';
import { isWithin } from './span.ts';
import { spanNow } from './span-now.ts';
import { StepsTab } from './steps.tsx';
import { showPanelTop, TabBar } from './tab-bar.tsx';
import { ConfidenceTab, GapsTab } from './tabs.tsx';
import { TimeTab } from './time-tab.tsx';
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
      if (
        changes.some(
          ({ type, of }) => /^(?:resync|queue)$/.test(type) || (type === 'incident' && ids.has(String(of['id']))),
        )
      )
        void entry.refresh();
    });
  }, [id, doc?.id]);
  const { key, merged } = useLineage(id, doc);
  useEffect(() => {
    if (doc === undefined) return undefined;
    const seen = { id: doc.id, version: doc.version, revision: doc.work.revision };
    return whenSeen(() => void noteOpened(seen));
  }, [doc?.id, doc?.version, doc?.work.revision]);
  useEffect(() => {
    if (doc !== undefined) return undefined;
    // It is being read: a key that is meant for it waits.
    return useKeys(
      [...WORDS].map((word) => ({ key: word, says: '', group: 'Incident', run: () => keepKey(id, word) })),
    );
  }, [id, doc === undefined]);
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
              <a href={withQuery({ tab: undefined, open: undefined, t: undefined }, '/incidents')} onClick={goBack}>
                ← Back to the queue
              </a>
            </p>
          </>
        ) : null}
        <Stale entry={entry} />
        {doc !== undefined ? (
          <IncidentView key={key} doc={doc} merged={merged} />
        ) : now.problem?.status === 404 ? (
          <div class="state">
            <p>
              <b>There is no incident {visibleText(id)}.</b>
            </p>
            <p>It may have gone for want of room, or the link is cut.</p>
          </div>
        ) : (
          <NotRead what="The incident" entry={entry} />
        )}
      </div>
    </article>
  );
}

function IncidentView({
  doc,
  merged,
}: {
  readonly doc: IncidentDocument;
  readonly merged: Merged | undefined;
}): JSX.Element {
  const records = useCitedRecords(doc);
  const [dialog, setDialog] = useState<OpenDialog | undefined>(() => waitingDialog(doc));
  const drawn = useMemo(() => caseOfDocument(doc, records.more), [doc.version, doc.records, records.more]);
  const { cited } = doc.records;
  const past = usePast(doc);
  const paper = usePaper(doc, records, past);
  const tab = tabNow();
  useEffect(() => {
    const keys = incidentKeys(doc, setDialog);
    const stop = useKeys(keys);
    const key = waitedKey(doc.id);
    keys.find((one) => one.key === key)?.run();
    return stop;
  }, [doc]);
  useEffect(() => {
    incidentHere.value = doc.number;
    return () => {
      incidentHere.value = undefined;
    };
  }, [doc.number]);
  const linkOf = (target: string): string | undefined => {
    const record = recordOfLink(drawn.citations.records, target);
    if (record !== undefined) return withQuery({ tab: 'evidence', open: record, ...outsideSpan(drawn, record) });
    if (/^[sfl]-/.test(target)) return `${withQuery({ tab: 'confidence', open: undefined })}#${target}`;
    if (/^g(?:-|aps)/.test(target)) return withQuery({ tab: 'gaps', open: undefined });
    return undefined;
  };
  const panels: Readonly<Record<TabId, () => JSX.Element>> = {
    evidence: () => <EvidenceTab drawn={drawn} cited={cited} span={spanNow()} onMore={records.readMore} />,
    time: () => <TimeTab drawn={drawn} cited={cited} linkOf={linkOf} />,
    confidence: () => <ConfidenceTab drawn={drawn} linkOf={linkOf} />,
    gaps: () => <GapsTab drawn={drawn} linkOf={linkOf} />,
    steps: () => <StepsTab doc={doc} onStep={(step) => setDialog({ kind: 'step', step })} />,
    notes: () => <NotesTab doc={doc} past={past} onNote={() => setDialog({ kind: 'note' })} />,
    history: () => <HistoryTab past={past} history={doc.history} next={doc.incident.next} />,
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
    { id: 'gaps', name: 'Gaps', count: toldGaps(drawn.item.gaps).length },
    { id: 'steps', name: 'Steps', count: `${done} of ${doc.incident.next.length}` },
    { id: 'notes', name: 'Notes', count: past.readOlder === undefined ? notes : `${notes} or more` },
    { id: 'history', name: 'History' },
  ];
  // The first sheet of paper has sentence, clocks and path (PRODUCT 11): what stands between them on screen follows there. Keys keep what is opened in it.
  const isPaper = isPrinting.value;
  const seen = <Seen key="seen" doc={doc} />;
  const closing = <BeforeClosing key="closing" doc={doc} onVerdict={() => setDialog({ kind: 'verdict' })} />;
  const objects = <Objects key="objects" doc={doc} label={drawn.label} />;
  const path = (
    <div class="drawn path" key="path">
      <Shown drawing={picture} linkOf={linkOf} />
    </div>
  );
  return (
    <>
      <Withdrawn doc={doc} merged={merged} onClose={() => setDialog({ kind: 'close' })} />
      <Eyebrow doc={doc} drawn={drawn} />
      <h2>{visibleText(doc.incident.title)}.</h2>
      <p class="lede">
        <Shown drawing={lede} linkOf={linkOf} />
      </p>
      {isPaper ? null : seen}
      <ClockSteps doc={doc} />
      {isPaper ? path : closing}
      <Actions doc={doc} open={setDialog} print={paper.start} />
      <PaperWait paper={paper} cited={cited} />
      {isPaper ? seen : objects}
      {isLocal.value ? <p class="note">Sentence, picture and gaps say UTC.</p> : null}
      {isPaper ? closing : path}
      {isPaper ? objects : null}
      <TabBar doc={doc} tabs={specs} chosen={tab} onChoose={(chosen) => showTab(chosen as TabId)} />
      {isPaper ? (
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
      {dialog === undefined ? null : (
        <IncidentDialog open={dialog} doc={doc} onClose={() => setDialog(undefined)} onOpen={setDialog} />
      )}
    </>
  );
}

function showTab(id: TabId): void {
  go(withQuery({ tab: id === 'evidence' ? undefined : id, open: undefined }), 'replace');
  showPanelTop();
}

/** A link to a record that the span leaves out shows all times again: it must be seen there. */
function outsideSpan({ citations }: DrawnCase, id: string): { readonly t?: undefined } {
  const span = spanNow();
  const time = citations.records.find(({ record }) => record.id === id)?.record.time;
  return span === undefined || isWithin(time, span) ? {} : { t: undefined };
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
  merged,
  onClose,
}: {
  readonly doc: IncidentDocument;
  readonly merged: Merged | undefined;
  readonly onClose: () => void;
}): JSX.Element | null {
  const part =
    merged === undefined ? null : (
      <p class="since" role="status">
        Now part of INC-{doc.number}
        {merged.more === undefined
          ? ''
          : ` (${merged.more === 0 ? 'no more findings' : plural(merged.more, 'more finding')})`}
        .
      </p>
    );
  if (doc.standing !== 'withdrawn') return part;
  const why = doc.history.items.find(({ action }) => action === 'withdrawn');
  return (
    <>
      {part}
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

/** Keys of an incident, whatever it is. */
const WORDS = 'aisvnzpcrl1234567';

function incidentKeys(doc: IncidentDocument, open: (dialog: OpenDialog) => void): Parameters<typeof useKeys>[0] {
  const group = 'Incident' as const;
  const isClosed = doc.work.state === 'closed';
  const work = !isAtLeast('analyst')
    ? []
    : [
        { key: 'a', says: 'acknowledge', group, run: () => void acknowledge(doc) },
        { key: 'i', says: 'assign to me', group, run: () => void assignToMe(doc) },
        { key: 's', says: 'assign', group, run: () => open({ kind: 'assign' }) },
        { key: 'v', says: 'verdict', group, run: () => (isClosed ? sayClosed(doc.number) : open({ kind: 'verdict' })) },
        { key: 'n', says: 'note', group, run: () => open({ kind: 'note' }) },
        { key: 'z', says: 'suppress', group, run: () => open({ kind: 'suppress' }) },
        { key: 'p', says: 'pin', group, run: () => open({ kind: 'pin' }) },
      ];
  const own: Parameters<typeof useKeys>[0] = [
    ...work,
    { key: 'c', says: 'containment steps', group, run: () => showPhase('contain') },
    ...(mayReadEvidence() ? [{ key: 'r', says: 'report', group, run: () => void saveReport(doc) }] : []),
    { key: 'l', says: 'copy link', group, run: () => void copyLink(doc) },
  ];
  const tabs = TABS.map((id, index) => ({ key: String(index + 1), says: `tab ${id}`, group, run: () => showTab(id) }));
  const meant = (one: (typeof own)[number]): typeof one => ({
    ...one,
    run: () => (waitsForMoved(one.key) ? undefined : one.run()),
  });
  return [
    ...own.map(meant),
    { key: '[', says: 'previous incident', group, run: () => moveByIncident(-1) },
    { key: ']', says: 'next incident', group, run: () => moveByIncident(1) },
    ...tabs.map(meant),
  ];
}

/** What was decided of a closed incident is changed in a new episode (SETTLED G2). */
function sayClosed(number: number): void {
  say(`INC-${number} is closed: open it again first, with a reason.`);
}
