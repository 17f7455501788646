/**
 * The number of single-character insertions, deletions and replacements between two texts, or `limit + 1` when it is
 * more than `limit`. Works on a band along the diagonal: time is length times limit.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous: number[] = [];
  for (let j = 0; j <= b.length; j++) previous.push(j);
  for (let i = 1; i <= a.length; i++) {
    const current: number[] = new Array(b.length + 1).fill(limit + 1);
    if (i <= limit) current[0] = i;
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    let best = current[0] ?? limit + 1;
    for (let j = from; j <= to; j++) {
      const change = (previous[j - 1] ?? limit + 1) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const value = Math.min(change, (previous[j] ?? limit + 1) + 1, (current[j - 1] ?? limit + 1) + 1, limit + 1);
      current[j] = value;
      if (value < best) best = value;
    }
    if (best > limit) return limit + 1;
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}
