import { ByteWriter } from './byte-writer.ts';
import { sidBytes } from './model.ts';

export interface AccessEntry {
  readonly sid: string;
  /** WBEM rights (CIM 7.1): 0x20 remote enable, 0x4 full write, 0x40000 write DACL. */
  readonly mask: number;
  /** 0x12: inherited, and for the namespaces below. */
  readonly flags?: number;
}

const ADMINISTRATORS = 'S-1-5-32-544';

/** What a stock namespace grants: everything to Administrators, reading and methods to services and users. */
export const STOCK_ACCESS: readonly AccessEntry[] = [
  { sid: ADMINISTRATORS, mask: 0x6003f },
  { sid: 'S-1-5-20', mask: 0x13 },
  { sid: 'S-1-5-19', mask: 0x13 },
  { sid: 'S-1-5-11', mask: 0x13 },
];

/** A self-relative security descriptor, owner and group Administrators, as `__thisNAMESPACE` stores it. */
export function securityDescriptor(access: readonly AccessEntry[] = STOCK_ACCESS): Uint8Array {
  const list = new ByteWriter();
  for (const { sid, mask, flags = 0x12 } of access) {
    const bytes = sidBytes(sid);
    list
      .u8(0)
      .u8(flags)
      .u16(bytes.length + 8)
      .u32(mask)
      .raw(bytes);
  }
  const owner = sidBytes(ADMINISTRATORS);
  const listBytes = 8 + list.length;
  const ownerAt = 20 + listBytes;
  return new ByteWriter()
    .u8(1)
    .u8(0)
    .u16(0x8004)
    .u32(ownerAt)
    .u32(ownerAt + owner.length)
    .u32(0)
    .u32(20)
    .u8(2)
    .u8(0)
    .u16(listBytes)
    .u16(access.length)
    .u16(0)
    .raw(list.finish())
    .raw(owner)
    .raw(owner)
    .finish();
}
