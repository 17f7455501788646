/** What a row of the queue says of the document, so that a page of them reads none. JSON, beside the document that it is of. */
export const BRIEF_COLUMN = "ALTER TABLE incident ADD COLUMN brief TEXT NOT NULL DEFAULT '{}';";

/** As much of a document as is told here; another version may have told less. */
interface Told {
  readonly incident?: {
    readonly confidence?: number;
    readonly edges?: readonly {
      readonly source?: { readonly host?: string; readonly claimedName?: string; readonly address?: string };
      readonly target?: { readonly host?: string };
    }[];
  };
}

/** `{from?, to?, confidence?}` as JSON: the ends of its first hop, and how sure it is. */
export function briefOf(document: string): string {
  const { confidence, edges = [] } = (JSON.parse(document) as Told).incident ?? {};
  const [hop] = edges;
  const from = hop?.source?.host ?? hop?.source?.claimedName ?? hop?.source?.address;
  return JSON.stringify({ from, to: hop?.target?.host, confidence });
}
