/** Ids in their order, three and more that follow each other as a span: `4624, 4648`, `5857, 5859–5861`. */
export function idWords(ids: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const id of ids) {
    const run = runs.at(-1);
    if (run !== undefined && id === run[1] + 1) run[1] = id;
    else runs.push([id, id]);
  }
  return runs
    .map(([first, last]) => (last - first > 1 ? `${first}–${last}` : first === last ? first : `${first}, ${last}`))
    .join(', ');
}
