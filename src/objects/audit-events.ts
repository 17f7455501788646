import type { AuditDocument } from '../audits/index.ts';
import type { Instant, Source } from '../windows/index.ts';
import { hiddenIn } from './hidden-objects.ts';
import { ObjectEvent } from './object-event.ts';
import { pathOfObject } from './object-path.ts';

/** One audit of live hosts, as it was found. */
export interface AuditCase {
  readonly document: AuditDocument;
  readonly source: Source;
  readonly bytes: number;
  /** When the file was written: it was looked at by then, where the audit tells no time of its own. */
  readonly writtenAt: Instant;
  /** Whose it is where a row does not say so, as the logs of that machine write it. */
  readonly computer: string;
  /** A name that a row gives, as the logs of that machine write it. */
  readonly nameOf: (computer: string) => string;
}

/** The objects of an audit, and the look itself, as events (SETTLED D3, D11). */
export function auditEvents({
  document,
  source,
  bytes,
  writtenAt,
  computer,
  nameOf,
}: AuditCase): readonly ObjectEvent[] {
  const events: ObjectEvent[] = [];
  const looks = new Map<string, { readonly computer: string; readonly time: Instant }>();
  for (const { object, offset, length, line, ...row } of document.objects) {
    const at = row.time ?? document.time ?? writtenAt;
    const host = row.computer === undefined ? computer : nameOf(row.computer);
    const place = { source, offset, length, ...(line === undefined ? {} : { line }) };
    const sight = {
      source: 'audit',
      object,
      path: pathOfObject(object),
      act: 'present',
      isTimed: true,
      audit: document.format,
    } as const;
    looks.set(JSON.stringify([host, at.ms, at.ticks]), { computer: host, time: at });
    const parts = { computer: host, place, timeMs: at.ms, timeTicks: at.ticks };
    events.push(new ObjectEvent({ ...parts, sight }));
    const hidden = hiddenIn(object);
    if (hidden.length > 0) events.push(new ObjectEvent({ ...parts, sight: { ...sight, hidden } }));
  }
  // Absence is proved by a whole list at a time that the audit itself tells.
  const provesAbsence = document.complete.length > 0 && document.time !== undefined;
  const time = document.time ?? writtenAt;
  if (looks.size === 0) looks.set('', { computer, time });
  for (const look of looks.values()) {
    events.push(
      new ObjectEvent({
        computer: look.computer,
        place: { source, offset: 0, length: bytes },
        timeMs: look.time.ms,
        timeTicks: look.time.ticks,
        look: {
          source: 'audit',
          isTimed: true,
          namespaces: document.complete,
          provesAbsence: provesAbsence && look.computer === computer,
          audit: document.format,
        },
      }),
    );
  }
  return events;
}
