/** A host as a test describes it; what is left out is ordinary. Keys of the document are made by `collector-document.ts`. */
export interface DescribedHost {
  readonly name: string;
  readonly domain?: string;
  /** 0 to 5, as Win32_ComputerSystem counts. */
  readonly domainRole?: number;
  readonly build?: number;
  readonly namespaces?: readonly DescribedNamespace[];
  readonly registry?: readonly DescribedValue[];
  /** Setting by the first eight digits of the subcategory's GUID. */
  readonly audit?: Readonly<Record<string, number>>;
  /** SIDs by right. */
  readonly rights?: Readonly<Record<string, readonly string[]>>;
  readonly channels?: readonly DescribedChannel[];
  readonly services?: readonly string[];
  readonly nonce?: string;
}

export interface DescribedNamespace {
  readonly path: string;
  readonly subscriptions?: readonly DescribedSubscription[];
  readonly timers?: readonly { readonly id: string; readonly intervalMs: number }[];
  readonly consumerClasses?: readonly string[];
  readonly processClasses?: readonly string[];
  readonly isDenied?: boolean;
  readonly isUnreached?: boolean;
}

export interface DescribedSubscription {
  readonly filter: string;
  readonly query: string;
  readonly eventNamespace?: string;
  readonly consumer: string;
  readonly consumerClass: string;
  readonly properties?: Readonly<Record<string, string | number | boolean | null>>;
  /** Bytes of the creator's SID in hex. */
  readonly creatorHex?: string;
  readonly creator?: string;
  readonly isBound?: boolean;
}

export interface DescribedValue {
  readonly key: string;
  readonly value: string;
  readonly type: string;
  readonly data: string | number | readonly string[] | null;
}

export interface DescribedChannel {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly maxBytes: number;
  readonly sddl?: string;
}
