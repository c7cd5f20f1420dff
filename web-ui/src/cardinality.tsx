import { signal } from '@preact/signals';
import { api, type Cardinality, type Counted } from './api';
import { formatValue, type Unit } from './format';
import { change } from './state';

const ROWS = 10;

const counted = signal<{ data: Cardinality; warnings: string[] } | undefined>(undefined);
const failed = signal('');
const asking = signal(false);

/** An expression that shows the series of a row, or the empty string where there is none. */
export function expressionOf(list: keyof Lists, name: string): string {
  const quoted = (text: string) => JSON.stringify(text);
  switch (list) {
    case 'seriesCountByMetricName':
      return `count({__name__=${quoted(name)}})`;
    case 'labelValueCountByLabelName':
      return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? `topk(10, count by (__name__) ({${name}!=""}))` : '';
    case 'seriesCountByLabelValuePair': {
      const at = name.indexOf('=');
      const label = name.slice(0, at);
      if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) return '';
      return `topk(10, count by (__name__) ({${label}=${quoted(name.slice(at + 1))}}))`;
    }
    default:
      return '';
  }
}

/** How much of all a row has, in percent of the whole; undefined where the list has no whole. */
export function shareOf(count: number, whole: number): number {
  return whole <= 0 ? 0 : Math.min(100, (100 * count) / whole);
}

type Lists = Pick<Cardinality, 'seriesCountByMetricName' | 'labelValueCountByLabelName' | 'memoryInBytesByLabelName' | 'seriesCountByLabelValuePair'>;

/** Counting costs the nodes something, so it is asked for and not kept fresh. */
async function ask(): Promise<void> {
  if (asking.value) return;
  asking.value = true;
  try {
    counted.value = await api.tsdb(ROWS);
    failed.value = '';
  } catch (caught) {
    failed.value = caught instanceof Error ? caught.message : String(caught);
  } finally {
    asking.value = false;
  }
}

/** Where the series come from: what an operator looks at when they grow. */
export function CardinalityTables() {
  const all = counted.value;
  return (
    <section id="series">
      <h2>
        Series <small>{all ? `${formatValue(all.data.headStats.numSeries)} in memory, ${formatValue(all.data.headStats.chunkCount)} chunks` : ''}</small>
      </h2>
      <details onToggle={(event) => (event.currentTarget.open ? void ask() : undefined)}>
        <summary>What has most series</summary>
        {failed.value ? <p class="error-text">{failed.value}</p> : null}
        {all?.warnings.map((warning) => (
          <p key={warning} class="quiet">
            {warning}
          </p>
        ))}
        {all ? (
          <>
            <div class="counts">
              <Table title="Metrics by series" list="seriesCountByMetricName" rows={all.data.seriesCountByMetricName} whole={all.data.headStats.numSeries} />
              <Table title="Labels by values" list="labelValueCountByLabelName" rows={all.data.labelValueCountByLabelName} whole={0} />
              <Table title="Label pairs by series" list="seriesCountByLabelValuePair" rows={all.data.seriesCountByLabelValuePair} whole={all.data.headStats.numSeries} />
              <Table title="Labels by bytes of values" list="memoryInBytesByLabelName" rows={all.data.memoryInBytesByLabelName} whole={0} unit="bytes" />
            </div>
            <button type="button" onClick={() => void ask()} disabled={asking.value}>
              Count again
            </button>
          </>
        ) : failed.value ? null : (
          <p class="quiet">Counting…</p>
        )}
      </details>
    </section>
  );
}

function Table({ title, list, rows, whole, unit = 'none' }: { title: string; list: keyof Lists; rows: Counted[]; whole: number; unit?: Unit }) {
  return (
    <table>
      <thead>
        <tr>
          <th>{title}</th>
          <th class="number" />
          {whole > 0 ? <th class="number">of all</th> : null}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.name}>
            <td>
              <Name name={row.name} expression={expressionOf(list, row.name)} />
            </td>
            <td class="number">{formatValue(row.value, unit)}</td>
            {whole > 0 ? <td class="number quiet">{formatValue(shareOf(row.value, whole), 'percent')}</td> : null}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ name, expression }: { name: string; expression: string }) {
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  if (expression === '') return <code title={name}>{shown}</code>;
  return (
    <button type="button" class="code" title={expression} onClick={() => change({ expression, view: 'table' })}>
      <code>{shown}</code>
    </button>
  );
}
