import type { ShapedEvent } from './types.ts';

/** The event of a unit in which keys stand twice, with what they held first as further fields after its own (SETTLED B18). */
export function withRepeatedNames(event: ShapedEvent, more: readonly (readonly [string, string])[]): ShapedEvent {
  const entries = [...event.entries(), ...more];
  const whole: ShapedEvent = {
    provider: event.provider,
    channel: event.channel,
    eventId: event.eventId,
    version: event.version,
    computer: event.computer,
    timeMs: event.timeMs,
    timeTicks: event.timeTicks,
    createdMs: event.createdMs,
    createdTicks: event.createdTicks,
    recordId: event.recordId,
    headerRecordId: event.headerRecordId,
    recordClass: event.recordClass,
    isForeignTemplate: event.isForeignTemplate,
    place: { ...event.place, repeatsNames: true },
    repeatsNames: true,
    shape: event.shape,
    ...(event.timeQuality === undefined ? {} : { timeQuality: event.timeQuality }),
    otherPlaces: event.otherPlaces,
    stated: event.stated,
    ...(event.utcTime === undefined ? {} : { utcTime: event.utcTime }),
    ...(event.receivedOffsetMinutes === undefined ? {} : { receivedOffsetMinutes: event.receivedOffsetMinutes }),
    system: (field) => event.system(field),
    get: (name) => event.get(name) ?? entries.find(([key]) => key === name)?.[1],
    all: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
    entries: () => entries,
    detach: () => whole,
  };
  return whole;
}
