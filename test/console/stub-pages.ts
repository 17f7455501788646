/** A list in pages of the server, for the stand-in of `/v1`: by `limit` and `after`, and by a part of a name. */
export function pagesOf<T>(
  rows: readonly T[],
  nameOf: (row: T) => string = () => '',
): (query: URLSearchParams) => { readonly items: readonly T[]; readonly next?: string } {
  return (query) => {
    const named = query.get('named') ?? '';
    const found = named === '' ? rows : rows.filter((row) => nameOf(row).toLowerCase().includes(named.toLowerCase()));
    const from = Number(query.get('after') ?? 0);
    const end = from + Number(query.get('limit') ?? 100);
    return { items: found.slice(from, end), ...(end < found.length ? { next: String(end) } : {}) };
  };
}
