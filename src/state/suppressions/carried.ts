import { done } from '../../disk/index.ts';
import type { Level } from '../../windows/index.ts';
import { type Operation, reads } from '../operation.ts';

/** An incident whose level rests on a content, on one host. */
export interface CarriedBy {
  readonly id: string;
  readonly number: number;
  readonly level: Level;
  readonly title: string;
  readonly first: string;
  readonly isOpen: boolean;
  readonly host: string;
  readonly account: string | null;
  /** How many members of its level it has in all: with others beside these it keeps that level. */
  readonly carriers: number;
}

/** Most rows that are looked at. */
const MOST = 10_000;

/** Members of incidents that carry their level and have this content, worst and newest first; an incident stands there once for each of them. */
export const carriedBy: Operation<
  { readonly kind: 'subscription' | 'payload' | 'command'; readonly print: string },
  readonly CarriedBy[]
> = reads(({ database }, { kind, print }) =>
  done(
    database
      .all<Omit<CarriedBy, 'isOpen'> & { readonly isOpen: number }>(
        `SELECT i.id AS id, i.number AS number, i.level AS level, i.title AS title, i.first AS first, i.state <> 'closed' AS isOpen,
           coalesce(c.host, '') AS host, c.account AS account,
           (SELECT count(*) FROM incident_carrier o WHERE o.incident = i.id) AS carriers
         FROM incident_carrier c JOIN incident i ON i.id = c.incident WHERE c.${kind} = ? AND i.state <> 'merged'
         ORDER BY i.level_rank DESC, i.first_ms DESC, i.number DESC LIMIT ?`,
        print,
        MOST,
      )
      .map((row) => ({ ...row, isOpen: row.isOpen === 1 })),
  ),
);
