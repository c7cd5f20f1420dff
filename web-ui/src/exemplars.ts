/** Exemplars made ready to be drawn over a graph. Pure functions. */
import type { SeriesExemplars } from './api';
import { formatClock, formatDate, formatLabels, formatValue, type Unit } from './format';
import type { Window } from './range';

/** No more are drawn: the largest of those that would lie on each other stay. */
export const EXEMPLARS_MAX = 300;

export interface Mark {
  time: number;
  value: number;
  /** The exemplar's own labels, those of its series, its value and time; a line each. */
  title: string;
}

/** The exemplars of a window, ascending in time. Of one place in time, as wide as a mark, the largest come first. */
export function marks(answer: SeriesExemplars[], window: Window, unit: Unit): Mark[] {
  const all: Mark[] = [];
  for (const { seriesLabels, exemplars } of answer) {
    for (const { labels, value, timestamp } of exemplars) {
      const number = Number(value);
      if (!Number.isFinite(number) || timestamp < window.start || timestamp > window.end) continue;
      const lines = Object.entries(labels).map(([name, text]) => `${name}: ${text}`);
      lines.push(formatLabels(seriesLabels), `${formatValue(number, unit)} at ${formatDate(timestamp)} ${formatClock(timestamp, true)}`);
      all.push({ time: timestamp, value: number, title: lines.join('\n') });
    }
  }
  return thinned(all, window).sort((a, b) => a.time - b.time);
}

/** Where there are too many, the same share of each part of the window, the largest first: it is those that are looked for. */
function thinned(all: Mark[], window: Window): Mark[] {
  if (all.length <= EXEMPLARS_MAX) return all;
  const parts = EXEMPLARS_MAX / 3;
  const width = Math.max(1e-3, window.end - window.start) / parts;
  const kept = new Map<number, Mark[]>();
  for (const mark of [...all].sort((a, b) => b.value - a.value)) {
    const part = Math.min(parts - 1, Math.floor((mark.time - window.start) / width));
    const its = kept.get(part) ?? [];
    if (its.length < 3) kept.set(part, [...its, mark]);
  }
  return [...kept.values()].flat();
}

/** Where a value lies on a scale, as a share of the height from above; what lies outside is at the edge. */
export function heightOf(value: number, low: number, high: number): number {
  if (!(high > low)) return 0.5;
  return 1 - Math.min(1, Math.max(0, (value - low) / (high - low)));
}
