/** What a client of a protocol of logs is asked to do. */
export interface LogTask {
  readonly client: 'otlp-json' | 'otlp-protobuf' | 'splunk';
  /** Address of the server. */
  readonly url: string;
  readonly secret: string;
  /** Lines of JSON: each is the text of one record. */
  readonly file: string;
  /** Lines of one request. */
  readonly batch: number;
  readonly gzip: boolean;
}

/** What the client made of the answers: requests that went well, and what it says of the others. */
export interface LogOutcome {
  readonly well: number;
  readonly errors: readonly string[];
}
