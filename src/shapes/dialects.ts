import type { DialectOpener } from './dialect.ts';

/** Every dialect of rows and text, in the order in which a line is asked of it. */
export const DIALECTS: readonly DialectOpener[] = [];
