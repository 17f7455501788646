import { appendAudit, countAudit, listAudit } from './audit.ts';
import { countBatches, findBatch, pruneBatches } from './batches.ts';
import { checkpoint, identity, integrity } from './care.ts';
import { commit, positions } from './commit.ts';
import { countDeadLetters, listDeadLetters, readDeadLetter, settleDeadLetter } from './dead-letters.ts';
import { countDecided } from './found/count-decided.ts';
import { countFound, countHits, knownFound, listFound, readFound } from './found/read-found.ts';
import { foundRecords } from './found/records.ts';
import { hostBlinds } from './hosts/blinds.ts';
import { countHosts, hostNames, listHosts, namesOfHost, readHost } from './hosts/read-hosts.ts';
import { hostSends } from './hosts/sends.ts';
import { actOnIncident, actOnIncidents } from './incidents/act-on-incident.ts';
import { incidentBackground } from './incidents/background.ts';
import { countIncidents, countQueue, countSuppressed, incidentRoom } from './incidents/count-incidents.ts';
import { hiddenTimes } from './incidents/hidden-past.ts';
import { incidentIds } from './incidents/incident-ids.ts';
import { keepIncidents } from './incidents/kept.ts';
import { knownIncidents } from './incidents/known-incidents.ts';
import { incidentRows, listIncidents } from './incidents/list-incidents.ts';
import { incidentPayloads } from './incidents/payloads.ts';
import { listIncidentHistory, listIncidentRecords, readCitedRecord, readIncident } from './incidents/read-incident.ts';
import { judgedBy, noteJudgedBy } from './judged-by.ts';
import { addKey, findKey, listKeys, noteKeyUses, revokeKey } from './keys.ts';
import { listOpened, noteOpened } from './opened/opened.ts';
import type { Operation } from './operation.ts';
import { settleMessage, sureOfSink, takeMessage, tellShown, unsureMessages } from './outbox/deliver.ts';
import { listMessages, retryMessages } from './outbox/messages.ts';
import { pruneOutbox } from './outbox/outbox-room.ts';
import { countSinks, disableSink, enableSink, useSinks } from './outbox/sinks.ts';
import { listPaces } from './paces/paces.ts';
import { changePassword } from './people/changes.ts';
import { countPeople, findPerson, givenLongAgo, listPeople } from './people/person.ts';
import { askChange, askSecond, confirmable, decideRequest, listRequests } from './people/requests.ts';
import {
  beginSession,
  endSession,
  findSession,
  listSessions,
  noteSessionUses,
  sweepSessions,
} from './people/sessions.ts';
import { addProposal, decideProposal, listProposals, readProposal } from './proposals/proposals.ts';
import { activeSenders, addSender, changeSenderHosts, findSender, listSenders, revokeSender } from './senders.ts';
import { beginStream } from './stream-epoch.ts';
import { carriedBy } from './suppressions/carried.ts';
import { endedByTime } from './suppressions/ended.ts';
import { previewSuppression } from './suppressions/preview.ts';
import { addSuppression, endSuppression, listSuppressions } from './suppressions/suppressions.ts';
import { listWatchedFiles, noteWatchedFile } from './watched-files.ts';

