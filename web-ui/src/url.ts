/** The page's whole state in its address, so that a link shows what its sender saw. Pure functions. */
import { formatDuration, parseDuration } from './format';

export type View = 'graph' | 'table';

export interface PageState {
  /** Empty until somebody, or the page itself, has chosen one. */
  expression: string;
  view: View;
  /** Seconds shown. */
  range: number;
  /** The last second shown; undefined follows the clock. */
  end: number | undefined;
  /** Seconds between points; undefined lets the page choose. */
  step: number | undefined;
  /** Seconds between refreshes; 0 for none. */
  refresh: number;
  /** Whether exemplars are drawn over the graph. */
  exemplars: boolean;
}

export const DEFAULT_STATE: PageState = {
  expression: '',
  view: 'graph',
  range: 900,
  end: undefined,
  step: undefined,
  refresh: 5,
  exemplars: false,
};

/** Reads an address; what is missing or makes no sense has its default. */
export function parseState(search: string): PageState {
  const given = new URLSearchParams(search);
  const end = Number(given.get('end') ?? NaN);
  const refresh = given.get('refresh');
  return {
    // Links made for Prometheus' page name their first expression so.
    expression: given.get('expr') ?? given.get('g0.expr') ?? DEFAULT_STATE.expression,
    view: given.get('view') === 'table' || given.get('g0.tab') === '1' ? 'table' : 'graph',
    range: parseDuration(given.get('range') ?? given.get('g0.range_input') ?? '') ?? DEFAULT_STATE.range,
    end: Number.isFinite(end) && end > 0 ? end : undefined,
    step: parseDuration(given.get('step') ?? ''),
    refresh: refresh === 'off' ? 0 : (parseDuration(refresh ?? '') ?? DEFAULT_STATE.refresh),
    exemplars: given.get('exemplars') === 'on' || given.get('g0.show_exemplars') === '1',
  };
}

/** Writes an address; what has its default is left out. */
export function formatState(state: PageState): string {
  const parameters = new URLSearchParams();
  if (state.expression !== '') parameters.set('expr', state.expression);
  if (state.view !== DEFAULT_STATE.view) parameters.set('view', state.view);
  if (state.range !== DEFAULT_STATE.range) parameters.set('range', durationText(state.range));
  if (state.end !== undefined) parameters.set('end', String(state.end));
  if (state.step !== undefined) parameters.set('step', durationText(state.step));
  if (state.refresh !== DEFAULT_STATE.refresh) {
    parameters.set('refresh', state.refresh === 0 ? 'off' : durationText(state.refresh));
  }
  if (state.exemplars) parameters.set('exemplars', 'on');
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** The short form, unless it would lose something. */
function durationText(seconds: number): string {
  const text = formatDuration(seconds);
  return parseDuration(text) === seconds ? text : String(seconds);
}
