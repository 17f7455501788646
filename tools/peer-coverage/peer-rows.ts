import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SHARED = join(import.meta.dirname, '..', '..', '..', 'shared');
const TABLE = join(SHARED, 'reference', 'peer-rules.tsv');
export const SIGMAHQ: string = join(SHARED, 'corpus', 'sigmahq');
export const DEV: string = join(SHARED, 'corpus', 'dev');

/** Why the page cannot be made; false where it can. None of this is part of the checkout. */
export const WITHOUT_PEERS: string | false =
  existsSync(TABLE) && existsSync(join(SIGMAHQ, 'rules_all.zip')) && existsSync(DEV)
    ? false
    : 'the table of public rules and the corpus are not beside the repository';

/** A public rule of another tool for which WMI is the point. */
export interface PeerRow {
  readonly peer: string;
  readonly id: string;
  readonly title: string;
  readonly area: string;
}

export function corePeerRows(): readonly PeerRow[] {
  return readFileSync(TABLE, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .flatMap(([peer = '', id = '', title = '', , , , , , core, area = '']) =>
      core === 'yes' ? [{ peer, id, title, area: area.trim() }] : [],
    );
}

/** Copies of SigmaHQ's rules in the form of another tool: the same title, another id. */
export function isCopy({ peer }: PeerRow): boolean {
  return peer.includes('converted');
}
