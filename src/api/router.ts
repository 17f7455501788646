import { ROUTES, type Route } from './routes.ts';

export type Routing =
  | { readonly kind: 'route'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'methodNotAllowed'; readonly allow: readonly string[] };

/** The longest path that is looked at. */
const MAX_PATH = 2048;

/** Which route answers: a path that is written out goes before one with braces. A GET route answers HEAD as well, without a body. */
export function routeOf(method: string, path: string, routes: readonly Route[] = ROUTES): Routing {
  if (path.length > MAX_PATH) return { kind: 'notFound' };
  const parts = path.split('/');
  const allow = new Set<string>();
  let found: Extract<Routing, { kind: 'route' }> | undefined;
  for (const route of routes) {
    const params = paramsOf(route.path.split('/'), parts);
    if (params === undefined) continue;
    if (!answers(route, method)) for (const one of methodsOf(route)) allow.add(one);
    else if (route.path === path) return { kind: 'route', route, params };
    else found ??= { kind: 'route', route, params };
  }
  if (found !== undefined) return found;
  return allow.size === 0 ? { kind: 'notFound' } : { kind: 'methodNotAllowed', allow: [...allow].sort() };
}

/** What stands for the braces of a pattern; undefined where it does not fit, or is not well encoded. */
function paramsOf(pattern: readonly string[], parts: readonly string[]): Readonly<Record<string, string>> | undefined {
  const last = pattern.at(-1) ?? '';
  const isOpen = last.endsWith('*}');
  if (isOpen ? parts.length < pattern.length - 1 : parts.length !== pattern.length) return undefined;
  const params: [string, string][] = [];
  for (const [at, word] of pattern.entries()) {
    if (isOpen && at === pattern.length - 1) params.push([last.slice(1, -2), parts.slice(at).join('/')]);
    else if (word.startsWith('{')) {
      const part = decoded(parts[at] ?? '');
      if (part === undefined || part === '') return undefined;
      params.push([word.slice(1, -1), part]);
    } else if (word !== parts[at]) return undefined;
  }
  return Object.fromEntries(params);
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    // A percent sign that begins nothing: no name of ours has one.
    if (cause instanceof URIError) return undefined;
    throw cause;
  }
}

function answers(route: Route, method: string): boolean {
  return route.method === undefined || methodsOf(route).includes(method);
}

function methodsOf({ method }: Route): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : method === undefined ? [] : [method];
}
