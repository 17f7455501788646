export {
  type ArchiveEntry,
  type ArchiveTime,
  ENTRY_FORMS,
  type EntryFacts,
  type EntryForm,
  TRUST_CLASSES,
} from './entry.ts';
export { addHiddenTexts } from './hidden-texts.ts';
export { type ItemsOfText, MOST_EVENTS_OF_ITEM, numberOf, placeOfNumber } from './item-number.ts';
export { MOST_ENTRY_BYTES, MOST_STREAMS } from './limits.ts';
export { addMissingTexts } from './missing-texts.ts';
export { mostBytes, type PackableEntry, type PackedRows, packEntries, packRows } from './pack-rows.ts';
export { ClassChooser, type ClassFacts, type ClassRule, fitsPattern } from './retention-class.ts';
export {
  FIXED_BYTES,
  IDENTITY_BYTES,
  type RowSpan,
  readRow,
  rowEventId,
  rowMs,
  rowPlace,
  rowSpans,
  rowStream,
  rowString,
  rowStringEnd,
  rowTicks,
} from './row.ts';
export { TextBuffer } from './text-buffer.ts';
export {
  isTokenByte,
  type KeyKind,
  keyHash,
  keyHashIn,
  LEAST_TOKEN,
  lowerAscii,
  type Marks,
  MOST_TOKEN,
  markTokens,
} from './tokens.ts';
