import { type MofInstance, parseMofInstances } from './mof-reader.ts';

/** What the `PossibleCause` of a 5861 holds: the filter and the consumer in full. */
export interface BindingCause {
  readonly filter?: MofInstance;
  readonly consumer?: MofInstance;
  /** True when the text ends inside an instance (64 KB limit of an event). */
  readonly isCut: boolean;
}

/** Reads `PossibleCause` of WMI-Activity 5861 (DOMAIN 2.1): the first filter, and the first instance that is none. */
export function parse5861Cause(possibleCause: string): BindingCause {
  const { instances, isCut } = parseMofInstances(possibleCause);
  const isFilter = (instance: MofInstance): boolean => instance.className.toLowerCase() === '__eventfilter';
  const filter = instances.find(isFilter);
  const consumer = instances.find((instance) => !isFilter(instance));
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(consumer === undefined ? {} : { consumer }),
    isCut,
  };
}
