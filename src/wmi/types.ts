/** What a filter waits for: exactly one family of DOMAIN 1.2, with a sentence for people. */
export interface Trigger {
  readonly family: TriggerFamily;
  /** The weight code of DOMAIN 3.3. */
  readonly code: 'TR1' | 'TR2' | 'TR3' | 'TR4' | 'TR5' | 'TR6' | 'TR7' | 'TR8' | 'TR9' | 'TR10';
  /** "when procexp64.exe starts", "when someone signs in, looked for every 10 s". */
  readonly sentence: string;
  /** Program names, user names, paths or event ids that the query names, as written. */
  readonly names: readonly string[];
}

export type TriggerFamily =
  | 'process start'
  | 'process stop'
  | 'logon'
  | 'boot window'
  | 'always'
  | 'time of day'
  | 'timer'
  | 'service'
  | 'registry'
  | 'file'
  | 'event-log doorbell'
  | 'USB or volume'
  | 'module load'
  | 'WMI about WMI'
  | 'other'
  | 'unreadable';

/** One decoded layer of a payload (DOMAIN 5). */
export interface PayloadLayer {
  /** 1 for what was decoded from the payload itself. */
  readonly depth: number;
  /** The operation in words: `powershell -EncodedCommand`, `base64`, `string concatenation`, `gzip`. */
  readonly operation: string;
  /** Where the encoded text stood in the layer above, UTF-16 units. */
  readonly offset: number;
  readonly length: number;
  /** SHA-256 of the decoded text (UTF-8) or bytes. */
  readonly sha256: string;
  /** The decoded text, or for binary data its description ("PE file, 4,096 bytes"). */
  readonly text: string;
}

/** A weight of DOMAIN 5 that a payload earned: P01 to P18. */
export interface PayloadFeature {
  readonly code: string;
  readonly points: number;
  /** What it means: "encoded command". */
  readonly title: string;
  /** The text that matched, at most 120 characters. */
  readonly match: string;
}

export interface Indicator {
  readonly kind:
    | 'url'
    | 'domain'
    | 'ip'
    | 'unc'
    | 'path'
    | 'registry'
    | 'account'
    | 'pipe'
    | 'mutex'
    | 'userAgent'
    | 'wmiClass'
    | 'progId'
    | 'clsid'
    | 'sha256'
    | 'sha1'
    | 'md5';
  readonly value: string;
}
