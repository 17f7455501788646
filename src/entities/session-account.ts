import type { ObjectSight } from '../windows/index.ts';
import { splitAccount } from './account.ts';

/** Group policy keeps a session of each user in a namespace that is named by the user's SID (SETTLED D2). */
const USER_NAMESPACE = /^root\\rsop\\user\\(s(?:_\d{1,10}){2,16})$/i;

/** Whose SID it is by the sessions that group policy keeps in a repository; undefined for any other object. */
export function sessionAccountOf({
  object,
}: ObjectSight): { readonly sid: string; readonly domain: string; readonly name: string } | undefined {
  if (object.className.toLowerCase() !== 'rsop_session') return undefined;
  const folder = USER_NAMESPACE.exec(object.namespace ?? '')?.[1];
  const target = object.properties.get('targetName');
  if (folder === undefined || typeof target !== 'string') return undefined;
  const { domain, name } = splitAccount(target);
  return { sid: folder.replaceAll('_', '-').toUpperCase(), domain, name };
}
