import type { JSX } from 'preact';
import { MenuButton } from '../kit/object-menu.tsx';
import { urlOf } from '../kit/router.ts';
import { hostName, visibleText } from '../kit/words.ts';

/** A host in a list: a link to its page, and beside it its menu. */
export function HostLink({ host }: { readonly host: string }): JSX.Element {
  const name = visibleText(hostName(host));
  return (
    <span class="host-link nb">
      <a href={urlOf('hosts', host)}>{name}</a>
      <MenuButton kind="host" value={host} shown={name} />
    </span>
  );
}
