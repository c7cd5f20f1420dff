import { describe, expect, test } from 'vitest';
import {
  commonLabels, errorPosition, formatAgo, formatDuration, formatLabels, formatValue, parseDuration, parseValue, unitOf,
} from '../src/format';

describe('values', () => {
  test.each([
    [0, '0'], [1, '1'], [-1.5, '-1.5'], [0.1 + 0.2, '0.3'], [99.95, '99.95'], [1234, '1234'], [9999.9, '10000'],
    [12345, '12.35k'], [-1234567, '-1.235M'], [5e9, '5G'], [1e-4, '1e-4'], [0.00012345, '1.234e-4'], [3e25, '3e+25'],
    [NaN, 'NaN'], [Infinity, '+Inf'], [-Infinity, '-Inf'],
  ])('%f is shown as %s', (value, text) => expect(formatValue(value)).toBe(text));

  test.each([
    [0, 'bytes', '0 B'], [1023, 'bytes', '1023 B'], [1024, 'bytes', '1 KiB'], [1.5 * 1024 ** 3, 'bytes', '1.5 GiB'],
    [-2048, 'bytes', '-2 KiB'], [0.000_25, 'seconds', '250 µs'], [0.25, 'seconds', '250 ms'], [2.5, 'seconds', '2.5 s'],
    [7200, 'seconds', '2h'], [-7260, 'seconds', '-2h1m'], [42.5, 'percent', '42.5 %'],
  ] as const)('%f in %s is shown as %s', (value, unit, text) => expect(formatValue(value, unit)).toBe(text));

  test('are read as the API writes them', () => {
    expect(parseValue('1e-07')).toBe(1e-7);
    expect(parseValue('+Inf')).toBe(Infinity);
    expect(parseValue('-Inf')).toBe(-Infinity);
    expect(parseValue('NaN')).toBeNaN();
  });
});

test.each([
  ['node_memory_MemAvailable_bytes', 'bytes'],
  ['rate(node_network_receive_bytes_total[1m])', 'bytes'],
  ['avg by (pool) (sim_cpu_usage_percent)', 'percent'],
  ['pool:sim_cpu_usage_percent:avg', 'percent'],
  ['histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[1m])))', 'seconds'],
  ['rate(process_cpu_seconds_total[1m])', 'none'],
  ['rate(a_bytes[1m]) / rate(b_bytes[1m])', 'none'],
  ['process_start_time_seconds', 'none'],
  ['up', 'none'],
])('the unit of %s is %s', (expression, unit) => expect(unitOf(expression)).toBe(unit));

describe('durations', () => {
  test.each([[0, '0s'], [45, '45s'], [90, '1m30s'], [3600, '1h'], [86_400, '1d'], [93_784, '1d2h'], [86_460, '1d']])(
    '%i seconds are shown as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
  test.each([['90', 90], ['1m30s', 90], ['2w', 1_209_600], ['500ms', 0.5], ['1.5', 1.5], [' 1h ', 3600]])(
    '%s is read as %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));
  test.each(['', 'x', '1.5h', '5m1h', '0', '0s', '-5'])('%j is no duration', (text) =>
    expect(parseDuration(text)).toBeUndefined());
  test('ago', () => {
    expect(formatAgo(0.4)).toBe('now');
    expect(formatAgo(75)).toBe('1m15s ago');
  });
});

describe('labels', () => {
  const a = { __name__: 'up', job: 'x', instance: 'a:1' };
  const b = { __name__: 'up', job: 'x', instance: 'b:1' };
  test('common ones are found and left out', () => {
    const common = commonLabels([a, b]);
    expect([...common].sort()).toEqual(['__name__', 'job']);
    expect(formatLabels(a, common)).toBe('{instance="a:1"}');
  });
  test('a single series keeps all of its own', () => expect(formatLabels(a, commonLabels([a]))).toBe('up{job="x", instance="a:1"}'));
  test('other alphabets are quoted', () => expect(formatLabels({ 'a.b': 'c"d' })).toBe('{"a.b"="c\\"d"}'));
  test('none', () => expect(formatLabels({})).toBe('{}'));
});

test('the place of an error is found in its message', () => {
  expect(errorPosition('invalid parameter "query": 1:4: parse error: unexpected end')).toEqual({ line: 1, column: 4 });
  expect(errorPosition('2:10: parse error: x')).toEqual({ line: 2, column: 10 });
  expect(errorPosition('query timed out')).toBeUndefined();
});
