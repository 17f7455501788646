export {
  type ArchiveEntry,
  type ArchiveTime,
  ENTRY_FORMS,
  type EntryFacts,
  type EntryForm,
  TRUST_CLASSES,
  type TrustClass,
} from './entry.ts';
export { hiddenTexts } from './hidden-texts.ts';
export { type ItemsOfText, MOST_EVENTS_OF_ITEM, numberOf, placeOfNumber } from './item-number.ts';
export { MOST_ENTRY_BYTES, MOST_STREAMS } from './limits.ts';
export { missingTexts } from './missing-texts.ts';
export { mostBytes, type PackableEntry, type PackedRows, packEntries, packRows } from './pack-rows.ts';
export { ClassChooser, type ClassFacts, type ClassRule, fitsPattern } from './retention-class.ts';
export {
  type RowSpan,
  readRow,
  rowEventId,
  rowMs,
  rowPlace,
  rowSpans,
  rowStream,
  rowString,
  rowTicks,
} from './row.ts';
export { isTokenByte, keyHash, LEAST_TOKEN, lowerAscii, type Marks, MOST_TOKEN, markTokens } from './tokens.ts';
