/** What to ask when nobody has asked yet, from the metrics there are. Pure functions. */

export interface Suggestion {
  title: string;
  expression: string;
}

/** In the order of preference; each needs its metric to be there. */
const KNOWN: (Suggestion & { metric: string })[] = [
  { metric: 'sim_cpu_usage_percent', title: 'CPU of each pool', expression: 'avg by (pool) (sim_cpu_usage_percent)' },
  { metric: 'sim_requests_total', title: 'Requests per second', expression: 'sum by (pool) (rate(sim_requests_total[1m]))' },
  {
    metric: 'sim_request_duration_seconds_bucket',
    title: '99th percentile of latency',
    expression: 'histogram_quantile(0.99, sum by (le, pool) (rate(sim_request_duration_seconds_bucket[1m])))',
  },
  { metric: 'sim_queue_depth', title: 'Longest queues', expression: 'topk(5, max by (pool) (sim_queue_depth))' },
  {
    metric: 'node_cpu_seconds_total',
    title: 'CPU by mode',
    expression: 'sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[1m]))',
  },
  { metric: 'node_memory_MemAvailable_bytes', title: 'Memory available', expression: 'node_memory_MemAvailable_bytes' },
  { metric: 'jvm_memory_used_bytes', title: 'Heap of the node', expression: 'sum by (area) (jvm_memory_used_bytes)' },
  {
    metric: 'pharos_http_requests_total',
    title: 'Requests to Pharos',
    expression: 'sum by (route) (rate(pharos_http_requests_total[1m]))',
  },
  { metric: 'up', title: 'Targets that answer', expression: 'up' },
];

/** Questions whose metrics exist, the best first. */
export function suggestions(names: readonly string[]): Suggestion[] {
  const there = new Set(names);
  const known = KNOWN.filter((each) => there.has(each.metric)).map(({ title, expression }) => ({ title, expression }));
  const first = names.find((name) => !name.startsWith('scrape_')) ?? names[0];
  if (known.length > 0 || first === undefined) return known;
  return [{ title: first, expression: explore(first) }];
}

/** The usual first look at a metric: what counts is shown as a rate. */
export function explore(name: string, type?: string): string {
  const selector = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : `{${JSON.stringify(name)}}`;
  if (type === 'counter' || /_(total|count|sum|bucket)$/.test(name)) {
    if (name.endsWith('_bucket')) return `histogram_quantile(0.95, sum by (le) (rate(${selector}[1m])))`;
    return `rate(${selector}[1m])`;
  }
  return selector;
}
