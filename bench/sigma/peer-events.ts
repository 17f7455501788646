import type { Ir, Rules } from '../../src/sigma/index.ts';
import { EventFields, isOfRoute, type LogSource, type Route, routesOf } from '../../src/taxonomy/index.ts';
import { HeldEvent, type KeptEvent } from './events.ts';

/** An event as peers get it: flat, by Sigma's names, with the log sources that it belongs to. */
export interface PeerEvent {
  readonly logsources: readonly LogSource[];
  readonly fields: Readonly<Record<string, string | number>>;
}

interface Source {
  readonly logsource: LogSource;
  readonly routes: readonly { readonly route: Route; readonly reader: EventFields }[];
  readonly names: readonly string[];
}

/** The peers have no routing of their own for these: fields are named, and log sources told, as Triad's tables say. */
export function peerEvents(rules: Rules, events: readonly KeptEvent[]): readonly PeerEvent[] {
  const sources = sourcesOf(rules);
  return events.map((kept) => {
    const event = new HeldEvent(kept);
    const fields: Record<string, string | number> = {};
    const logsources: LogSource[] = [];
    for (const { logsource, routes, names } of sources) {
      const fitting = routes.filter(({ route }) => !route.isVirtual && isOfRoute(route, event));
      if (fitting.length > 0) logsources.push(logsource);
      for (const { reader } of fitting) {
        reader.moveTo(event);
        for (const name of names) {
          const value = reader.values(name)?.[0];
          if (typeof value === 'string' || typeof value === 'number') fields[name] ??= value;
        }
      }
    }
    for (const [name, text] of kept.fields) fields[name] ??= text;
    return { logsources, fields };
  });
}

function sourcesOf(rules: Rules): readonly Source[] {
  const names = new Map<string, Set<string>>();
  for (const { logsource, conditions } of rules.rules) {
    const { category, product, service } = logsource;
    const key = JSON.stringify({ category, product, service });
    const known = names.get(key) ?? new Set();
    names.set(key, known);
    for (const { ir } of conditions) addNames(ir, known);
  }
  return [...names].flatMap(([key, known]) => {
    const logsource = JSON.parse(key) as LogSource;
    const routing = routesOf(logsource);
    if (!('routes' in routing)) return [];
    const routes = routing.routes.map((route) => ({ route, reader: new EventFields(route) }));
    return [{ logsource, routes, names: [...known] }];
  });
}

function addNames(ir: Ir, into: Set<string>): void {
  if (ir.kind === 'atom') {
    if (ir.field !== undefined) into.add(ir.field);
  } else if (ir.kind === 'not') addNames(ir.of, into);
  else if (ir.kind !== 'constant') for (const part of ir.of) addNames(part, into);
}
