// Exit 0 where the server of $STATE_DIRECTORY takes batches, else 1 with why: for HEALTHCHECK of a container, which has no curl.
import { readFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { join } from 'node:path';

function end(code, text) {
  process.stdout.write(`${text}\n`);
  process.exit(code);
}

try {
  const told = readFileSync(join(process.env.STATE_DIRECTORY ?? 'triad-data', 'address'), 'utf8').trim();
  const url = new URL('/readyz', told.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:'));
  const get = url.protocol === 'https:' ? httpsGet : httpGet;
  // It is asked on this machine, and nothing is told to it: whose certificate it is does not matter here.
  const options = { headers: { host: 'localhost' }, rejectUnauthorized: false, timeout: 4000 };
  get(url, options, (response) => {
    response.setEncoding('utf8');
    let text = '';
    response.on('data', (piece) => {
      text += piece;
    });
    response.on('end', () => end(response.statusCode === 200 ? 0 : 1, text.trim()));
  })
    .on('timeout', () => end(1, 'no answer within 4 s'))
    .on('error', (error) => end(1, error.message));
} catch (error) {
  end(1, error instanceof Error ? error.message : String(error));
}
