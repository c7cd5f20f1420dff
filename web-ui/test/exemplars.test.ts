import { expect, test } from 'vitest';
import type { SeriesExemplars } from '../src/api';
import { EXEMPLARS_MAX, heightOf, marks } from '../src/exemplars';

const WINDOW = { start: 1000, end: 2000, step: 10 };

function series(times: number[], value: (time: number) => string): SeriesExemplars {
  return {
    seriesLabels: { __name__: 'd_bucket', le: '1' },
    exemplars: times.map((timestamp) => ({ labels: { trace_id: `t${timestamp}` }, value: value(timestamp), timestamp })),
  };
}

test('exemplars of the window are marks with their labels, in order', () => {
  const found = marks([series([1500, 999, 2001, 1000], () => '0.25'), series([1200], () => 'NaN')], WINDOW, 'seconds');
  expect(found.map((mark) => mark.time)).toEqual([1000, 1500]);
  expect(found[1]?.title.split('\n').slice(0, 2)).toEqual(['trace_id: t1500', 'd_bucket{le="1"}']);
  expect(found[1]?.title).toContain('250 ms at ');
});

test('of too many the largest of each part of the window are drawn', () => {
  const times = Array.from({ length: 5000 }, (_, i) => 1000 + i / 5);
  const found = marks([series(times, (time) => String(time % 7))], WINDOW, 'none');
  expect(found.length).toBeLessThanOrEqual(EXEMPLARS_MAX);
  expect(found.length).toBeGreaterThan(EXEMPLARS_MAX / 2);
  expect(found[0]!.time).toBeLessThan(1010);
  expect(found.at(-1)!.time).toBeGreaterThan(1990);
  expect(Math.min(...found.map((mark) => mark.value))).toBeGreaterThan(2);
});

test('what lies outside of the scale is at its edge', () => {
  expect(heightOf(5, 0, 10)).toBe(0.5);
  expect(heightOf(99, 0, 10)).toBe(0);
  expect(heightOf(-1, 0, 10)).toBe(1);
  expect(heightOf(1, 1, 1)).toBe(0.5);
});
