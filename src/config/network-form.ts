/** True of an address, or of a network such as 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  const [host = '', bits, ...rest] = text.split('/');
  const isV4 = /^(?:(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])(?:\.|$)){4}$/.test(host) && !host.endsWith('.');
  const isV6 = host.includes(':') && URL.canParse(`http://[${host}]/`);
  if (!(isV4 || isV6) || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isV4 ? 32 : 128));
}
