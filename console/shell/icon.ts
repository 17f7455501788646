const TRIANGLE = '%3Cpath d="M8 1l7 13H1z" fill="%23646a73"/%3E';

/** The icon as an address: the mark alone, or with the number of open incidents on it. A number and nothing else goes into it. */
export function iconOf(open: number): string {
  const head = 'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"%3E';
  const end = '%3C/svg%3E';
  if (open <= 0) return head + TRIANGLE + end;
  const text = open > 99 ? '99%2B' : String(open);
  const size = open > 99 ? 7 : 9;
  const plate = '%3Crect y="5" width="16" height="11" rx="2" fill="%231a1c1f"/%3E';
  const number = `%3Ctext x="8" y="13.7" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${size}" fill="%23fff"%3E${text}%3C/text%3E`;
  return head + TRIANGLE + plate + number + end;
}
