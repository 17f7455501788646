export { type Analytic, checkCatalogue, type EvidenceKind } from './analytic.ts';
export { analyticTitle, CATALOGUE } from './catalogue/index.ts';
export { gapFindings, silenceFindings } from './catalogue/t03.ts';
export { editedLogFindings } from './catalogue/t13.ts';
export { conflictFindings, type RecordConflict } from './catalogue/t14.ts';
export { Engine, type EngineContext, type EngineResult } from './engine.ts';
export type { EngineFacts } from './engine-facts.ts';
export type {
  AnalyticFinding,
  Finding,
  FindingProcess,
  Glue,
  HopFacts,
  JudgedFinding,
  RuleCredit,
  TiedFinding,
} from './finding.ts';
export { compareFindings } from './findings.ts';
export { gap } from './gap.ts';
export type { LogSign } from './log-finding.ts';
export { silencesOf } from './log-silence.ts';
export { type PackMark, packMarkOf } from './pack/pack-mark.ts';
export { DEFAULT_LEVEL, techniquesOf } from './rule-words.ts';
export { type LogsOfHost, unlogged } from './unlogged.ts';
