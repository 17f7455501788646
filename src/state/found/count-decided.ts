import { done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';

/** Incidents that people decided and that a finding of one analytic or rule is part of, by their verdict. */
export interface Decided {
  readonly by: 'analytic' | 'rule';
  readonly name: string;
  readonly malicious: number;
  readonly authorised: number;
  readonly false: number;
}

/**
 * How people judged what each analytic and rule found, over what is kept: an incident counts once, whatever number of findings it has. Findings that were
 * withdrawn, verdicts that decide nothing, and verdicts of an episode before the present one are left out; names without any too.
 */
export const countDecided: Operation<null, readonly Decided[]> = reads(({ database }) =>
  done(database.all<Decided>(DECIDED).map((row) => ({ ...row }))),
);

/** A verdict of this episode has its `triage` among the times; what was merged away leads to its survivor, whose verdict counts. */
const DECIDED = `WITH judged (id, verdict) AS MATERIALIZED (
    SELECT id, verdict FROM incident WHERE standing <> 'merged' AND verdict IN ('malicious', 'authorised', 'false')
      AND (work_state = 'closed' OR work_times ->> '$.triage' IS NOT NULL)),
  part (id, told, verdict) AS (SELECT id, id, verdict FROM judged
    UNION ALL SELECT judged.id, incident_alias.id, verdict FROM judged CROSS JOIN incident_alias ON survivor = judged.id),
  member AS MATERIALIZED (SELECT DISTINCT part.id, part.verdict, found.label, found.print
    FROM part CROSS JOIN found INDEXED BY found_of_incident ON found.incident = part.told
    WHERE found.kind = 'finding' AND found.standing <> 'withdrawn')
  ${countBy('analytic', 'label')} UNION ALL ${countBy('rule', 'print')} ORDER BY 1, 2`;

function countBy(by: Decided['by'], column: 'label' | 'print'): string {
  const of = (verdict: string): string => `count(DISTINCT CASE verdict WHEN '${verdict}' THEN id END) AS "${verdict}"`;
  return `SELECT '${by}' AS "by", ${column} AS name, ${['malicious', 'authorised', 'false'].map(of).join(', ')}
    FROM member WHERE ${column} IS NOT NULL GROUP BY ${column}`;
}
