import { describe, expect, it } from 'vitest';
import { expressionOf, shareOf } from '../src/cardinality';

describe('the table of what has most series', () => {
  it('leads to a question about a row', () => {
    expect(expressionOf('seriesCountByMetricName', 'http_requests')).toBe('count({__name__="http_requests"})');
    expect(expressionOf('labelValueCountByLabelName', 'user')).toBe('topk(10, count by (__name__) ({user!=""}))');
    expect(expressionOf('seriesCountByLabelValuePair', 'path=/a="b"')).toBe('topk(10, count by (__name__) ({path="/a=\\"b\\""}))');
  });
  it('asks nothing where a label cannot be written plainly', () => {
    expect(expressionOf('labelValueCountByLabelName', 'my.label')).toBe('');
    expect(expressionOf('seriesCountByLabelValuePair', 'my.label=1')).toBe('');
    expect(expressionOf('memoryInBytesByLabelName', 'user')).toBe('');
  });
  it('knows how much of all a row has', () => {
    expect(shareOf(25, 100)).toBe(25);
    expect(shareOf(1, 0)).toBe(0);
    expect(shareOf(120, 100)).toBe(100);
  });
});
