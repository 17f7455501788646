import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { PinScopesDocument } from '../../src/api/index.ts';
import { evidenceSince } from '../incident/act-dialog.tsx';
import { PressButton } from '../incident/actions.tsx';
import { DraftDialog } from '../incident/draft-dialog.tsx';
import { PinForm } from '../incident/pin-dialog.tsx';
import { useScopesAt } from '../incident/scopes.tsx';
import { draftsUnder } from '../kit/draft.ts';
import { useKeys } from '../kit/keys.ts';
import { save } from '../kit/save.ts';
import { isAtLeast } from '../kit/session.ts';

/** A dossier as far as what is done with it. */
export interface Pinned {
  readonly id: string;
  readonly version: number;
  readonly incident?: string;
}

/** What can be done with a dossier: accept its content, and take it along (PRODUCT 9.3). */
export function DossierActions({ whole, path }: { readonly whole: Pinned; readonly path: string }): JSX.Element {
  // A dialog that stood open when the page was loaded anew stands open again (SETTLED G5).
  const [isPinning, setPinning] = useState(() => draftsUnder(`${whole.id}:pin`).length > 0);
  const mayAct = isAtLeast('analyst');
  useEffect(
    () => (mayAct ? useKeys([{ key: 'p', says: 'pin', group: 'Dossier', run: () => setPinning(true) }]) : undefined),
    [mayAct],
  );
  return (
    <div class="acts">
      {mayAct ? (
        <PressButton
          press={{ name: isAtLeast('engineer') ? 'Pin' : 'Propose pin', key: 'p', run: () => setPinning(true) }}
        />
      ) : null}
      <PressButton press={{ name: 'Export', isAside: true, run: () => exportDossier(whole) }} />
      {isPinning ? <PinDossier whole={whole} path={path} onClose={() => setPinning(false)} /> : null}
    </div>
  );
}

function PinDossier({
  whole: { id, version, incident },
  path,
  onClose,
}: {
  readonly whole: Pinned;
  readonly path: string;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <PinForm
      scopes={useScopesAt<PinScopesDocument>(`${path}/scopes`)}
      title={isAtLeast('engineer') ? 'Pin this subscription' : 'Propose a pin for this subscription'}
      incident={incident}
      frame={(props) => (
        <DraftDialog
          {...props}
          onClose={onClose}
          about={{ id, name: 'this subscription', version, revision: 0 }}
          since={(draft) =>
            version > draft.version ? (
              <p class="since" role="status">
                {evidenceSince(version - draft.version)}
              </p>
            ) : null
          }
        />
      )}
    />
  );
}

/** The dossier as it is shown: what the server told, and no more. */
function exportDossier(whole: Pinned): void {
  save(`subscription-${whole.id}.json`, 'application/json', `${JSON.stringify(whole, null, 2)}\n`);
}
