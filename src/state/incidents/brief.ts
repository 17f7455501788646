import type { ToldIncident } from './writes.ts';

/** What a row of the queue says of the document, so that a page of them reads none. JSON, beside the document that it is of. */
export const BRIEF_COLUMN = "ALTER TABLE incident ADD COLUMN brief TEXT NOT NULL DEFAULT '{}';";

/** As much of a document as is told here; another version may have told less. */
interface Told {
  readonly incident?: {
    readonly confidence?: number;
    readonly attack?: readonly { readonly new: string }[];
    readonly edges?: readonly {
      readonly source?: { readonly host?: string; readonly claimedName?: string; readonly address?: string };
      readonly target?: { readonly host?: string; readonly address?: string };
    }[];
  };
}

/** Most of each list: a row that is searched by more finds the first. */
const MOST = 50;

/** `{from?, to?, confidence?, ips, attack, payload?}` as JSON: the ends of its first hop, how sure it is, addresses of its hops, techniques, what runs. */
export function briefOf(document: string, payload?: ToldIncident['payload']): string {
  const { confidence, edges = [], attack = [] } = (JSON.parse(document) as Told).incident ?? {};
  const [hop] = edges;
  const from = hop?.source?.host ?? hop?.source?.claimedName ?? hop?.source?.address;
  const ips = edges
    .flatMap(({ source, target }) => [source?.address, target?.address])
    .filter((ip) => ip !== undefined);
  const lists = { ips: [...new Set(ips)].slice(0, MOST), attack: attack.map((one) => one.new).slice(0, MOST) };
  return JSON.stringify({ from, to: hop?.target?.host, confidence, ...lists, payload });
}
