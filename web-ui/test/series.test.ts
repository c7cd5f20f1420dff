import { expect, test } from 'vitest';
import { colour, drawing, lastValue, LINES_MAX } from '../src/series';
import { explore, suggestions } from '../src/suggest';

const window = { start: 100, end: 130, step: 10 };

test('samples fall on their steps and gaps stay gaps', () => {
  const drawn = drawing(
    [
      { metric: { __name__: 'up', i: 'a' }, values: [[100, '1'], [120, '2.5'], [130, 'NaN']] },
      { metric: { __name__: 'up', i: 'b' }, values: [[110, '+Inf'], [200, '9']] },
    ],
    window,
  );
  expect(drawn.times).toEqual([100, 110, 120, 130]);
  expect(drawn.lines.map((line) => line.values)).toEqual([
    [1, null, 2.5, null],
    [null, null, null, null],
  ]);
  expect(drawn.lines.map((line) => line.title)).toEqual(['{i="a"}', '{i="b"}']);
  expect(drawn.common).toEqual({ __name__: 'up' });
  expect(drawn.lines.map(lastValue)).toEqual([2.5, undefined]);
});

test('too many lines are cut and counted', () => {
  const many = Array.from({ length: LINES_MAX + 7 }, (_, i) => ({ metric: { i: String(i) }, values: [] }));
  const drawn = drawing(many, window);
  expect(drawn.lines.length).toBe(LINES_MAX);
  expect(drawn.omitted).toBe(7);
});

test('colours of the first lines differ', () => {
  expect(new Set(Array.from({ length: 60 }, (_, i) => colour(i))).size).toBe(60);
});

test('the first question is one that has an answer', () => {
  expect(suggestions([])).toEqual([]);
  expect(suggestions(['up', 'sim_cpu_usage_percent'])[0]?.expression).toBe('avg by (pool) (sim_cpu_usage_percent)');
  expect(suggestions(['scrape_duration_seconds', 'up'])[0]?.expression).toBe('up');
  expect(suggestions(['scrape_x', 'my_total'])[0]?.expression).toBe('rate(my_total[1m])');
});

test('a metric is first looked at as its kind asks', () => {
  expect(explore('a_total')).toBe('rate(a_total[1m])');
  expect(explore('a', 'counter')).toBe('rate(a[1m])');
  expect(explore('a_bucket')).toBe('histogram_quantile(0.95, sum by (le) (rate(a_bucket[1m])))');
  expect(explore('cpu.load')).toBe('{"cpu.load"}');
  expect(explore('a')).toBe('a');
});
