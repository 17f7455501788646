import { contentOf } from '../../src/live/index.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { ask, type TestServer } from './running-server.ts';

interface Listed {
  readonly items: readonly { readonly id: string; readonly standing: string }[];
  readonly next?: string;
}

/** All that a server tells of its incidents that are not merged away, by id, without the places of evidence. */
export async function toldByServer(
  server: TestServer,
  isWanted: (row: Listed['items'][number]) => boolean = () => true,
): Promise<unknown> {
  const ids: string[] = [];
  for (let after: string | undefined = '', query = ''; after !== undefined; query = `&after=${after}`) {
    const page = (await ask(server, 'GET', `/v1/incidents?limit=100${query}`)).json as Listed;
    ids.push(...page.items.filter(isWanted).map(({ id }) => id));
    after = page.next;
  }
  const told: unknown[] = [];
  for (const id of ids.toSorted()) {
    const { json } = await ask(server, 'GET', `/v1/incidents/${id}`);
    const { incident, findings, subscriptions, gaps } = json as HuntResult & { readonly incident: unknown };
    told.push(contentOf({ incident, findings, subscriptions, gaps }));
  }
  return told;
}

/** The same of a hunt over one file of the same events. */
export function incidentsOfHunt(result: HuntResult): unknown {
  return result.incidents
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((incident) => {
      const of = <T extends { readonly id: string }>(all: readonly T[], ids: readonly string[]): readonly T[] => {
        const byId = new Map(all.map((one) => [one.id, one]));
        return ids.flatMap((id) => byId.get(id) ?? []);
      };
      return contentOf({
        incident,
        findings: of(result.findings, incident.findings),
        subscriptions: of(result.subscriptions, incident.subscriptions),
        gaps: of(result.gaps, incident.gaps),
      });
    });
}
