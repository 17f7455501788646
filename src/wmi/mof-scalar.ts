/** True for a character of a class or property name, or of a number. */
export function isWordCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    code >= 0x80
  );
}

/** True for white space between tokens. */
export function isBlankCode(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xfeff;
}

const HEX = /^([+-]?)0[xX]([0-9a-fA-F]{1,16})$/;
const BINARY = /^([+-]?)([01]{1,64})[bB]$/;

/** Decimal text of a MOF integer in any base; other words stay as they are. */
export function canonicalNumber(word: string): string {
  const hex = HEX.exec(word);
  if (hex !== null) return `${hex[1] === '-' ? '-' : ''}${BigInt(`0x${hex[2] ?? '0'}`)}`;
  const binary = BINARY.exec(word);
  if (binary !== null) return `${binary[1] === '-' ? '-' : ''}${BigInt(`0b${binary[2] ?? '0'}`)}`;
  return word.startsWith('+') ? word.slice(1) : word;
}
