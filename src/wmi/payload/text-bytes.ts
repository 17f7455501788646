/** Text of bytes by a .NET encoding's name, byte order mark taken off. Unknown names read as UTF-8. */
export function decodeText(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'unicode' || encoding === 'utf-16' || encoding === 'utf-16le') {
    return new TextDecoder('utf-16le').decode(bytes);
  }
  if (encoding === 'bigendianunicode' || encoding === 'utf-16be') return new TextDecoder('utf-16be').decode(bytes);
  if (encoding === 'latin1') return Buffer.from(bytes).toString('latin1');
  return new TextDecoder('utf-8').decode(bytes);
}

/** Share of characters that a person would write: printable, tab, line ends. 1 for an empty text. */
export function printableRatio(text: string): number {
  if (text.length === 0) return 1;
  let printable = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code >= 32 && code < 127) || code === 9 || code === 10 || code === 13) printable++;
    else if (code >= 0xa0 && code !== 0xfffd && (code < 0xd800 || code > 0xf8ff)) printable += 0.5;
  }
  return printable / text.length;
}

/**
 * The text that bytes hold when they hold one: UTF-16LE (at most 20 % of the high bytes set, DOMAIN 5), else UTF-8 that is
 * at least 95 % printable. Undefined for binary data.
 */
export function sniffText(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return undefined;
  const even = bytes.length & ~1;
  if (even >= 2) {
    let high = 0;
    for (let i = 1; i < even; i += 2) if (bytes[i] !== 0) high++;
    if (high <= (even / 2) * 0.2) {
      const text = decodeText(bytes.subarray(0, even), 'unicode').replace(/^\ufeff/, '');
      if (printableRatio(text) >= 0.95) return text;
    }
  }
  const text = decodeText(bytes, 'utf-8').replace(/^\ufeff/, '');
  return printableRatio(text) >= 0.95 ? text : undefined;
}

/** Bytes of base64 text: blanks and missing padding accepted, URL-safe letters too; undefined when it is none. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const packed = text.replace(/[\s"'^`]/g, '').replace(/=+$/, '');
  if (packed.length < 2 || packed.length % 4 === 1 || !/^[A-Za-z0-9+/_-]*$/.test(packed)) return undefined;
  return new Uint8Array(Buffer.from(packed, 'base64'));
}

/** Bytes of hexadecimal digits in pairs; undefined when it is none. */
export function decodeHex(text: string): Uint8Array | undefined {
  if (text.length < 2 || text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text, 'hex'));
}
