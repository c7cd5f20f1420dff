/** Answers made ready to be drawn. Pure functions. */
import type { MatrixElement } from './api';
import { commonLabels, formatLabels, parseValue, type LabelSet } from './format';
import type { Window } from './range';

/** No more lines are drawn: beyond that nobody can tell them apart. */
export const LINES_MAX = 100;

export interface Line {
  labels: LabelSet;
  /** The labels that tell this line from the others. */
  title: string;
  /** One for each time; null where there is no sample or none that can be drawn. */
  values: (number | null)[];
}

export interface Drawing {
  times: number[];
  lines: Line[];
  /** Lines that were left out. */
  omitted: number;
  common: LabelSet;
}

/** Lays the series of an answer over the steps of its window. */
export function drawing(result: MatrixElement[], window: Window): Drawing {
  const steps = Math.round((window.end - window.start) / window.step) + 1;
  const times = Array.from({ length: steps }, (_, i) => window.start + i * window.step);
  const shown = result.slice(0, LINES_MAX);
  const common = commonLabels(result.map((element) => element.metric));
  const lines = shown.map(({ metric, values }) => {
    const line: Line = { labels: metric, title: formatLabels(metric, common), values: new Array(steps).fill(null) };
    for (const [time, text] of values) {
      const at = Math.round((time - window.start) / window.step);
      const value = parseValue(text);
      if (at >= 0 && at < steps && Number.isFinite(value)) line.values[at] = value;
    }
    return line;
  });
  const sample = result[0]?.metric ?? {};
  const shared = Object.fromEntries(Object.entries(sample).filter(([key]) => common.has(key)));
  return { times, lines, omitted: result.length - shown.length, common: shared };
}

/** The last value of a line that is there. */
export function lastValue(line: Line): number | undefined {
  for (let i = line.values.length - 1; i >= 0; i--) {
    const value = line.values[i];
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}

/** Colours that stay apart on dark and light, also for those who see red and green alike; further lines repeat the wheel. */
const PALETTE = ['#e8912d', '#4f9ed9', '#3fae7a', '#d65db1', '#c9a400', '#7d7ff0', '#e2574c', '#25b3b3', '#a0734a', '#8fa63a'];

export function colour(index: number): string {
  const first = PALETTE[index % PALETTE.length] ?? '#888888';
  if (index < PALETTE.length) return first;
  return `hsl(${(index * 137.508) % 360} 55% 55%)`;
}
