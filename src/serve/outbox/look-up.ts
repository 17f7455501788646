import { lookup } from 'node:dns/promises';

/** All addresses of a name, as this machine finds them. */
export async function lookUp(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
