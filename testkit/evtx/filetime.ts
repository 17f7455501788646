/** FILETIME arithmetic of the writer, in BigInt because it need not be fast: units of 100 ns since 1601-01-01. */
const EPOCH_1970 = 116444736000000000n;
const TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?Z$/;

/** FILETIME of `2026-03-12T09:44:02.9180123Z` (up to seven digits of a second). */
export function filetimeOf(text: string): bigint {
  const m = TIME.exec(text);
  if (m === null) throw new Error(`not a UTC time with at most seven digits: ${text}`);
  const seconds =
    Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6])) / 1000;
  return EPOCH_1970 + BigInt(seconds) * 10_000_000n + BigInt((m[7] ?? '').padEnd(7, '0'));
}

/** `YYYY-MM-DDThh:mm:ss.fffffffZ` of a FILETIME with a year of four digits. */
export function textOfFiletime(filetime: bigint): string {
  const since1970 = filetime - EPOCH_1970;
  const milliseconds = since1970 >= 0n ? since1970 / 10_000n : (since1970 - 9_999n) / 10_000n;
  const rest = since1970 - milliseconds * 10_000n;
  return `${new Date(Number(milliseconds)).toISOString().slice(0, -1)}${String(rest).padStart(4, '0')}Z`;
}

/** Sysmon's `UtcTime`: `2026-03-12 09:44:02.918`. */
export function utcTimeOf(filetime: bigint): string {
  return textOfFiletime(filetime).slice(0, 23).replace('T', ' ');
}

export function seconds(count: number): bigint {
  return BigInt(Math.round(count * 10_000_000));
}
