/** A text of at most that many bytes of UTF-8; a longer one ends in "…". */
export function cutToBytes(text: string, bytes: number): string {
  const whole = Buffer.from(text.toWellFormed());
  if (whole.length <= bytes) return whole.toString('utf8');
  let end = Math.max(0, bytes - 3);
  // A character that was cut in two goes whole.
  while (end > 0 && whole.readUInt8(end) >> 6 === 0b10) end--;
  return `${whole.toString('utf8', 0, end)}…`;
}
