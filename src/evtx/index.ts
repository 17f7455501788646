export { ANOMALIES, type AnomalyWord } from './anomalies.ts';
export { checkSeries } from './check-series.ts';
export { DEFAULT_CODE_PAGE, LogDecoder } from './decoder.ts';
export { FILE_HEADER_BYTES, SLOT_BYTES } from './format.ts';
export { locateSlots } from './header.ts';
export { type RecoveryOptions, type RecoveryResult, recoverRecords } from './recover.ts';
export type { ScanKey } from './scan-key.ts';
export type {
  ChunkSummary,
  DecoderOptions,
  LogHeader,
  LogUnit,
  LostRecord,
  PortableTemplate,
  RawRemnant,
  RecordSink,
  RecordView,
  SeriesBreak,
  SeriesPoint,
  SlotLayout,
  UnitResult,
} from './types.ts';
export { escapeAttribute, escapeText } from './xml.ts';
