import { propertyNames } from './eventing-classes.ts';

/** A namespace as WMI writes it. */
export function backslashed(namespace: string): string {
  return namespace.replaceAll('/', '\\');
}

const CLASS_NAME = /^[\p{L}_][\p{L}\p{N}_]{0,255}$/u;

export function isClassName(text: string): boolean {
  return CLASS_NAME.test(text);
}

/** `ROOT/subscription:__EventFilter` taken apart. */
export function pathParts(text: string): { readonly namespace?: string; readonly className?: string } {
  const colon = text.lastIndexOf(':');
  const className = text.slice(colon + 1);
  if (!isClassName(className)) return {};
  return colon <= 0 ? { className } : { namespace: backslashed(text.slice(0, colon)), className };
}

/** `…CimInstance#ROOT/subscription/__EventFilter` or `…ManagementObject#root\subscription\__EventFilter`, taken apart. */
export function typeParts(text: string): { readonly namespace?: string; readonly className?: string } {
  const type =
    /^(?:Deserialized\.)?(?:Microsoft\.Management\.Infrastructure\.CimInstance|System\.Management\.ManagementObject)#(.{1,1024})$/.exec(
      text,
    );
  if (type === null) return {};
  const path = backslashed(type[1] ?? '');
  const slash = path.lastIndexOf('\\');
  const className = path.slice(slash + 1);
  if (!isClassName(className)) return {};
  return slash <= 0 ? { className } : { namespace: path.slice(0, slash), className };
}

/** The class that a set of property names can only be of; undefined when several have them. */
export function classByProperties(names: Iterable<string>): string | undefined {
  const given = new Set(Array.from(names, (name) => name.toLowerCase()));
  return propertyNames.find(({ needed }) => needed.every((name) => given.has(name)))?.className;
}
