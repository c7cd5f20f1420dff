import type { Member, RollUp, Shard } from './api';
import { formatAgo, formatDuration, formatValue } from './format';
import { cluster, storage } from './state';

/** How loaded a shard is beside the busiest, in fifths: what its square shows. */
export function loadOf(shard: Shard, busiest: number): number {
  return busiest <= 0 ? 0 : Math.ceil((shard.samplesPerSecond / busiest) * 5);
}

/** A member without the scheme: by its HTTP address where that is known. */
export function nameOf(member: Member): string {
  return member.http ? member.http.replace(/^https?:\/\//, '') : member.address.replace(/^.*@/, '');
}

const GONE = new Set(['left', 'downed']);

/** Whether a member still belongs to the cluster. */
export function isPresent(member: Member): boolean {
  return !GONE.has(member.status);
}

/** Whether a member serves as it should; a drained one does, though it has no shards. */
export function isWell(member: Member): boolean {
  return member.answering && (member.status === 'up' || member.status === 'drained');
}

function toneOf(member: Member): string {
  if (!isPresent(member)) return 'inactive';
  if (!isWell(member)) return 'bad';
  return member.status === 'up' ? 'up' : 'inactive';
}

/** Until when a resolution is made, and whether it should be further. */
export function rolledUp(each: RollUp): string {
  const until = each.until.replace(/T00:00:00(\.000)?Z$/, '').replace(/:00(\.000)?Z$/, 'Z');
  return `${each.resolution} until ${until}${each.lagSeconds >= 3600 ? ` (${formatDuration(each.lagSeconds)} behind)` : ''}`;
}

/** The nodes of the cluster, what each does, and every shard. */
export function Nodes() {
  const all = cluster.value;
  if (all === undefined)
    return (
      <section id="cluster">
        <h2>Cluster</h2>
        <p class="quiet">Asking…</p>
      </section>
    );
  const oldest = all.oldestEvaluation;
  const refusals = Object.entries(all.refusals);
  const present = all.members.filter(isPresent);
  return (
    <section id="cluster">
      <h2>
        Cluster{' '}
        <small>
          {present.length === 1 ? 'one node' : `${present.length} nodes`}, {formatValue(all.series)} series, {formatValue(all.samplesPerSecond)} samples/s
        </small>
      </h2>
      <div class="scroll">
        <table class="nodes">
          <thead>
            <tr>
              <th>Node</th>
              <th>Status</th>
              <th class="number">Shards</th>
              <th class="number">Series</th>
              <th class="number">Samples/s</th>
              <th class="number">Log lag</th>
              <th>Storage</th>
              <th>Journal</th>
              <th class="number">Heap</th>
              <th>Roles</th>
            </tr>
          </thead>
          <tbody>
            {all.members.map((member) => (
              <Row key={member.address} member={member} asked={member.address === all.self} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet facts-line">
        <span>
          Rule groups: {all.ruleGroupsRunning} of {all.ruleGroups} run
          {oldest ? `, the oldest evaluation (${oldest.group}) ${ago(oldest.at)}` : ''}
        </span>
        <span>
          Refused samples: {refusals.length === 0 ? 'none' : refusals.map(([reason, count]) => `${formatValue(count)} ${reason.replaceAll('_', ' ')}`).join(', ')}
        </span>
        {all.rollUps && all.rollUps.length > 0 ? <span>Rolled up: {all.rollUps.map(rolledUp).join(', ')}</span> : null}
        <span>Undelivered notifications: {all.undeliveredNotifications}</span>
        {storage.value ? <span>Stored: {storage.value.storedBytes > 0 ? formatValue(storage.value.storedBytes, 'bytes') : 'nothing flushed to files yet'}</span> : null}
      </p>
      <Shards shards={all.shards} members={all.members} />
    </section>
  );
}

function Row({ member, asked }: { member: Member; asked: boolean }) {
  return (
    <tr>
      <td>
        {member.http && !asked ? <a href={member.http}>{nameOf(member)}</a> : nameOf(member)}
        {asked ? <span class="quiet"> this one</span> : null}
      </td>
      <td class="fit">
        <span class={`state ${toneOf(member)}`}>{member.status}</span>
      </td>
      {member.answering ? (
        <>
          <td class="number">{member.shards}</td>
          <td class="number">{formatValue(member.series ?? 0)}</td>
          <td class="number">{formatValue(member.samplesPerSecond ?? 0)}</td>
          <td class="number">{member.log?.answering ? formatValue(member.log.lagSeconds, 'seconds') : <span class="error-text">away</span>}</td>
          <td title={member.storage?.detail}>
            <Health good={member.storage?.answering} />
          </td>
          <td>
            <Health good={member.journalAnswering} />
          </td>
          <td class="number" title={hotWindow(member)}>
            {formatValue(member.memory?.heapUsed ?? 0, 'bytes')} of {formatValue(member.memory?.heapMax ?? 0, 'bytes')}
          </td>
          <td class="quiet">{member.roles.join(', ')}</td>
        </>
      ) : (
        <td colSpan={8} class={isPresent(member) ? 'error-text' : 'quiet'}>
          {member.detail}
        </td>
      )}
    </tr>
  );
}

/** What a node keeps of the last hours in memory, and how often that was enough. */
export function hotWindow(member: Member): string {
  const memory = member.memory;
  if (!memory) return '';
  const used = `hot window: ${formatValue(memory.hotBytes, 'bytes')} of ${formatValue(memory.hotBytesMax, 'bytes')}`;
  return `${used}, answered ${formatValue(100 * memory.hotRatio, 'percent')} of the series that queries selected`;
}

function Health({ good }: { good: boolean | undefined }) {
  return good ? <span>ok</span> : <span class="error-text">away</span>;
}

/** One square a shard, by owner; its strength is its load, its frame its state. */
function Shards({ shards, members }: { shards: Shard[]; members: Member[] }) {
  const busiest = Math.max(0, ...shards.map((shard) => shard.samplesPerSecond));
  const names = new Map(members.map((member) => [member.address, nameOf(member)]));
  const owners = [...new Set(shards.map((shard) => shard.owner))].sort();
  return (
    <div class="shards">
      {owners.map((owner) => {
        const its = shards.filter((shard) => shard.owner === owner);
        return (
          <div key={owner}>
            <span class="quiet">
              {owner === '' ? 'nobody' : (names.get(owner) ?? owner)} has {its.length} shards
            </span>
            <div class="squares">
              {its.map((shard) => (
                <i
                  key={shard.id}
                  class={`shard load-${loadOf(shard, busiest)} ${shard.state.replaceAll(' ', '-')}`}
                  title={`shard ${shard.id}: ${shard.state}${shard.since ? ` since ${shard.since}` : ''}, ${formatValue(shard.series)} series, ${formatValue(shard.samplesPerSecond)} samples/s, epoch ${shard.epoch}`}
                >
                  {shard.id}
                </i>
              ))}
            </div>
          </div>
        );
      })}
      <NotRunning shards={shards} />
    </div>
  );
}

function NotRunning({ shards }: { shards: Shard[] }) {
  const waiting = shards.filter((shard) => shard.state !== 'running');
  if (waiting.length === 0) return null;
  return (
    <ul class="rules">
      {waiting.slice(0, 20).map((shard) => (
        <li key={shard.id}>
          <span class="state pending">{shard.state}</span> shard {shard.id}
          {shard.since ? <span class="quiet">for {formatDuration(Math.max(0, (Date.now() - Date.parse(shard.since)) / 1000))}</span> : null}
        </li>
      ))}
      {waiting.length > 20 ? <li class="quiet">and {waiting.length - 20} more</li> : null}
    </ul>
  );
}

function ago(time: string): string {
  return formatAgo(Math.max(0, (Date.now() - Date.parse(time)) / 1000));
}
