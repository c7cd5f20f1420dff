import { expect, test } from 'vitest';
import { DEFAULT_STATE, formatState, parseState, type PageState } from '../src/url';

test('an empty address is the default, and the default an empty address', () => {
  expect(parseState('')).toEqual(DEFAULT_STATE);
  expect(formatState(DEFAULT_STATE)).toBe('');
});

test('every state survives its address', () => {
  const states: PageState[] = [
    { expression: 'rate(a{b="c d+e"}[5m]) > 1 & 2', view: 'table', range: 7200, end: 1_700_000_000, step: 15, refresh: 0, exemplars: true },
    { expression: 'up\n+ 1', view: 'graph', range: 93_785, end: undefined, step: 0.5, refresh: 30, exemplars: false },
    { ...DEFAULT_STATE, expression: '{"cpu.load"}' },
  ];
  for (const state of states) expect(parseState(formatState(state))).toEqual(state);
});

test('nonsense has its default', () => {
  expect(parseState('?view=x&range=y&end=z&step=-1&refresh=q')).toEqual(DEFAULT_STATE);
});

test('links made for the page of Prometheus work', () => {
  const state = parseState('?g0.expr=up&g0.tab=1&g0.range_input=2h');
  expect(state.expression).toBe('up');
  expect(state.view).toBe('table');
  expect(state.range).toBe(7200);
});
