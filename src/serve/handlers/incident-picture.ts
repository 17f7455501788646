import { type ApiResponse, refused } from '../../api/index.ts';
import { withoutEvidence } from '../../people/index.ts';
import { type HuntResult, hostLabels, LEAST_DRAWN, renderGraphSvg } from '../../report/index.ts';
import type { WholeIncident } from '../../state/index.ts';

type Document = Pick<HuntResult, 'findings' | 'subscriptions' | 'gaps'> & {
  readonly incident: HuntResult['incidents'][number];
};

/** The calls between the hosts of an incident as a file (PRODUCT 9.4): the picture of `triad graph`. Without raw evidence a source that is one of several has none of their names. */
export function pictureAnswer({ number, document }: WholeIncident, isWithheld: boolean): ApiResponse {
  const whole: unknown = JSON.parse(document);
  const { incident, subscriptions, findings, gaps } = (
    isWithheld ? withoutEvidence(whole).document : whole
  ) as Document;
  const hops = incident.edges;
  if (!hops.some(({ confidence }) => confidence >= LEAST_DRAWN))
    return refused({ code: 'not_found', detail: `INC-${number} has no picture: no call between hosts is known.` });
  const label = hostLabels([
    ...incident.hosts,
    ...subscriptions.map(({ host }) => host),
    ...findings.flatMap(({ hosts }) => hosts),
    ...gaps.map(({ host }) => host),
  ]);
  return {
    kind: 'answer',
    status: 200,
    type: 'image/svg+xml',
    headers: {
      'content-disposition': `attachment; filename="INC-${number}.svg"`,
      'content-security-policy': "default-src 'none'; sandbox",
    },
    body: renderGraphSvg({ nodes: [], edges: [], hops }, label),
  };
}
