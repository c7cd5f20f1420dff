/** The server's HTTP API as this page uses it. */
import type { LabelSet } from './format';
import { credentials, tokenWanted } from './token';

export interface Answer<T> {
  data: T;
  warnings: string[];
  infos: string[];
}

/** What the server, or the way to it, said instead of an answer. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly type: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export type Sample = [number, string];
export interface VectorElement {
  metric: LabelSet;
  value: Sample;
}
export interface MatrixElement {
  metric: LabelSet;
  values: Sample[];
}
export type QueryData =
  | { resultType: 'vector'; result: VectorElement[] }
  | { resultType: 'matrix'; result: MatrixElement[] }
  | { resultType: 'scalar'; result: Sample }
  | { resultType: 'string'; result: Sample };

export interface Alert {
  labels: LabelSet;
  annotations: LabelSet;
  state: 'inactive' | 'pending' | 'firing';
  activeAt: string;
  value: string;
}
export interface Rule {
  type: 'alerting' | 'recording';
  name: string;
  query: string;
  state?: 'inactive' | 'pending' | 'firing';
  duration?: number;
  alerts?: Alert[];
  health: 'unknown' | 'ok' | 'err';
  lastError?: string;
}
export interface RuleGroup {
  name: string;
  file: string;
  rules: Rule[];
}
export interface Target {
  labels: LabelSet;
  scrapePool: string;
  scrapeUrl: string;
  lastError: string;
  lastScrape: string;
  lastScrapeDuration: number;
  health: 'up' | 'down' | 'unknown';
}
export interface Shard {
  id: number;
  owner: string;
  state: 'running' | 'recovering' | 'handing over' | 'unknown' | 'unassigned';
  since?: string;
  epoch: number;
  series: number;
  samplesPerSecond: number;
}
/** A node; what it says of itself is there only when it answered. */
export interface Member {
  address: string;
  status: string;
  roles: string[];
  answering: boolean;
  detail: string;
  shards: number;
  http?: string;
  series?: number;
  samplesPerSecond?: number;
  log?: { answering: boolean; lagSeconds: number };
  storage?: { answering: boolean; detail: string };
  journalAnswering?: boolean;
  memory?: { heapUsed: number; heapMax: number; hotBytes: number; hotBytesMax: number; hotRatio: number };
}
export interface RollUp {
  resolution: string;
  until: string;
  lagSeconds: number;
}
export interface Cluster {
  self: string;
  series: number;
  samplesPerSecond: number;
  undeliveredNotifications: number;
  refusals: Record<string, number>;
  ruleGroups: number;
  ruleGroupsRunning: number;
  /** Until when every shard is rolled up, finest resolution first; nodes of earlier versions do not say. */
  rollUps?: RollUp[];
  oldestEvaluation?: { group: string; at: string; interval: number };
  members: Member[];
  shardCount: number;
  shardsNotRunning: number;
  shards: Shard[];
  failing: string[];
}
export interface Storage {
  series: number;
  samples: number;
  storedBytes: number;
  bytesPerSample: number;
}
export interface Counted {
  name: string;
  value: number;
}
/** Single measurements of a series, each with labels of its own such as the id of a trace. */
export interface SeriesExemplars {
  seriesLabels: LabelSet;
  exemplars: { labels: LabelSet; value: string; timestamp: number }[];
}
/** What has most series in the cluster. */
export interface Cardinality {
  headStats: { numSeries: number; numLabelPairs: number; chunkCount: number; minTime: number; maxTime: number };
  seriesCountByMetricName: Counted[];
  labelValueCountByLabelName: Counted[];
  memoryInBytesByLabelName: Counted[];
  seriesCountByLabelValuePair: Counted[];
}
export type Metadata = Record<string, { type: string; help: string; unit: string }[]>;

async function ask<T>(path: string, parameters?: Record<string, string>, signal?: AbortSignal): Promise<Answer<T>> {
  const query = new URLSearchParams(parameters ?? {}).toString();
  let response: Response;
  try {
    // Long expressions go in a body: an address has a limit.
    const headers = credentials();
    response =
      query.length > 4000
        ? await fetch(path, { method: 'POST', body: new URLSearchParams(parameters), headers, signal: signal ?? null })
        : await fetch(query === '' ? path : `${path}?${query}`, { headers, signal: signal ?? null });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError('The server does not answer.', 'unreachable', 0);
  }
  let body: { status?: string; data?: T; error?: string; errorType?: string; warnings?: string[]; infos?: string[] };
  try {
    body = await response.json();
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(`The server answered ${response.status} without JSON.`, 'internal', response.status);
  }
  if (response.status === 401) tokenWanted.value = body.error ?? 'no word why';
  if (body.status !== 'success') {
    throw new ApiError(body.error ?? `The server answered ${response.status}.`, body.errorType ?? 'internal', response.status);
  }
  return { data: body.data as T, warnings: body.warnings ?? [], infos: body.infos ?? [] };
}

export const api = {
  query: (query: string, time: number, signal: AbortSignal) =>
    ask<QueryData>('api/v1/query', { query, time: String(time), limit: '1000' }, signal),
  queryRange: (query: string, start: number, end: number, step: number, signal: AbortSignal) =>
    ask<QueryData>('api/v1/query_range', { query, start: String(start), end: String(end), step: String(step) }, signal),
  exemplars: (query: string, start: number, end: number, signal: AbortSignal) =>
    ask<SeriesExemplars[]>('api/v1/query_exemplars', { query, start: String(start), end: String(end) }, signal),
  /** Of the last month and a day: what ended before that the server would have to read first. */
  metricNames: () =>
    ask<string[]>('api/v1/label/__name__/values', {
      limit: '10000',
      start: String(Math.floor(Date.now() / 1000) - 32 * 86400),
    }),
  metadata: () => ask<Metadata>('api/v1/metadata'),
  rules: () => ask<{ groups: RuleGroup[] }>('api/v1/rules'),
  targets: () => ask<{ activeTargets: Target[] }>('api/v1/targets', { state: 'active' }),
  cluster: () => ask<Cluster>('api/v1/status/cluster'),
  tsdb: (limit: number) => ask<Cardinality>('api/v1/status/tsdb', { limit: String(limit) }),
  storage: () => ask<Storage>('api/v1/status/storage'),
  /** The empty string when the node is ready, else what it says. */
  ready: async (): Promise<string> => {
    try {
      const response = await fetch('-/ready');
      return response.ok ? '' : (await response.text()).trim();
    } catch {
      return 'the server does not answer';
    }
  },
};
