import { ecsDocuments } from './ecs.ts';
import { ocsfDocuments } from './ocsf.ts';
import type { FormatParts, HuntFormatOptions } from './told.ts';

/** `hunt --format ecs`: a document a line, as bulk loaders take them. */
export function* renderEcs(parts: FormatParts, options: HuntFormatOptions): Generator<string> {
  for (const document of ecsDocuments(parts, options)) yield `${JSON.stringify(document)}\n`;
}

/** `hunt --format ocsf`: a document a line. */
export function* renderOcsf(parts: FormatParts, options: HuntFormatOptions): Generator<string> {
  for (const document of ocsfDocuments(parts, options)) yield `${JSON.stringify(document)}\n`;
}
