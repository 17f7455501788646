/** One metric: what Prometheus is told of it. Names have no host, user or sender among their labels (SERVE 6). */
export interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly text: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, seconds or pieces. */
  readonly buckets?: readonly number[];
}

const SECONDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const PIECES: readonly number[] = [1, 10, 100, 1000, 10_000, 100_000];

export type MetricName =
  | 'triad_build_info'
  | 'triad_ingest_events_total'
  | 'triad_ingest_bytes_total'
  | 'triad_ingest_batches_total'
  | 'triad_ingest_held_bytes'
  | 'triad_ingest_request_duration_seconds'
  | 'triad_commit_duration_seconds'
  | 'triad_commit_batch_events'
  | 'triad_store_position_durable'
  | 'triad_store_position_processed'
  | 'triad_store_lag_bytes'
  | 'triad_store_bytes'
  | 'triad_archive_position'
  | 'triad_archive_bytes'
  | 'triad_archive_entries_total'
  | 'triad_archive_segments'
  | 'triad_archive_waiting_bytes'
  | 'triad_archive_dropped_segments_total'
  | 'triad_archive_behind_total'
  | 'triad_archive_search_seconds'
  | 'triad_backlog_context_events_total'
  | 'triad_backlog_context_cut_total'
  | 'triad_read_events_total'
  | 'triad_deadletter_events_total'
  | 'triad_dedup_hits_total'
  | 'triad_host_not_bound_events_total'
  | 'triad_auth_failures_total'
  | 'triad_replay_rejected_total'
  | 'triad_http_requests_total'
  | 'triad_connections'
  | 'triad_syslog_connections'
  | 'triad_http_refused_connections_total'
  | 'triad_syslog_refused_total'
  | 'triad_syslog_ended_total'
  | 'triad_state_entries'
  | 'triad_state_evictions_total'
  | 'triad_sender_last_record_age_seconds'
  | 'triad_sources_active'
  | 'triad_sources_silent'
  | 'triad_record_gaps_total'
  | 'triad_watermark_lag_seconds'
  | 'triad_glance_duration_seconds'
  | 'triad_judge_duration_seconds'
  | 'triad_detect_latency_seconds'
  | 'triad_detect_unjudged_bytes'
  | 'triad_detect_unjudged_seconds'
  | 'triad_findings_total'
  | 'triad_incidents_open'
  | 'triad_outbox_pending'
  | 'triad_outbox_dead'
  | 'triad_outbox_attempts_total'
  | 'triad_streams_open'
  | 'triad_streams_ended_total'
  | 'triad_eventloop_lag_seconds'
  | 'triad_degraded';

