import { canonicalClassName, canonicalPropertyName } from '../consumers.ts';
import { canonicalNamespace } from '../reference.ts';

/** A call that creates a part of a subscription, as a script or command line states it (DOMAIN 3.5: intent). */
export interface CreatingCall {
  readonly part: 'filter' | 'consumer' | 'binding';
  /** Canonical (`root\subscription`); absent where the call names none. */
  readonly namespace?: string;
  readonly className: string;
  /** Constant properties by their WMI names, as text; objects as `Class.Name="x"`. */
  readonly properties: ReadonlyMap<string, string>;
  /** Properties that follow from the defaults of a known tool, not from the text itself. */
  readonly derived?: readonly string[];
  /** The computer that the call is sent to; absent for this one. */
  readonly remoteHost?: string;
  /** UTF-16 units in the text that was given; in a decoded layer, where that layer's source stands. */
  readonly offset: number;
}

/** Which part of a subscription an instance of this class is; undefined for other classes. */
export function partOfClass(className: string): CreatingCall['part'] | undefined {
  const name = className.toLowerCase();
  if (name === '__eventfilter') return 'filter';
  if (name === '__filtertoconsumerbinding') return 'binding';
  return name !== '__eventconsumer' && /^\w{1,240}consumer$/.test(name) ? 'consumer' : undefined;
}

/** Puts a creating call together; undefined for other classes and for calls without a single constant value. */
export function creatingCall(
  className: string,
  properties: ReadonlyMap<string, string>,
  where: { readonly namespace?: string | undefined; readonly host?: string | undefined; readonly offset: number },
  derived: readonly string[] = [],
): CreatingCall | undefined {
  const part = partOfClass(className);
  if (part === undefined || properties.size === 0) return undefined;
  const named = new Map<string, string>();
  for (const [name, value] of properties) named.set(canonicalPropertyName(name), value);
  if (part === 'binding' && !named.has('Filter') && !named.has('Consumer')) return undefined;
  const namespace = where.namespace === undefined ? '' : canonicalNamespace(where.namespace);
  const host = where.host?.trim();
  const isHere = host === undefined || /^(?:|\.|localhost|127\.0\.0\.1|::1)$/i.test(host);
  return {
    part,
    ...(namespace === '' ? {} : { namespace }),
    className: spelling(className),
    properties: named,
    ...(derived.length === 0 ? {} : { derived }),
    ...(isHere ? {} : { remoteHost: host }),
    offset: where.offset,
  };
}

function spelling(className: string): string {
  const name = className.toLowerCase();
  if (name === '__eventfilter') return '__EventFilter';
  return name === '__filtertoconsumerbinding' ? '__FilterToConsumerBinding' : canonicalClassName(className);
}
