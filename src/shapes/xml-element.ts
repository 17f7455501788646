/** An element of an Event XML document: small trees, already bounded in depth and size. */
export interface XmlElement {
  /** Local name, without a prefix. */
  readonly name: string;
  /** Attributes by local name, in order. */
  readonly attributes: readonly (readonly [string, string])[];
  readonly children: readonly XmlElement[];
  /** The text directly inside, entities resolved, CR kept (SETTLED B14). */
  readonly text: string;
}
