import { csvOpener } from './csv-rows.ts';
import type { DialectOpener } from './dialect.ts';
import { textBlocksOpener } from './text-blocks.ts';
import { zeekOpener } from './zeek-rows.ts';

/** Every dialect of rows and text, in the order in which a line is asked of it. */
export const DIALECTS: readonly DialectOpener[] = [zeekOpener(), textBlocksOpener(), csvOpener()];
