/** `0.19 s`, `50 s`, `7 min`, `1 h 50 min`, `3 days` (PRODUCT 3): a span of milliseconds as a person says it. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${trimZeros(seconds.toFixed(2))} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) {
    const rest = minutes % 60;
    return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
  }
  return `${Math.round(minutes / 1440)} days`;
}

function trimZeros(text: string): string {
  return text.replace(/\.?0+$/, '');
}
