/** Which times and steps a graph asks for. Pure functions. */

/** The ranges to pick from, in seconds. */
export const RANGES = [300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400];

const NICE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** The server refuses more. */
const POINTS_MAX = 11_000;

/** A step of a round length that gives about a point every two pixels, and never more points than the server answers. */
export function autoStep(rangeSeconds: number, widthPixels: number): number {
  const points = Math.max(50, Math.min(POINTS_MAX, Math.floor(widthPixels / 2)));
  const least = rangeSeconds / points;
  return NICE_STEPS.find((step) => step >= least) ?? Math.ceil(least / 86_400) * 86_400;
}

/** A step somebody typed, widened where the server would refuse it. */
export function allowedStep(rangeSeconds: number, step: number): number {
  return Math.max(step, Math.ceil(rangeSeconds / POINTS_MAX));
}

export interface Window {
  start: number;
  end: number;
  step: number;
}

/** The times to ask for: whole steps, so that the points do not wander when the graph refreshes. */
export function windowOf(rangeSeconds: number, endSeconds: number, step: number): Window {
  const end = Math.floor(endSeconds / step) * step;
  return { start: end - Math.ceil(rangeSeconds / step) * step, end, step };
}

/** The range beside this one in the list, wider or narrower. */
export function neighbour(rangeSeconds: number, wider: boolean): number {
  if (wider) return RANGES.find((range) => range > rangeSeconds) ?? rangeSeconds;
  return [...RANGES].reverse().find((range) => range < rangeSeconds) ?? rangeSeconds;
}

/** The narrowest range to pick from, up to a given one, that shows every one of these times. */
export function rangeThatShows(times: readonly number[], endSeconds: number, widest: number): number {
  const first = times.reduce((least, time) => Math.min(least, time), endSeconds);
  return RANGES.find((range) => range < widest && range >= endSeconds - first) ?? widest;
}
