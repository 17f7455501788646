import type { Instant, Place, Source, WmiObject, WmiValue } from '../windows/index.ts';
import { creatorSidOf, isStockConsumerClass, type MofDocument, type MofDocumentInstance } from '../wmi/index.ts';
import { ObjectEvent } from './object-event.ts';
import { pathOfObject } from './object-path.ts';

/** A MOF file, as it was found. */
export interface MofCase {
  readonly document: MofDocument;
  readonly source: Source;
  readonly bytes: number;
  readonly writtenAt: Instant;
  readonly computer: string;
}

const EVENTING: ReadonlySet<string> = new Set([
  '__eventfilter',
  '__filtertoconsumerbinding',
  '__intervaltimerinstruction',
  '__absolutetimerinstruction',
]);

/**
 * The parts of subscriptions that a MOF file declares (SETTLED D10): what compiling it would store, and no proof that anybody did.
 */
export function mofEvents({ document, source, bytes, writtenAt, computer }: MofCase): readonly ObjectEvent[] {
  const place: Place = { source, offset: 0, length: bytes };
  const consumers = new Set(
    document.classes
      .filter(({ superclass }) => superclass !== undefined && isConsumerClass(superclass))
      .map(({ name }) => name.toLowerCase()),
  );
  return document.instances
    .filter(({ className }) => isEventing(className) || consumers.has(className.toLowerCase()))
    .map((instance) => {
      const object = objectOf(instance, consumers);
      return new ObjectEvent({
        computer: instance.host ?? computer,
        place,
        timeMs: writtenAt.ms,
        timeTicks: writtenAt.ticks,
        sight: { source: 'mof', object, path: pathOfObject(object), act: 'declared', isTimed: true, audit: 'mof' },
      });
    });
}

function isEventing(className: string): boolean {
  return EVENTING.has(className.toLowerCase()) || isConsumerClass(className);
}

function isConsumerClass(className: string): boolean {
  return isStockConsumerClass(className);
}

function objectOf(instance: MofDocumentInstance, consumers: ReadonlySet<string>): WmiObject {
  const properties = new Map<string, WmiValue>();
  for (const [name, value] of instance.properties) if (value !== null) properties.set(name, value);
  const sid = creatorSidOf(instance);
  if (sid !== undefined) properties.set('CreatorSID', sid);
  return {
    kind: 'instance',
    // mofcomp's default where no pragma names one.
    namespace: instance.namespace ?? 'root\\default',
    className: instance.className,
    superclasses: consumers.has(instance.className.toLowerCase()) ? ['__EventConsumer'] : [],
    properties,
    isWhole: !instance.isCut,
  };
}
