/**
 * True when a request names this server: by a name of loopback, or by its public address. A page of another site whose
 * name resolves to 127.0.0.1 would reach a loopback server else (SERVE 0.1: 13).
 */
export function isOwnHost(header: string | undefined, publicUrl: string | undefined): boolean {
  if (header === undefined || header.length > 300) return false;
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]/@\s]+)(?::(\d{1,5}))?$/.exec(header);
  if (match === null) return false;
  const name = (match[1] ?? '').toLowerCase().replace(/\.$/, '');
  if (isLoopbackName(name)) return true;
  if (publicUrl === undefined) return false;
  const { hostname, port, protocol } = new URL(publicUrl);
  const preset = protocol === 'https:' ? '443' : '80';
  return name === hostname.toLowerCase() && (match[2] ?? preset) === (port === '' ? preset : port);
}

function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  return /^127(?:\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$/.test(name);
}
