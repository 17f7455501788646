import type { JSX } from 'preact';
import { openMenu } from '../kit/object-menu.tsx';
import { urlOf } from '../kit/router.ts';
import { hostName, visibleText } from '../kit/words.ts';

/** A host in a list: a link to its page, and beside it its menu. */
export function HostLink({ host }: { readonly host: string }): JSX.Element {
  const name = visibleText(hostName(host));
  return (
    <span class="host-link nb">
      <a href={urlOf('hosts', host)}>{name}</a>
      <button
        type="button"
        class="lnk"
        aria-haspopup="menu"
        aria-label={`What to do with ${name}`}
        onClick={({ currentTarget }) => openMenu('host', host, currentTarget)}
      >
        ⋯
      </button>
    </span>
  );
}
