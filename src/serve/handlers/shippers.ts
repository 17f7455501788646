import { allShipperSettings, type Handler, jsonAnswer, refused } from '../../api/index.ts';
import { type QueryValue, readQuery } from './query.ts';

/** Longer is no host with its port. */
const MOST_ADDRESS = 300;

const ADDRESS: QueryValue<string> = {
  says: 'an address of http or https',
  read: (text) =>
    text.length <= MOST_ADDRESS && /^https?:\/\/[^\s"'`\\/]+$/.test(text) && URL.canParse(text) ? text : undefined,
};

/** Settings of shippers for the address by which they reach this server. */
export function shipperHandlers(): Readonly<Record<'listShippers', Handler>> {
  return {
    listShippers: ({ query }) => {
      const read = readQuery(query, { address: ADDRESS }, new Set());
      if (read.kind !== 'values') return read;
      const { address } = read.values;
      if (address === undefined) return refused({ code: 'bad_request', detail: `address is ${ADDRESS.says}.` });
      return jsonAnswer({ items: allShipperSettings(address) });
    },
  };
}
