export type { AuditEntry, AuditedAct } from './audit.ts';
export type { Batch, BatchCount, BatchVerdict } from './batches.ts';
export type { StoreIdentity } from './care.ts';
export type { Positions, Step, StepResult, StepWrite } from './commit.ts';
export type { DeadLetter, DeadLetterCount, LetterState } from './dead-letters.ts';
export { STATE_FORMAT } from './format.ts';
export type { Decided } from './found/count-decided.ts';
export type {
  FoundCounts,
  FoundFilter,
  FoundRow,
  Hits,
  RememberedFound,
  WholeFound,
} from './found/read-found.ts';
export type { FoundRecords } from './found/records.ts';
export type { FoundKind, FoundStanding, FoundVerdict, FoundWrite, ToldFound } from './found/writes.ts';
export type { HostCounts, HostFilter, HostLog, HostRow, WholeHost } from './hosts/read-hosts.ts';
export type { HostSends, LogKind } from './hosts/sends.ts';
export type { HostVerdict, HostWrite, SeenLog } from './hosts/writes.ts';
export type { ActRequest, ActResult } from './incidents/act-on-incident.ts';
export type { IncidentAction } from './incidents/actions.ts';
export type { Background, JudgedCount, LikeIncident, Likeness, Prevalence } from './incidents/background.ts';
export type { IncidentCounts, IncidentRoom, QueueCounts } from './incidents/count-incidents.ts';
export { DUE_STEPS, type Due, type DueStep, type DueTargets, dueTimes, type LevelDueTargets } from './incidents/due.ts';
export type { HiddenPast, HiddenTime } from './incidents/hidden-past.ts';
export type { HistoryEntry } from './incidents/history.ts';
export type { IncidentFilter } from './incidents/incident-filter.ts';
export { type IncidentIds, MOST_IDS } from './incidents/incident-ids.ts';
export type { RememberedIncident } from './incidents/known-incidents.ts';
export type { IncidentRow } from './incidents/list-incidents.ts';
export type { QueueClock } from './incidents/overdue.ts';
export type { TellingPayload } from './incidents/payloads.ts';
export type { SearchWord, WordCondition } from './incidents/queue-words.ts';
export type { IncidentName, WholeIncident } from './incidents/read-incident.ts';
export type { Standing, StepName } from './incidents/stored-incident.ts';
export { UNDO_MS } from './incidents/undo.ts';
export {
  type IncidentState,
  type TakenStep,
  VERDICTS,
  type Verdict,
  WORK_STATES,
  type Work,
  type WorkState,
  type WorkTime,
} from './incidents/work.ts';
export type { IncidentRecord, IncidentVerdict, IncidentWrite, ToldIncident } from './incidents/writes.ts';
export { type InspectOutcome, inspectState, type StateReader } from './inspect-state.ts';
export type { FoundKey, ListedKey, NewKey } from './keys.ts';
export type { NewDeadLetter } from './letter-room.ts';
export { BATCH_KEEP_MS, DIGEST_KEEP_MS, MOST_ACTS, type StateLimits } from './limits.ts';
export { type OpenOutcome, openState, type StateOptions } from './open-state.ts';
export type { Opened } from './opened/opened.ts';
export type { By } from './operation.ts';
export type { InputOf, OperationName, ValueOf } from './operations.ts';
export { MOST_RESENT, type Settlement } from './outbox/deliver.ts';
export type { MessageRow, MessageState } from './outbox/messages.ts';
export type { SinkCounts, SinkEntry } from './outbox/sinks.ts';
export type { Outcome, Refusal, RefusalCode } from './outcome.ts';
export { isOwned } from './owner-of.ts';
export type { Pace } from './paces/paces.ts';
export { MOST_ROWS, type Page, type PageRequest } from './pages.ts';
export type { ChangedPerson, PeopleChange } from './people/changes.ts';
export type { Person, StoredPerson } from './people/person.ts';
export type { AskedChange, DecidedRequest, SecondAct } from './people/requests.ts';
export type { NewSession, OpenSession, Session, SessionEnd } from './people/sessions.ts';
export type { SecondRequest } from './people/stored-request.ts';
export type { Proposal, ProposalState } from './proposals/proposals.ts';
export type { HostsChange, NewSender } from './senders.ts';
export type { State, StateEnd } from './state.ts';
export type { OpenProblem } from './store.ts';
export { STATE_FILE } from './store.ts';
export type { CarriedBy } from './suppressions/carried.ts';
export type { EndedByTime } from './suppressions/ended.ts';
export type { SuppressionPreview, WouldHide } from './suppressions/preview.ts';
export { type Carrier, isRuleAlone, MOST_CARRIERS, type SuppressionScope } from './suppressions/scope.ts';
export type { AddedSuppression, KeptSuppression, NewSuppression, Suppression } from './suppressions/suppressions.ts';
export type { WatchedFile, WatchedLook, WatchedPiece } from './watched-files.ts';
