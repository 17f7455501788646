import { done } from '../disk/index.ts';
import { type Operation, reads, writes } from './operation.ts';

/** By what everything was read and judged that is told, as a number of the caller; 0 where that is not one thing, or not known. */
export const judgedBy: Operation<null, { readonly number: number }> = reads(({ database }) =>
  done({ number: database.number("SELECT coalesce(max(value), 0) FROM tally WHERE name = 'judgedBy'") }),
);

/** Notes it. The row is made by the first note. */
export const noteJudgedBy: Operation<{ readonly number: number }, null> = writes(({ database }, { number }) => {
  const sql = "INSERT INTO tally VALUES ('judgedBy', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
  database.run(sql, number);
  return done(null);
});
