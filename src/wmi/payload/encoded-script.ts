/** Encoded letters of tab and of the printable characters 32 to 126, in order, one byte each, by table. */
const TABLES: readonly (readonly string[])[] = [
  [
    '6450224a615e5d5b426023655f7e4f527a21462026632a7647252c29693f273f673f62415a6632734d4371397c534831',
    '726e70493f4b6a2e7f28357d242d54377b3d6c346d4e2b306f746b4c33563a7857773b442f59455c6836587909753855',
  ],
  [
    '377e5a453a7959277663624d515352202654712b662a587f7b30316c493f783f5f3f29242f39336f21752842464a5c48',
    '364b7d5d6a506923097065742c77443f6d7c43385e5b6e574c347225567368554732352e644f3b2d41617a22606b4e3d',
  ],
  [
    '692c65725b66754c45762a43334220634a5a387932576c2b46524f3d703f7b3f513f7a7e3b474177565f26786e647467',
    '7d683522553a606a716f495c5d2759257c236d2831397f365434624e305e73094b61244d6b4421375358482e502d293f',
  ],
];
/** Which table the n-th letter uses; repeats after 64 letters. */
const TURN = '1201202002021020102011200210200211020201011201021020112001120102';
const ESCAPED: Readonly<Record<string, string>> = { '#': '\r', '&': '\n', '!': '<', '*': '>', $: '@' };
const OPEN = '#@~^';
const CLOSE = '^#~@';
const MAX_BLOCKS = 16;

const DECODE: readonly ReadonlyMap<number, string>[] = TABLES.map((rows) => {
  const bytes = Buffer.from(rows.join(''), 'hex');
  const map = new Map<number, string>();
  bytes.forEach((code, i) => {
    const plain = i === 0 ? '\t' : String.fromCharCode(31 + i);
    // `<`, `>` and `@` are always escaped; their slots hold a filler.
    if (plain !== '<' && plain !== '>' && plain !== '@') map.set(code, plain);
  });
  return map;
});

/** One block of an encoded script. */
export interface EncodedScript {
  readonly at: number;
  readonly end: number;
  readonly text: string;
  /** False when the sum at the end of the block is not that of the text. */
  readonly isIntact: boolean;
}

/**
 * Blocks of `VBScript.Encode` and `JScript.Encode`: `#@~^` + length + `==` + body + sum + `==^#~@` (DOMAIN 5). A block that
 * is cut is decoded to where it ends.
 */
export function decodeEncodedScripts(text: string): readonly EncodedScript[] {
  const found: EncodedScript[] = [];
  let from = 0;
  while (found.length < MAX_BLOCKS) {
    const at = text.indexOf(OPEN, from);
    if (at < 0) break;
    const close = text.indexOf(CLOSE, at + OPEN.length);
    const end = close < 0 ? text.length : close + CLOSE.length;
    const head = text.slice(at + 4, at + 12);
    from = end;
    if (!/^[A-Za-z0-9+/]{6}==$/.test(head)) continue;
    const body = text.slice(at + 12, close < 0 ? text.length : Math.max(at + 12, close - 8));
    const plain = decodeBody(body);
    const sum = close < 0 ? undefined : Buffer.from(text.slice(close - 8, close), 'base64');
    found.push({
      at,
      end,
      text: plain,
      isIntact: sum?.length === 4 && sum.readUInt32LE(0) === checksum(plain),
    });
  }
  return found;
}

function checksum(plain: string): number {
  let sum = 0;
  for (let i = 0; i < plain.length; i++) sum = (sum + plain.charCodeAt(i)) >>> 0;
  return sum;
}

function decodeBody(body: string): string {
  let plain = '';
  let turn = 0;
  for (let i = 0; i < body.length; i++, turn++) {
    const ch = body.charAt(i);
    if (ch === '@') {
      plain += ESCAPED[body.charAt(++i)] ?? '?';
      continue;
    }
    const table = DECODE[Number(TURN.charAt(turn & 63))];
    plain += table?.get(ch.charCodeAt(0)) ?? ch;
  }
  return plain;
}