/** Every metric of `/metrics`; `docs/metrics.md` is made of this table (L29). */
export const METRICS: Readonly<Record<MetricName, MetricRow>> = {
  triad_build_info: { kind: 'gauge', text: 'always 1, with the version', labels: ['version'] },
  triad_ingest_events_total: {
    kind: 'counter',
    text: 'events of batches, by what came of them',
    labels: ['protocol', 'result'],
  },
  triad_ingest_bytes_total: { kind: 'counter', text: 'bytes of batches after decompression', labels: ['protocol'] },
  triad_ingest_batches_total: {
    kind: 'counter',
    text: 'batches, by what came of them',
    labels: ['protocol', 'result'],
  },
  triad_ingest_held_bytes: { kind: 'gauge', text: 'bytes of batches that are being read or waited for', labels: [] },
  triad_ingest_request_duration_seconds: {
    kind: 'histogram',
    text: 'from the header of a batch to its answer',
    labels: ['protocol'],
    buckets: SECONDS,
  },
  triad_commit_duration_seconds: {
    kind: 'histogram',
    text: 'from handing a batch to the journal to its being on stable storage',
    labels: [],
    buckets: SECONDS,
  },
  triad_commit_batch_events: {
    kind: 'histogram',
    text: 'events of the batches that went to stable storage in one write',
    labels: [],
    buckets: PIECES,
  },
  triad_store_position_durable: { kind: 'gauge', text: 'position of the last batch on stable storage', labels: [] },
  triad_store_position_processed: { kind: 'gauge', text: 'position of the last batch that was read', labels: [] },
  triad_store_lag_bytes: { kind: 'gauge', text: 'bytes on stable storage that were not read yet', labels: [] },
  triad_store_bytes: { kind: 'gauge', text: 'bytes of the journal', labels: [] },
  triad_archive_position: { kind: 'gauge', text: 'position up to which batches are archived', labels: [] },
  triad_archive_bytes: { kind: 'gauge', text: 'bytes of the archive', labels: [] },
  triad_archive_entries_total: { kind: 'counter', text: 'events that were archived since the start', labels: [] },
  triad_archive_segments: { kind: 'gauge', text: 'segments of the archive', labels: [] },
  triad_archive_waiting_bytes: { kind: 'gauge', text: 'bytes that wait to be archived', labels: [] },
  triad_archive_dropped_segments_total: {
    kind: 'counter',
    text: 'segments that were let go of: their time was over, or the disk was nearly full',
    labels: ['reason'],
  },
  triad_archive_behind_total: {
    kind: 'counter',
    text: 'times that archiving fell behind reading, and read the journal itself',
    labels: [],
  },
  triad_archive_search_seconds: {
    kind: 'histogram',
    text: 'one page of a search in the archive',
    labels: [],
    buckets: SECONDS,
  },
  triad_backlog_context_events_total: {
    kind: 'counter',
    text: 'events of the archive that backlogs were judged with',
    labels: [],
  },
  triad_backlog_context_cut_total: {
    kind: 'counter',
    text: 'times that the archive had more beside a backlog than there was room for, or was not read',
    labels: [],
  },
  triad_read_events_total: { kind: 'counter', text: 'events behind the answer, by shape', labels: ['shape'] },
  triad_deadletter_events_total: { kind: 'counter', text: 'what was taken and could not be read', labels: ['reason'] },
  triad_host_not_bound_events_total: {
    kind: 'counter',
    text: 'events of senders that spoke for hosts that they are not bound to',
    labels: [],
  },
  triad_dedup_hits_total: { kind: 'counter', text: 'batches that had been taken before', labels: ['protocol'] },
  triad_auth_failures_total: { kind: 'counter', text: 'requests whose key was refused', labels: ['code'] },
  triad_replay_rejected_total: { kind: 'counter', text: 'batches with the id of another one', labels: [] },
  triad_http_requests_total: { kind: 'counter', text: 'requests, by route and status', labels: ['route', 'status'] },
  triad_connections: { kind: 'gauge', text: 'open connections', labels: [] },
  triad_syslog_connections: { kind: 'gauge', text: 'open connections of syslog', labels: [] },
  triad_http_refused_connections_total: {
    kind: 'counter',
    text: 'connections that were not taken: an address had its share',
    labels: [],
  },
  triad_syslog_refused_total: {
    kind: 'counter',
    text: 'connections of syslog that were not taken: of nobody who may send, or too many',
    labels: ['reason'],
  },
  triad_syslog_ended_total: {
    kind: 'counter',
    text: 'connections of syslog that ended within a message: not to be framed, too slow, or cut by the sender',
    labels: ['reason'],
  },
  triad_state_entries: {
    kind: 'gauge',
    text: 'rows of a table that is held or kept; all are bounded but the audit, and open incidents that are high or critical or that somebody looked at',
    labels: ['store'],
  },
  triad_state_evictions_total: {
    kind: 'counter',
    text: 'rows that a bounded table let go of',
    labels: ['store', 'reason'],
  },
  triad_sender_last_record_age_seconds: {
    kind: 'gauge',
    text: 'age of the newest record of the sender that has been silent longest, by its arrival; of senders that may send and ever did',
    labels: [],
  },
  triad_sources_active: { kind: 'gauge', text: 'logs of hosts that sent something lately', labels: [] },
  triad_sources_silent: { kind: 'gauge', text: 'logs of hosts that are silent', labels: [] },
  triad_record_gaps_total: {
    kind: 'counter',
    text: 'times that a batch skipped record ids of a log: those behind what its sender brought before, or between its own; a shipper that leaves records out skips them too',
    labels: ['channel'],
  },
  triad_watermark_lag_seconds: { kind: 'gauge', text: 'the clock of the server less the watermark', labels: [] },
  triad_judge_duration_seconds: {
    kind: 'histogram',
    text: 'one judgement of what is held',
    labels: [],
    buckets: SECONDS,
  },
  triad_glance_duration_seconds: {
    kind: 'histogram',
    text: 'one glance at what came',
    labels: [],
    buckets: SECONDS,
  },
  triad_detect_latency_seconds: {
    kind: 'histogram',
    text: 'from the arrival of the batch that completed an incident to its first version; without what is retrospective',
    labels: [],
    buckets: SECONDS,
  },
  triad_detect_unjudged_bytes: {
    kind: 'gauge',
    text: 'bytes of events that wait for a judgement of all that is held; glances may have seen them',
    labels: [],
  },
  triad_detect_unjudged_seconds: {
    kind: 'gauge',
    text: 'how long the oldest batch waits that is read and not judged',
    labels: [],
  },
  triad_findings_total: {
    kind: 'counter',
    text: 'findings that were told, by analytic or rule and the level of the first time; what is withdrawn later stays counted',
    labels: ['rule', 'severity'],
  },
  triad_incidents_open: { kind: 'gauge', text: 'incidents that are not closed', labels: ['level', 'state'] },
  triad_outbox_pending: { kind: 'gauge', text: 'messages that wait for a sink', labels: ['sink'] },
  triad_outbox_dead: { kind: 'gauge', text: 'dead letters of a sink', labels: ['sink'] },
  triad_outbox_attempts_total: {
    kind: 'counter',
    text: 'attempts to deliver a message, by what came of them',
    labels: ['sink', 'result'],
  },
  triad_streams_open: { kind: 'gauge', text: 'readers of the stream of changes', labels: [] },
  triad_streams_ended_total: { kind: 'counter', text: 'streams of changes that ended, and why', labels: ['reason'] },
  triad_eventloop_lag_seconds: {
    kind: 'gauge',
    text: 'how late the main thread was at most in the last interval',
    labels: [],
  },
  triad_degraded: { kind: 'gauge', text: '1 while a part is not well', labels: ['reason'] },
};
