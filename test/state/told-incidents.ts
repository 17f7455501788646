import type {
  ActResult,
  IncidentAction,
  IncidentWrite,
  Outcome,
  State,
  StepResult,
  WholeIncident,
} from '../../src/state/index.ts';
import { BY, got, NOW_MS } from './opened-state.ts';

export type ToldWrite = Extract<IncidentWrite, { kind: 'incident' }>;

export function at(clock: string): string {
  return `2026-11-25T${clock}.0000000Z`;
}

/** A version of an incident on one host, with two records, and a step of each phase that the rules speak of. */
export function told(id: string, version = 1, changes: Partial<ToldWrite> = {}): ToldWrite {
  const { hosts = ['srv-02'] } = changes;
  return {
    kind: 'incident',
    id,
    version,
    digest: `digest of ${id} ${version}`,
    level: 'high',
    isWmi: true,
    title: `what happened in ${id}`,
    first: at('09:00:00'),
    last: at('10:00:00'),
    eventTime: at('09:00:00'),
    isRetrospective: false,
    hosts,
    members: [`finding of ${id}`],
    times: `{"of":"${id}"}`,
    steps: [
      { id: `contain-${id}`, phase: 'contain' },
      { id: `verify-${id}`, phase: 'verify' },
      { id: `learn-${id}`, phase: 'learn' },
    ],
    document: JSON.stringify({ incident: { id, version } }),
    records: [`of ${id}`, 'shared'].map((record) => ({ id: record, host: 'srv-02', time: at('09:00:00'), body: '{}' })),
    absorbs: [],
    atMs: NOW_MS + version,
    ...changes,
  };
}

export function merged(id: string, mergedInto: string): IncidentWrite {
  return { kind: 'incidentMerged', id, mergedInto, atMs: NOW_MS };
}

export function withdrawn(id: string, version: number): IncidentWrite {
  return { kind: 'incidentWithdrawn', id, version, atMs: NOW_MS, why: 'the logon was another' };
}

export function final(id: string): IncidentWrite {
  return { kind: 'incidentFinal', id, atMs: NOW_MS };
}

export function commit(state: State, ...writes: readonly IncidentWrite[]): Promise<Outcome<StepResult>> {
  return state.call('commit', { judged: 1, writes });
}

export async function read(state: State, id: string): Promise<WholeIncident> {
  const found = await got(state.call('readIncident', { id }));
  if (found === null) throw new Error(`there is no incident ${id}`);
  return found;
}

let keys = 0;

/** Does something to an incident as it is now, as one person at one time. */
export async function act(
  state: State,
  id: string,
  action: IncidentAction,
  by: { readonly who?: string; readonly atMs?: number } = {},
): Promise<ActResult> {
  const { revision } = (await read(state, id)).work;
  const key = `key ${keys++}`;
  return got(state.call('actOnIncident', { id, revision, idempotencyKey: key, by: { ...BY, ...by }, act: action }));
}

/** The state that an action led to, or why it was not done. */
export async function outcomeOf(result: Promise<ActResult>): Promise<string> {
  const settled = await result;
  if (settled.kind === 'acted') return settled.state;
  return settled.kind === 'notAllowed' ? settled.reason : settled.kind;
}

/** Everything that the tables hold of these ids: to compare a state with itself. */
export async function everything(state: State, ids: readonly string[]): Promise<unknown> {
  const read = await Promise.all(ids.map((id) => got(state.call('readIncident', { id }))));
  return {
    read,
    known: await got(state.call('knownIncidents', {})),
    counts: await got(state.call('countIncidents', null)),
  };
}
