import type { WmiObject } from '../windows/index.ts';

/** Keys of the classes that make subscriptions and providers (CIM 7.2), lower case, in the order of their names. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  __filtertoconsumerbinding: ['consumer', 'filter'],
  __timerinstruction: ['timerid'],
  __intervaltimerinstruction: ['timerid'],
  __absolutetimerinstruction: ['timerid'],
  __providerregistration: ['provider'],
};
const NAMED = ['name'];

/** `Class.Key="value"` of an instance by the keys that its class is known to have; the class itself where it has none of them. */
export function pathOfObject({ kind, className, superclasses, properties }: WmiObject): string {
  if (kind === 'class') return className;
  const chain = [className, ...superclasses].map((name) => name.toLowerCase());
  const known = chain.map((name) => KEYS[name]).find((keys) => keys !== undefined);
  const isRegistration = chain[0]?.endsWith('providerregistration') === true;
  const wanted = known ?? (isRegistration ? KEYS['__providerregistration'] : undefined) ?? NAMED;
  const pairs = [...properties]
    .filter(([name, value]) => typeof value === 'string' && wanted.includes(name.toLowerCase()))
    .sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
    .map(([name, value]) => `${name}="${String(value).replace(/["\\]/g, '\\$&')}"`);
  return pairs.length === 0 ? className : `${className}.${pairs.join(',')}`;
}
