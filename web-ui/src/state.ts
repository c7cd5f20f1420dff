/** What the page shows, as signals, and the loops that keep it fresh. */
import { computed, effect, signal } from '@preact/signals';
import { api, ApiError, type Cluster, type Metadata, type QueryData, type RuleGroup, type SeriesExemplars, type Storage, type Target } from './api';
import { allowedStep, autoStep, rangeThatShows, windowOf, type Window } from './range';
import { formatState, parseState, type PageState } from './url';
import { suggestions } from './suggest';

export const page = signal<PageState>(parseState(location.search));
export const graphWidth = signal(900);
/** Raised to ask again although nothing changed. */
const asked = signal(0);

export interface Result {
  expression: string;
  view: PageState['view'];
  window: Window;
  data: QueryData;
  warnings: string[];
  infos: string[];
  millis: number;
  /** Of a graph, where they are wanted. */
  exemplars: SeriesExemplars[];
}
export const result = signal<Result | undefined>(undefined);
export const failure = signal<{ expression: string; message: string; type: string } | undefined>(undefined);
export const loading = signal(false);

export const names = signal<string[]>([]);
export const metadata = signal<Metadata>({});
export const groups = signal<RuleGroup[] | undefined>(undefined);
export const targets = signal<Target[] | undefined>(undefined);
export const cluster = signal<Cluster | undefined>(undefined);
export const storage = signal<Storage | undefined>(undefined);
/** Empty when ready; undefined before the first answer. */
export const notReady = signal<string | undefined>(undefined);

export const examples = computed(() => suggestions(names.value));

/** Changes part of the state; the address follows, with a new entry in the history when the question changed. */
export function change(part: Partial<PageState>): void {
  const before = page.value;
  const after = { ...before, ...part };
  page.value = after;
  const address = `${location.pathname}${formatState(after)}`;
  if (after.expression !== before.expression && before.expression !== '') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
}

export function askAgain(): void {
  asked.value++;
}

const seconds = () => Date.now() / 1000;

let running: AbortController | undefined;

async function run(state: PageState, width: number): Promise<void> {
  running?.abort();
  if (state.expression.trim() === '') return;
  const controller = new AbortController();
  running = controller;
  // Most answers come at once, and a button that changed each time would flicker.
  const slow = setTimeout(() => (loading.value = running === controller), 300);
  const began = performance.now();
  const step = allowedStep(state.range, state.step ?? autoStep(state.range, width));
  const window = windowOf(state.range, state.end ?? seconds(), step);
  try {
    const answer =
      state.view === 'graph'
        ? await api.queryRange(state.expression, window.start, window.end, step, controller.signal)
        : await api.query(state.expression, state.end ?? seconds(), controller.signal);
    const wanted = state.view === 'graph' && state.exemplars;
    const found = wanted ? await exemplarsOf(state.expression, window, controller.signal) : NO_EXEMPLARS;
    result.value = {
      expression: state.expression,
      view: state.view,
      window,
      ...answer,
      warnings: [...answer.warnings, ...found.warnings],
      exemplars: found.data,
      millis: performance.now() - began,
    };
    failure.value = undefined;
  } catch (caught) {
    if (controller.signal.aborted) return;
    const error = caught instanceof ApiError ? caught : new ApiError(String(caught), 'internal', 0);
    failure.value = { expression: state.expression, message: error.message, type: error.type };
    // An unreachable server takes nothing away from what is known; a wrong question has no old answer.
    if (error.type !== 'unreachable') result.value = undefined;
  } finally {
    clearTimeout(slow);
    if (running === controller) {
      running = undefined;
      loading.value = false;
    }
  }
}

const NO_EXEMPLARS: { data: SeriesExemplars[]; warnings: string[] } = { data: [], warnings: [] };

/** The graph is there without them: what they fail by is said beside it. */
async function exemplarsOf(expression: string, window: Window, signal: AbortSignal): Promise<typeof NO_EXEMPLARS> {
  try {
    return await api.exemplars(expression, window.start, window.end, signal);
  } catch (caught) {
    if (signal.aborted) throw caught;
    return { data: [], warnings: [`exemplars: ${caught instanceof ApiError ? caught.message : String(caught)}`] };
  }
}

/** Repeats a task while the page is seen; one run at a time. */
function every(periodSeconds: () => number, task: () => Promise<void>): void {
  let last = 0;
  let busy = false;
  setInterval(() => {
    const period = periodSeconds();
    if (busy || document.hidden || period <= 0 || seconds() - last < period) return;
    last = seconds();
    busy = true;
    task().finally(() => (busy = false));
  }, 500);
}

async function keep<D, T>(into: { value: T | undefined }, ask: () => Promise<{ data: D }>, part: (data: D) => T): Promise<void> {
  try {
    into.value = part((await ask()).data);
  } catch {
    // The old answer stays; readiness tells that the server is away.
  }
}

async function refreshStatus(): Promise<void> {
  notReady.value = await api.ready();
  await Promise.all([
    keep(groups, api.rules, (data) => data.groups),
    keep(targets, api.targets, (data) => data.activeTargets),
    keep(cluster, api.cluster, (data) => data),
  ]);
}

async function refreshNames(): Promise<void> {
  try {
    names.value = (await api.metricNames()).data;
    metadata.value = (await api.metadata()).data;
  } catch {
    return;
  }
  await keep(storage, api.storage, (data) => data);
  const best = suggestions(names.value)[0];
  // Somebody who brought no question sees a chart at once.
  if (best && page.value.expression === '') await choose(best.expression);
}

/** Asks on the page's own account, over a range that a store a few minutes old fills. */
async function choose(expression: string): Promise<void> {
  const widest = page.value.range;
  const window = windowOf(widest, seconds(), 15);
  let range = widest;
  try {
    const { data } = await api.queryRange(expression, window.start, window.end, window.step, new AbortController().signal);
    const series = data.resultType === 'matrix' ? data.result : [];
    range = rangeThatShows(series.flatMap(({ values }) => values.slice(0, 1).map(([time]) => time)), window.end, widest);
  } catch {
    // The chart itself will say what is wrong.
  }
  if (page.value.expression === '') change({ expression, range });
}

/** Starts the loops; once, when the page is drawn. */
export function start(): void {
  addEventListener('popstate', () => (page.value = parseState(location.search)));
  effect(() => {
    void asked.value;
    void run(page.value, graphWidth.value);
  });
  every(
    () => (page.value.end === undefined && failure.value?.type !== 'bad_data' ? page.value.refresh : 0),
    () => run(page.peek(), graphWidth.peek()),
  );
  every(() => 3, refreshStatus);
  every(() => (names.value.length === 0 ? 1 : 30), refreshNames);
}
