/** Made by 7-Zip: `C/a.json` and a file of a repository, both of 2024-05-06 07:08:09.1234567. */
const plain: Buffer = Buffer.from(
  'N3q8ryccAAS4NY7f1QAAAAAAAAAiAAAAAAAAAMTBv7UBABdvYmplY3RzeyJrZXB0IjoiYnkgN3oifQoAAACBMweuD8/Hr2gP6+qcvzY9' +
    '/nXb5jZNUiO+rpPVWdex9siVR8wK9Eas4MRg8YULdyKAoDqsmJyYyGvMglZvmp8jlw1lVkVLPbPoArTwc1PZbf0A7eUgV3ZqmmLfSvBq' +
    'soJUijIF8U56S7tHLIxwTqFiu4eDBHA9vDbL9Y8ZUNMXIndzMeJ0h53TIkRy64U+RjVbcXYeu2l1o+s2GJ8+0uXuo7TCxHq9eTS5JcWm' +
    'YA9DrB+g+wAAAAAXBhwBCYC5AAcLAQABIwMBAQVdABAAAAyBugoBmit1uAAA',
  'base64',
);
/** The same text, encrypted. */
const encrypted: Buffer = Buffer.from(
  'N3q8ryccAATCnw23IAAAAAAAAABqAAAAAAAAAEygMH4Ruiwyz1uYKcLegZpXk/VEUnK8Bo5VyiBZac5oe+lyqwEEBgABCSAABwsBAAIk' +
    'BvEHARJTDzZUWLPjmsKfWHeYOrny20khIQEAAQAMFREACAoBE1D4NgAABQEZAQAREwBDAC8AYQAuAGoAcwBvAG4AAAAZABQKAQAHaX8m' +
    'hJ/aARUGAQAggKSBAAA=',
  'base64',
);
/** The same with an encrypted list of files, which libarchive lists as an empty archive. */
const hidden: Buffer = Buffer.from(
  'N3q8ryccAASqs5BGkAAAAAAAAAAuAAAAAAAAAMIHK8RSjYfqxaovP+/31pCO5UvhN2BbIJRyt1uvYTDsEbUU1zqpqb3lLb0yJAj5bAOy' +
    'SAvgGovQADzI8ucT7IwjQ4blEmv9V9+VZ4oku546f5B5lTUYWNd5mTJ6QRrEbrJTOtzEnk3FF/mizuLKJCBizvF+22jqU6TYE3zLKKd/' +
    'QokzKFDeXLuTAdkJTHaVwdDHN/AXBiABCXAABwsBAAEkBvEHARJTDznhnDSBQrKTl3Rs9h1NeAoMagoB1IYETwAA',
  'base64',
);

/** `in.7z`, which is the first of these, and `b.json`; no times are kept. */
const nested: Buffer = Buffer.from(
  'N3q8ryccAATmG4GGfwEAAAAAAAAhAAAAAAAAAIqLdfIBASJ7Im91dGVyIjoxfQo3eryvJxwABLg1jt/VAAAAAAAAACIAAAAAAAAAxMG/' +
    'tQEAF29iamVjdHN7ImtlcHQiOiJieSA3eiJ9CgAAAIEzB64Pz8evaA/r6py/Nj3+ddvmNk1SI76uk9VZ17H2yJVHzAr0RqzgxGDxhQt3' +
    'IoCgOqyYnJjIa8yCVm+anyOXDWVWRUs9s+gCtPBzU9lt/QDt5SBXdmqaYt9K8GqyglSKMgXxTnpLu0csjHBOoWK7h4MEcD28Nsv1jxlQ' +
    '0xcid3Mx4nSHndMiRHLrhT5GNVtxdh67aXWj6zYYnz7S5e6jtMLEer15NLklxaZgD0OsH6D7AAAAABcGHAEJgLkABwsBAAEjAwEBBV0A' +
    'EAAADIG6CgGaK3W4AAAAAACBMweuD9U4rw7XJNP+s3Aj5jQT4cxOCTNnTAEFWvejohMZTOd3miQGYm35jTuJQF1SRfg7XxAnp3ZmK8N4' +
    'jxQFP1pyXvh1iFDPxXsQ749Ix2bFeHRJABcGgScBCVgABwsBAAEjAwEBBV0AEAAADFoKASWOyt0AAA==',
  'base64',
);

/** Archives that 7-Zip made: there is no writer of 7z here, and each test that reads them must run everywhere. */
export const SEVEN_ZIP_SAMPLES: Readonly<Record<'plain' | 'encrypted' | 'hidden' | 'nested', Buffer>> = {
  plain,
  encrypted,
  hidden,
  nested,
};
