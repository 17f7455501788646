/** What the folder of a server holds that lasts, by their names in it. Tokens, first keys and first passwords are secrets of a machine and no part of it. */
export const JOURNAL = 'journal';
export const ARCHIVE = 'archive';

/** Files of a person in the folder itself, and folders of such files: settings and pins. */
export const WRITTEN_FILES: readonly string[] = ['triad.yaml', 'pins.yaml'];
export const WRITTEN_FOLDERS: readonly string[] = ['conf.d', 'pins.d'];

/** Segments of the journal; its reserve is made anew. */
export const JOURNAL_NAME: RegExp = /^seg-\d{16}(?:\.\d+)?\.(?:log|aside)$/;
/** Blocks, their filters, and holds; the block table is made again from the blocks. */
export const ARCHIVE_NAMES: readonly RegExp[] = [
  /^holds\.json$/,
  /^seg-\d{16}-[0-7]\.slices$/,
  /^seg-\d{16}-[0-7]\.blocks$/,
];

/** Formats that this version reads and writes, beside that of the state (docs/journal-format.md, docs/archive-format.md). */
export const FORMATS = { journal: 1, archive: 1 } as const;
