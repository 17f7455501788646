import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import {
  dossierSection,
  findingDetails,
  gapsTable,
  incidentSum,
  linksTable,
  SURE_NOTE,
  weakest,
} from '../../src/report/index.ts';
import { useCut } from '../kit/cut.tsx';
import { Shown, type ShownProps } from '../kit/drawn.tsx';
import type { DrawnCase } from './document.ts';

interface Props {
  readonly drawn: DrawnCase;
  readonly linkOf: NonNullable<ShownProps['linkOf']>;
}

/** Link by link, then the sum of the incident and of each member. */
export function ConfidenceTab({ drawn, linkOf }: Props): JSX.Element {
  const { item, citations, label } = drawn;
  const dossiers = useCut(item.dossiers, 60, 'subscription');
  const findings = useCut(item.findings, 120, 'finding');
  const parts = useMemo(() => ({ links: [...linksTable(item), ...weakest(item)], sum: incidentSum(item) }), [drawn]);
  const members = useMemo(
    () => ({
      dossiers: dossiers.shown.flatMap((dossier) =>
        dossierSection(dossier, citations, label, { isOpen: false, hasPictures: false }),
      ),
      findings: findings.shown.flatMap((finding) => findingDetails(finding, citations, label, item.dossiers)),
    }),
    [drawn, dossiers.shown.length, findings.shown.length],
  );
  return (
    <div class="drawn">
      <h3>How sure, link by link</h3>
      <p class="note">{SURE_NOTE}</p>
      <Shown drawing={parts.links} linkOf={linkOf} />
      <h3>Why {item.incident.level}</h3>
      <p class="note">
        The sum of the incident, then of its members: open a row for its parts. Critical is 80 or more, high 60, medium
        35, low 15.
      </p>
      <Shown drawing={parts.sum} linkOf={linkOf} />
      <div class="members">
        <Shown drawing={members.dossiers} linkOf={linkOf} />
        {dossiers.more === null ? null : <p class="note">{dossiers.more}</p>}
        <Shown drawing={members.findings} linkOf={linkOf} />
        {findings.more === null ? null : <p class="note">{findings.more}</p>}
      </div>
    </div>
  );
}

/** What could not be seen, what follows, and what would fill the gap. */
export function GapsTab({ drawn, linkOf }: Props): JSX.Element {
  const table = useMemo(() => gapsTable(drawn.item.gaps, drawn.label), [drawn]);
  return (
    <div class="drawn">
      <p class="note">
        Absence of a record is not absence of an act. These are the places where this incident is blind.
      </p>
      <Shown drawing={table} linkOf={linkOf} />
    </div>
  );
}
