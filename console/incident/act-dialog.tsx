import type { JSX } from 'preact';
import type { Draft } from '../kit/draft.ts';
import { clockOf } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import type { IncidentDocument } from './document.ts';
import { DraftDialog, type DraftDialogProps } from './draft-dialog.tsx';
import { historyWords } from './history-words.ts';

/** A dialog about an incident. */
export function ActDialog({
  doc,
  ...props
}: Omit<DraftDialogProps, 'about' | 'since'> & { readonly doc: IncidentDocument }): JSX.Element {
  const { id, number, version, work } = doc;
  return (
    <DraftDialog
      {...props}
      about={{ id, name: `INC-${number}`, version, revision: work.revision }}
      since={(draft) => <Since doc={doc} draft={draft} />}
    />
  );
}

/** What happened to the incident while the dialog stood open. */
function Since({ doc, draft }: { readonly doc: IncidentDocument; readonly draft: Draft }): JSX.Element | null {
  const acts = doc.history.items.filter((entry) => entry.revision > draft.revision && entry.who !== draft.person);
  const versions = doc.version - draft.version;
  if (acts.length === 0 && versions <= 0) return null;
  return (
    <p class="since" role="status">
      {versions > 0 ? evidenceSince(versions) : ''}
      {acts
        .slice(0, 3)
        .map(
          (entry) =>
            `${visibleText(entry.who)} ${historyWords(entry, doc.incident.next)} at ${clockOf(entry.at)}${entry.note === undefined ? '' : `: “${visibleText(entry.note)}”`}. `,
        )}
    </p>
  );
}

/** That more was found while a dialog stood open, in so many versions. */
export function evidenceSince(versions: number): string {
  return `New evidence came since you opened this (${plural(versions, 'change')}). `;
}
