import { contentOf } from '../../src/live/index.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { ask, type TestServer } from './running-server.ts';

interface Listed {
  readonly items: readonly { readonly id: string }[];
  readonly next?: string;
}

/** Ids of all pages of a list, in its order. */
export async function idsOf(server: TestServer, path: string, limit = 100): Promise<readonly string[]> {
  const ids: string[] = [];
  const joint = path.includes('?') ? '&' : '?';
  for (let after: string | undefined = '', query = ''; after !== undefined; query = `&after=${after}`) {
    const page = (await ask(server, 'GET', `${path}${joint}limit=${limit}${query}`)).json as Listed;
    ids.push(...page.items.map(({ id }) => id));
    after = page.next;
  }
  return ids;
}

/** All findings and subscriptions of a server that were not withdrawn, by id, without the places of evidence. */
export async function foundByServer(server: TestServer): Promise<unknown> {
  const told: Record<string, unknown[]> = { finding: [], subscription: [] };
  for (const [of, path] of [
    ['finding', '/v1/findings'],
    ['subscription', '/v1/subscriptions'],
  ] as const) {
    for (const id of (await idsOf(server, path)).toSorted()) {
      const { json } = await ask(server, 'GET', `${path}/${id}`);
      const { incident, [of]: part } = json as Record<string, unknown>;
      told[of]?.push(contentOf({ incident: incident ?? null, part }));
    }
  }
  return told;
}

/** The same of a hunt over the same events. */
export function foundByHunt({ findings, subscriptions, incidents }: HuntResult): unknown {
  const incidentOf = new Map(
    incidents.flatMap(({ id, ...of }) => [...of.findings, ...of.subscriptions].map((part) => [part, id])),
  );
  const told = (parts: readonly { readonly id: string }[]): readonly unknown[] =>
    parts
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((part) => contentOf({ incident: incidentOf.get(part.id) ?? null, part }));
  return { finding: told(findings), subscription: told(subscriptions) };
}
