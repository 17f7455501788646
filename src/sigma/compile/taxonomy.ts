import type { Logsource } from '../check/logsource.ts';
import type { FieldValue } from '../values/number.ts';

/** A stream of events that a log source may mean, and what its fields are called there. */
export interface Route {
  /** For messages: `sysmon:1`. */
  readonly label: string;
  /** Channel in lower case; undefined for every channel. */
  readonly channel: string | undefined;
  /** Undefined for every event of the channel. */
  readonly eventIds: readonly number[] | undefined;
  /**
   * What the route calls a field of Sigma; several names are read as one field with all their values. Undefined for a field
   * that its events never have: tests of it are decided when rules are compiled.
   */
  readonly namesOf: (field: string) => readonly string[] | undefined;
  /** What else must hold, in the route's own names: one of the texts, ignoring case. */
  readonly conditions?: readonly { readonly name: string; readonly oneOf: readonly string[] }[];
  /** Fields that have one value in every event of the route. */
  readonly constants?: ReadonlyMap<string, FieldValue>;
}

/** Which routes a log source has: data of whoever knows the events. */
export interface Taxonomy {
  /** Undefined for a log source that is not known; an empty list for one that has no events here. */
  routesOf(logsource: Logsource): readonly Route[] | undefined;
}

/** One whose routes can be named in compiled rules. */
export interface NamedTaxonomy extends Taxonomy {
  /** A route of any log source by its label; undefined for one that there is not. */
  routeNamed(label: string): Route | undefined;
  /** Of everything that compiling decides by: rules that were compiled under another digest must be compiled again. */
  readonly digest: string;
}

/** One route for everything, with Sigma's own names: for tests, and for events that are already in Sigma's terms. */
export const IDENTITY_ROUTE: Route = {
  label: 'any',
  channel: undefined,
  eventIds: undefined,
  namesOf: (field) => [field],
};

export const IDENTITY: NamedTaxonomy = {
  routesOf: () => [IDENTITY_ROUTE],
  routeNamed: (label) => (label === IDENTITY_ROUTE.label ? IDENTITY_ROUTE : undefined),
  digest: 'identity',
};
