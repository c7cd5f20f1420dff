import { describe, expect, it } from 'vitest';
import type { Member, Shard } from '../src/api';
import { hotWindow, isPresent, isWell, loadOf, nameOf, rolledUp } from '../src/nodes';

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
  it('says how much the hot window takes and answers', () => {
    expect(hotWindow({ ...member(), memory: { heapUsed: 1, heapMax: 2, hotBytes: 1048576, hotBytesMax: 4194304, hotRatio: 0.75 } })).toBe(
      'hot window: 1 MiB of 4 MiB, answered 75 % of the series that queries selected',
    );
    expect(hotWindow(member())).toBe('');
  });
  it('says until when samples are rolled up, and how far that is behind', () => {
    expect(rolledUp({ resolution: '1m', until: '2026-11-21T00:00:00Z', lagSeconds: 120 })).toBe('1m until 2026-11-21');
    expect(rolledUp({ resolution: '1h', until: '2026-11-21T07:00:00Z', lagSeconds: 7200 })).toBe('1h until 2026-11-21T07:00Z (2h behind)');
  });
  it('names a node by its HTTP address where it said it', () => {
    expect(nameOf(member('http://127.0.0.1:9090'))).toBe('127.0.0.1:9090');
    expect(nameOf(member())).toBe('127.0.0.1:17090');
  });
  it('takes a drained node that answers for a sound one, and a silent one not', () => {
    const answering = member('http://127.0.0.1:9090');
    expect(isWell(answering)).toBe(true);
    expect(isWell({ ...answering, status: 'drained' })).toBe(true);
    expect(isWell({ ...answering, status: 'leaving' })).toBe(false);
    expect(isWell(member())).toBe(false);
    expect(isPresent({ ...answering, status: 'leaving' })).toBe(true);
    expect(isPresent({ ...answering, status: 'downed' })).toBe(false);
  });
});
