/** What a pin is of; never a name (L16). */
export type PinKind = 'subscription' | 'payload' | 'command';

export const PIN_KINDS: readonly PinKind[] = ['subscription', 'payload', 'command'];

/** Who calls from where: with it a pin is of their calls (BN5), without it of the thing itself (BN2). */
export interface PinCallers {
  /** `DOMAIN\name`, whole. */
  readonly accounts: readonly string[];
  /** Host names or addresses, whole. */
  readonly sources: readonly string[];
}

/** Something that an organisation accepts, by content and scope (L16, SERVE 0.1: 23). */
export interface Pin {
  /** Digest of kind, print, callers and hosts: two pins of one thing are one. */
  readonly id: string;
  readonly kind: PinKind;
  /** SHA-256 of the content, 64 hex digits in lower case. */
  readonly print: string;
  /** Host patterns; `*` alone is every host. */
  readonly hosts: readonly string[];
  readonly callers?: PinCallers;
  readonly owner: string;
  readonly reason: string;
  /** `YYYY-MM-DD`. */
  readonly created: string;
  /** `YYYY-MM-DD`: it is past review after the end of that day, UTC. */
  readonly review: string;
  /** Words for readers, such as the name that the thing had; nothing is matched by them. */
  readonly what?: string;
  /** `pins.yaml:3:5` */
  readonly place: string;
}

/** A pin before it has an id and a place. */
export type NewPin = Omit<Pin, 'id' | 'place'>;

/** A file of pins as it was read. */
export interface PinFile {
  readonly path: string;
  readonly text: string;
}

/** Something wrong with a file of pins, with its place. */
export interface PinProblem {
  /** `pins.yaml:3:5` */
  readonly place: string;
  readonly message: string;
  readonly action: string;
}

export type PinReading =
  | { readonly kind: 'pins'; readonly pins: readonly Pin[] }
  | { readonly kind: 'problems'; readonly problems: readonly PinProblem[] };

export const PIN_BOUNDS: Readonly<
  Record<'fileBytes' | 'files' | 'pins' | 'list' | 'text' | 'name' | 'reviewDays', number>
> = {
  fileBytes: 1024 * 1024,
  files: 256,
  pins: 10_000,
  list: 64,
  text: 1000,
  name: 200,
  /** A date further away is no review. */
  reviewDays: 731,
};
