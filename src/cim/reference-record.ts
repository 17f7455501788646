/** A reference record (CIM 6.7): an independent copy of the edge from a referring object to the one that it names. */
export interface ReferenceRecord {
  readonly namespace: string;
  readonly className: string;
  readonly property: string;
  /** Key path of the referrer: `NS_…\KI_…\I_…`. Its hash is the last token of the record's key. */
  readonly referrer: string;
}

/** Six counted UTF-16 texts of which the last two are empty, and nothing behind; undefined for anything else. */
export function readReferenceRecord(record: Buffer): ReferenceRecord | undefined {
  const texts: string[] = [];
  let at = 0;
  for (let i = 0; i < 6; i++) {
    if (at + 4 > record.length) return undefined;
    const units = record.readUInt32LE(at);
    if (units > (record.length - at - 4) / 2) return undefined;
    texts.push(record.toString('utf16le', at + 4, at + 4 + 2 * units));
    at += 4 + 2 * units;
  }
  const [namespace = '', className = '', property = '', referrer = ''] = texts;
  if (at !== record.length || !referrer.startsWith('NS_')) return undefined;
  return { namespace, className, property, referrer };
}
