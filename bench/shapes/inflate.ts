/** `node inflate.ts ZIP`: inflates every member and throws it away. */
import { readFileSync } from 'node:fs';
import { inflateMember, zipMembers } from '../zip-members.ts';

let bytes = 0;
for (const member of zipMembers(readFileSync(process.argv[2] ?? ''))) bytes += inflateMember(member).length;
process.stdout.write(`${bytes}\n`);
