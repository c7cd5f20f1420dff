import { isPresent, isWell } from './nodes';
import { formatValue } from './format';
import { cluster, groups, notReady, storage, targets } from './state';

type Tone = 'good' | 'warn' | 'bad' | 'plain';

function Chip({ tone, href, title, children }: { tone: Tone; href?: string; title?: string; children: preact.ComponentChildren }) {
  const name = `chip ${tone}`;
  return href ? (
    <a class={name} href={href} title={title}>
      {children}
    </a>
  ) : (
    <span class={name} title={title}>
      {children}
    </span>
  );
}

/** One line that tells whether all is well: readiness, shards, rules, targets, and every part that fails. */
export function StatusStrip() {
  const waiting = notReady.value;
  const shards = cluster.value;
  const rules = groups.value?.flatMap((group) => group.rules) ?? [];
  const broken = rules.filter((rule) => rule.health === 'err');
  const firing = rules.reduce((sum, rule) => sum + (rule.alerts ?? []).filter((alert) => alert.state === 'firing').length, 0);
  const down = targets.value?.filter((target) => target.health === 'down') ?? [];
  const members = (shards?.members ?? []).filter(isPresent);
  const membersUp = members.filter(isWell).length;
  return (
    <div class="strip" role="status" aria-live="polite">
      {waiting === undefined ? <Chip tone="plain">connecting…</Chip> : null}
      {waiting === '' ? <Chip tone="good">ready</Chip> : null}
      {waiting ? (
        <Chip tone="bad" title={waiting}>
          {waiting}
        </Chip>
      ) : null}
      {shards && shards.shardsNotRunning > 0 ? (
        <Chip tone="warn" href="#cluster" title={waitingShards(shards.shards)}>
          {shards.shardsNotRunning} of {shards.shardCount} shards do not run
        </Chip>
      ) : null}
      {shards && shards.shardsNotRunning === 0 ? (
        <Chip tone="good" href="#cluster">
          {shards.shardCount} shards on {members.length === 1 ? 'one node' : `${members.length} nodes`}
        </Chip>
      ) : null}
      {membersUp < members.length ? (
        <Chip tone="bad" href="#cluster">
          {members.length - membersUp} of {members.length} nodes not well
        </Chip>
      ) : null}
      {firing > 0 ? (
        <Chip tone="bad" href="#alerts">
          {firing} firing
        </Chip>
      ) : null}
      {broken.length > 0 ? (
        <Chip tone="bad" href="#alerts" title={broken.map((rule) => `${rule.name}: ${rule.lastError ?? ''}`).join('\n')}>
          {broken.length} of {rules.length} rules fail
        </Chip>
      ) : null}
      {down.length > 0 ? (
        <Chip tone="bad" href="#targets">
          {down.length} of {targets.value?.length} targets down
        </Chip>
      ) : null}
      {shards?.failing.map((text) => (
        <Chip tone="bad" key={text}>
          {text}
        </Chip>
      ))}
      {storage.value ? (
        <Chip tone="plain" title={`${storage.value.samples} samples${storage.value.bytesPerSample > 0 ? `, ${storage.value.bytesPerSample.toFixed(2)} bytes each` : ""}`}>
          {formatValue(storage.value.series)} series
        </Chip>
      ) : null}
    </div>
  );
}

function waitingShards(shards: { id: number; state: string; since?: string }[]): string {
  return shards
    .filter((shard) => shard.state !== 'running')
    .slice(0, 20)
    .map((shard) => `shard ${shard.id}: ${shard.state}${shard.since ? ` since ${shard.since}` : ''}`)
    .join('\n');
}
