export { type Anomaly, anomalyIn, type PlacedAnomaly, REPEATED_NAMES } from './anomaly.ts';
export {
  ATTACK_VERSIONS,
  type AttackVersion,
  DEFAULT_ATTACK_VERSION,
  parentTechnique,
  type Technique,
  techniqueIds,
  techniqueOf,
  techniquesOfTags,
} from './attack.ts';
export { type SplitCommandLine, splitCommandLine } from './command-line.ts';
export { mayTellAlone } from './context-records.ts';
export type { CoverageCount, Gap } from './coverage.ts';
export { duration } from './duration.ts';
export {
  channelKey,
  compareRecordIds,
  type Event,
  firstOf,
  foldName,
  getFolded,
  heldBytesOf,
  isForgeable,
  type Place,
  provenFirst,
  type RecordClass,
  type RecordId,
  type Source,
  SYSTEM_FIELDS,
  type SystemField,
  type TimeQuality,
  trustOfRecord,
} from './event.ts';
export { EventPacker } from './event-packer.ts';
export { isTimed, timeOf } from './event-time.ts';
export { addressOf, distinctEvidence, type Evidence, evidenceOf, firstRecords, hasNotBound } from './evidence.ts';
export {
  FIELD_LAYOUTS,
  type FieldLayout,
  fieldLayoutOf,
  fieldLayoutOfChannel,
  type LaidField,
} from './field-layouts.ts';
export { canonicalFieldText, canonicalGuid, canonicalKeywords, type FieldType } from './field-text.ts';
export { isWmiResource } from './identity-records.ts';
export { imageTail, PROVIDER_HOST, SCRIPT_HOST } from './image.ts';
export { EVERY_CHANNEL, isOfKeptChannel, type KeptChannels } from './kept-channels.ts';
export {
  type EventLayout,
  isChannelWanted,
  isKept,
  isProcessOfInterest,
  isWanted,
  LAYOUTS,
  layoutOf,
  mayCreateSubscription,
} from './layouts.ts';
export { BASE_SCORE, LEVELS, type Level, levelOfScore, levelRank, type Scope } from './level.ts';
export {
  AUDIT,
  type HiddenValue,
  type Look,
  MOF,
  type ObjectSight,
  REPOSITORY,
  type RepositoryEvidence,
  type RestingAct,
} from './object-sight.ts';
export { detachEvent, PackedEvent } from './packed-event.ts';
export {
  clearPackedMarks,
  HEAD_BYTES,
  hasPackedMark,
  movePackedPlace,
  type PackedLayout,
  type PackedRows,
  type PackedTables,
  type PackedTimes,
  packedComputerEnd,
  packedLine,
  packedNote,
  packedRowBytes,
  packedSource,
  packedTimeMs,
  packedTimeTicks,
  putPackedMark,
  renumberLayout,
  setPackedSource,
  setPackedTimes,
} from './packed-row.ts';
export { canonicalTail, fileNameOf, isSamePath } from './paths.ts';
export { type Pieces, toEnd } from './pieces.ts';
export { isDcomHost, isEmbedding, isPlantedDll, readsMemory, scriptLoadOf } from './process-records.ts';
export { type ProgramClass, programClassOf, programStem } from './programs.ts';
export { compareSameTime } from './same-time.ts';
export { isInteractiveUserSid, isSidText, sidFromBytes, sidOfWellKnownName, wellKnownSidName } from './sid.ts';
export {
  type CallVerb,
  callsOfBindings,
  callsOfCommandLine,
  callsOfScript,
  isOwnMachineName,
  machineWordsOf,
  mayCallElsewhere,
  type StatedCall,
} from './stated-calls.ts';
export {
  civilMs,
  compareInstants,
  filetimeMs,
  filetimeTicks,
  formatTime,
  type Instant,
  isPrintableMs,
  parseTime,
} from './time.ts';
export {
  bestWay,
  type CameBy,
  cameBy,
  isProven,
  isUnproven,
  type TrustClass,
  trustRank,
  UNPROVEN_SCORE,
  unprovenTerm,
} from './trust.ts';
export { type WbemCall, wbemCall, wbemCallOf, ZEEK, ZEEK_CONN, ZEEK_DCE_RPC } from './wbem-calls.ts';
export { excludedWmiChild, type WmiChild } from './wmi-children.ts';
export type { WmiObject, WmiValue } from './wmi-object.ts';
export { type Zone, zoneOf, zoneOffsetMinutes } from './zone-offset.ts';
