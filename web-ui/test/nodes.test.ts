import { describe, expect, it } from 'vitest';
import type { Member, Shard } from '../src/api';
import { loadOf, nameOf } from '../src/nodes';

const shard = (samplesPerSecond: number): Shard => ({ id: 1, owner: 'a', state: 'running', epoch: 1, series: 1, samplesPerSecond });
const member = (http?: string): Member => ({
  address: 'akka://pharos@127.0.0.1:17090',
  status: 'up',
  roles: [],
  answering: http !== undefined,
  detail: '',
  shards: 0,
  ...(http === undefined ? {} : { http }),
});

describe('the nodes', () => {
  it('shows the load of a shard beside the busiest', () => {
    expect(loadOf(shard(0), 0)).toBe(0);
    expect(loadOf(shard(0), 100)).toBe(0);
    expect(loadOf(shard(1), 100)).toBe(1);
    expect(loadOf(shard(100), 100)).toBe(5);
  });
  it('names a node by its HTTP address where it said it', () => {
    expect(nameOf(member('http://127.0.0.1:9090'))).toBe('127.0.0.1:9090');
    expect(nameOf(member())).toBe('127.0.0.1:17090');
  });
});
