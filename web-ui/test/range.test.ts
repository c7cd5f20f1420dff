import { describe, expect, test } from 'vitest';
import { allowedStep, autoStep, neighbour, RANGES, rangeThatShows, windowOf } from '../src/range';

describe('steps', () => {
  test.each([[300, 1000, 1], [900, 1000, 2], [3600, 1000, 10], [86_400, 1000, 300], [30 * 86_400, 1000, 7200]])(
    'of %i seconds over %i pixels are %i seconds', (range, width, step) => expect(autoStep(range, width)).toBe(step));
  test('never ask for more points than the server answers', () => {
    for (const range of [...RANGES, 400 * 86_400]) {
      for (const width of [1, 400, 4000, 100_000]) {
        expect(range / autoStep(range, width)).toBeLessThanOrEqual(11_000);
      }
    }
    expect(allowedStep(86_400, 1)).toBe(8);
    expect(allowedStep(3600, 5)).toBe(5);
  });
});

test('windows lie on whole steps and cover their range', () => {
  expect(windowOf(60, 1003, 15)).toEqual({ start: 930, end: 990, step: 15 });
  const { start, end } = windowOf(100, 1_000_000_007, 30);
  expect(end % 30).toBe(0);
  expect(end - start).toBeGreaterThanOrEqual(100);
});

test('ranges have neighbours', () => {
  expect(neighbour(900, true)).toBe(1800);
  expect(neighbour(900, false)).toBe(300);
  expect(neighbour(1000, false)).toBe(900);
  expect(neighbour(300, false)).toBe(300);
  expect(neighbour(30 * 86_400, true)).toBe(30 * 86_400);
});

test('a young store gets a range it fills', () => {
  expect(rangeThatShows([9_980, 9_990], 10_000, 900)).toBe(300);
  expect(rangeThatShows([9_700], 10_000, 900)).toBe(300);
  expect(rangeThatShows([9_699, 9_990], 10_000, 900)).toBe(900);
  expect(rangeThatShows([9_980], 10_000, 60)).toBe(60);
  expect(rangeThatShows([], 10_000, 3600)).toBe(300);
});
