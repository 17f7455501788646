export { INTAKE_ANOMALIES, type IntakeAnomaly } from './anomalies.ts';
export {
  COMPILED_LIMITS,
  type CompiledFrom,
  type CompiledLimits,
  type CompiledReading,
  type CompiledRules,
  digestOfTexts,
  isCompiledRules,
  packRules,
  readCompiledRules,
} from './compiled-rules.ts';
export { mergeCoverage, type UnitCoverage } from './coverage-rows.ts';
export { type Decoded, decodeInline, decodeInThreads, type UnitDecoders } from './decoder-pool.ts';
export type { TextBlock, ThreadOptions } from './decoders.ts';
export type { ArchivedText, ArchiveRows } from './entry-keeper.ts';
export { expandPattern } from './expand-pattern.ts';
export type { FilePort, FileStat, FolderEntry, OpenFile, RandomFile } from './file-port.ts';
export {
  type FindOptions,
  type FoundInputs,
  findInputs,
  type Input,
  type PathProblem,
} from './find-inputs.ts';
export { type HandedRules, handRules, takeRules } from './handed-rules.ts';
export { HELD_BYTES, Holding, type HoldingOptions, type SpoolFile } from './holding.ts';
export { hashFile } from './input-hash.ts';
export { type IsAudit, isRepositoryName, type KeptFile, type KeptRole } from './kept-role.ts';
export { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
export { type LoadedRule, type LoadedRules, loadedRules } from './loaded-rules.ts';
export { mergeNotRead, type NotRead, type NotReadKind, NotReadTally } from './not-read.ts';
export { MAX_PASSWORDS, passwordsOf } from './passwords.ts';
export { baseName, hasGlob, joinPath, spellings } from './path-text.ts';
export { type InputEnd, type ReadOptions, type ReadStep, readInput } from './read-input.ts';
export { type InputKind, isArchive, isReadable, kindOfRole } from './recognise.ts';
export {
  type CompiledRuleSet,
  compileGroup,
  compileOptions,
  matcherOf,
  type ReadyRules,
  type RuleGroup,
  type RuleMapping,
  type RuleSet,
  type RuleTexts,
} from './rule-set.ts';
export { type RulesForThreads, rulesFromThread } from './rules-for-threads.ts';
export { type SharedRules, sharedRules } from './shared-rules.ts';
export type { TextAnswer, TextBlockOptions } from './text-block-reader.ts';
export { type TextCoverage, type TimeNote, timeNoteByte, timeNoteOf } from './text-coverage.ts';
export { type UnitAnswer, UnitReader, type UnitReaderOptions } from './unit-reader.ts';
export { type CollectionLayout, type WindowsPath, windowsPathOf } from './windows-path.ts';
export { readZipFiles, type ZipFile, type ZipFilesOptions } from './zip-files.ts';