/** All that the state can be asked for, by name: both sides of its thread know it from here. */
export interface Operations {
  readonly identity: typeof identity;
  readonly integrity: typeof integrity;
  readonly checkpoint: typeof checkpoint;
  readonly addSender: typeof addSender;
  readonly revokeSender: typeof revokeSender;
  readonly changeSenderHosts: typeof changeSenderHosts;
  readonly findSender: typeof findSender;
  readonly listSenders: typeof listSenders;
  readonly activeSenders: typeof activeSenders;
  readonly listPaces: typeof listPaces;
  readonly addKey: typeof addKey;
  readonly revokeKey: typeof revokeKey;
  readonly findKey: typeof findKey;
  readonly listKeys: typeof listKeys;
  readonly noteKeyUses: typeof noteKeyUses;
  readonly findBatch: typeof findBatch;
  readonly countBatches: typeof countBatches;
  readonly pruneBatches: typeof pruneBatches;
  readonly commit: typeof commit;
  readonly positions: typeof positions;
  readonly listDeadLetters: typeof listDeadLetters;
  readonly readDeadLetter: typeof readDeadLetter;
  readonly countDeadLetters: typeof countDeadLetters;
  readonly settleDeadLetter: typeof settleDeadLetter;
  readonly knownIncidents: typeof knownIncidents;
  readonly listIncidents: typeof listIncidents;
  readonly incidentIds: typeof incidentIds;
  readonly countIncidents: typeof countIncidents;
  readonly countQueue: typeof countQueue;
  readonly countSuppressed: typeof countSuppressed;
  readonly incidentRoom: typeof incidentRoom;
  readonly readIncident: typeof readIncident;
  readonly incidentBackground: typeof incidentBackground;
  readonly hiddenTimes: typeof hiddenTimes;
  readonly listIncidentHistory: typeof listIncidentHistory;
  readonly listIncidentRecords: typeof listIncidentRecords;
  readonly readCitedRecord: typeof readCitedRecord;
  readonly actOnIncident: typeof actOnIncident;
  readonly actOnIncidents: typeof actOnIncidents;
  readonly keepIncidents: typeof keepIncidents;
  readonly noteOpened: typeof noteOpened;
  readonly listOpened: typeof listOpened;
  readonly addSuppression: typeof addSuppression;
  readonly endSuppression: typeof endSuppression;
  readonly listSuppressions: typeof listSuppressions;
  readonly previewSuppression: typeof previewSuppression;
  readonly endedByTime: typeof endedByTime;
  readonly carriedBy: typeof carriedBy;
  readonly addProposal: typeof addProposal;
  readonly decideProposal: typeof decideProposal;
  readonly listProposals: typeof listProposals;
  readonly readProposal: typeof readProposal;
  readonly incidentRows: typeof incidentRows;
  readonly incidentPayloads: typeof incidentPayloads;
  readonly listFound: typeof listFound;
  readonly readFound: typeof readFound;
  readonly foundRecords: typeof foundRecords;
  readonly countFound: typeof countFound;
  readonly countHits: typeof countHits;
  readonly countDecided: typeof countDecided;
  readonly knownFound: typeof knownFound;
  readonly listHosts: typeof listHosts;
  readonly readHost: typeof readHost;
  readonly countHosts: typeof countHosts;
  readonly hostNames: typeof hostNames;
  readonly namesOfHost: typeof namesOfHost;
  readonly hostBlinds: typeof hostBlinds;
  readonly hostSends: typeof hostSends;
  readonly beginStream: typeof beginStream;
  readonly useSinks: typeof useSinks;
  readonly disableSink: typeof disableSink;
  readonly enableSink: typeof enableSink;
  readonly countSinks: typeof countSinks;
  readonly takeMessage: typeof takeMessage;
  readonly settleMessage: typeof settleMessage;
  readonly unsureMessages: typeof unsureMessages;
  readonly sureOfSink: typeof sureOfSink;
  readonly tellShown: typeof tellShown;
  readonly listMessages: typeof listMessages;
  readonly retryMessages: typeof retryMessages;
  readonly pruneOutbox: typeof pruneOutbox;
  readonly findPerson: typeof findPerson;
  readonly listPeople: typeof listPeople;
  readonly countPeople: typeof countPeople;
  readonly givenLongAgo: typeof givenLongAgo;
  readonly askChange: typeof askChange;
  readonly askSecond: typeof askSecond;
  readonly listRequests: typeof listRequests;
  readonly confirmable: typeof confirmable;
  readonly decideRequest: typeof decideRequest;
  readonly changePassword: typeof changePassword;
  readonly beginSession: typeof beginSession;
  readonly findSession: typeof findSession;
  readonly listSessions: typeof listSessions;
  readonly endSession: typeof endSession;
  readonly noteSessionUses: typeof noteSessionUses;
  readonly sweepSessions: typeof sweepSessions;
  readonly judgedBy: typeof judgedBy;
  readonly noteJudgedBy: typeof noteJudgedBy;
  readonly appendAudit: typeof appendAudit;
  readonly countAudit: typeof countAudit;
  readonly listAudit: typeof listAudit;
  readonly listWatchedFiles: typeof listWatchedFiles;
  readonly noteWatchedFile: typeof noteWatchedFile;
}

export const operations: Operations = {
  identity,
  integrity,
  checkpoint,
  addSender,
  revokeSender,
  changeSenderHosts,
  findSender,
  listSenders,
  activeSenders,
  listPaces,
  addKey,
  revokeKey,
  findKey,
  listKeys,
  noteKeyUses,
  findBatch,
  countBatches,
  pruneBatches,
  commit,
  positions,
  listDeadLetters,
  readDeadLetter,
  countDeadLetters,
  settleDeadLetter,
  knownIncidents,
  listIncidents,
  incidentIds,
  countIncidents,
  countQueue,
  countSuppressed,
  incidentRoom,
  readIncident,
  incidentBackground,
  hiddenTimes,
  listIncidentHistory,
  listIncidentRecords,
  readCitedRecord,
  actOnIncident,
  actOnIncidents,
  keepIncidents,
  noteOpened,
  listOpened,
  addSuppression,
  endSuppression,
  listSuppressions,
  previewSuppression,
  endedByTime,
  carriedBy,
  addProposal,
  decideProposal,
  listProposals,
  readProposal,
  incidentRows,
  incidentPayloads,
  listFound,
  readFound,
  foundRecords,
  countFound,
  countHits,
  countDecided,
  knownFound,
  listHosts,
  readHost,
  countHosts,
  hostNames,
  namesOfHost,
  hostBlinds,
  hostSends,
  beginStream,
  useSinks,
  disableSink,
  enableSink,
  countSinks,
  takeMessage,
  settleMessage,
  unsureMessages,
  sureOfSink,
  tellShown,
  listMessages,
  retryMessages,
  pruneOutbox,
  findPerson,
  listPeople,
  countPeople,
  givenLongAgo,
  askChange,
  askSecond,
  listRequests,
  confirmable,
  decideRequest,
  changePassword,
  beginSession,
  findSession,
  listSessions,
  endSession,
  noteSessionUses,
  sweepSessions,
  judgedBy,
  noteJudgedBy,
  appendAudit,
  countAudit,
  listAudit,
  listWatchedFiles,
  noteWatchedFile,
};

export type OperationName = keyof Operations;
export type InputOf<Name extends OperationName> =
  Operations[Name] extends Operation<infer Input, unknown> ? Input : never;
export type ValueOf<Name extends OperationName> =
  Operations[Name] extends Operation<infer _Input, infer Value> ? Value : never;
