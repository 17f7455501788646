import { type Operation, reads } from '../operation.ts';
import { type List, type Page, type PageRequest, readPage } from '../pages.ts';
import type { Standing } from './stored-incident.ts';

/** What the engine has to know of an incident to compare a judgement with it. */
export interface RememberedIncident {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly digest: string;
  readonly members: readonly string[];
  readonly hosts: readonly string[];
  readonly first: string;
  /** JSON, as it was told. */
  readonly times: string;
  readonly standing: Standing;
}

type RawRemembered = Omit<RememberedIncident, 'members' | 'hosts'> & {
  readonly members: string;
  readonly hosts: string;
};

const REMEMBERED: List<RawRemembered, RememberedIncident> = {
  name: 'known incidents',
  select: 'SELECT id, number, version, digest, members, hosts, first, times, standing FROM incident',
  keys: ['number'],
  row: ({ members, hosts, ...raw }) => ({
    ...raw,
    members: JSON.parse(members) as readonly string[],
    hosts: JSON.parse(hosts) as readonly string[],
  }),
};

/** All that the engine goes on with, in pages: those that are both closed and final are left out, and come back as new if they ever do. */
export const knownIncidents: Operation<PageRequest, Page<RememberedIncident>> = reads(({ database }, request) =>
  readPage(database, REMEMBERED, request, {}, [{ sql: "(state <> 'closed' OR standing <> ?)", value: 'final' }]),
);
