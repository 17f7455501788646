export { type Analytic, checkCatalogue, type EvidenceKind } from './analytic.ts';
export { CATALOGUE } from './catalogue/index.ts';
export { conflictFindings, type RecordConflict } from './catalogue/t14.ts';
export { Engine, type EngineContext, type EngineResult } from './engine.ts';
export type { Finding, FindingProcess, Glue, HopFacts, JudgedFinding } from './finding.ts';
export { compareFindings } from './findings.ts';
export { gap } from './gap.ts';
