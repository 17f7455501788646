export { compareRecordLines, type RecordLine, type RecordSource, recordLine } from './record-line.ts';
export type {
  ClassCounts,
  Coverage,
  EvidenceInput,
  EvidenceMember,
  Header,
  HuntOptions,
  HuntResult,
  NotEvaluated,
  NotRead,
  RulePack,
  Run,
  Summary,
  ToolVersion,
} from './result.ts';
