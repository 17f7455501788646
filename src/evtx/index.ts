export type {
  ChunkSummary,
  LogHeader,
  LogUnit,
  LostRecord,
  PortableTemplate,
  RecordView,
  SlotLayout,
  UnitResult,
} from './types.ts';
