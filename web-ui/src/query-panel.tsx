import { computed, signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Chart } from './chart';
import { errorPosition, formatClock, formatDate, formatDuration, formatLabels, formatValue, parseDuration, parseValue } from './format';
import { neighbour, RANGES } from './range';
import { askAgain, change, examples, failure, loading, metadata, names, page, result, type Result } from './state';
import { explore } from './suggest';

const REFRESHES = [0, 2, 5, 10, 30, 60];
const NAMES_SHOWN = 60;

/** A question, its answer as a graph or a table, and help for those who have no question yet. */
export function QueryPanel() {
  return (
    <section>
      <Editor />
      <Toolbar />
      <Failure />
      <Outcome />
      <Help />
    </section>
  );
}

const draft = signal(page.value.expression);

function Editor() {
  const area = useRef<HTMLTextAreaElement>(null);
  const current = page.value.expression;
  // The question also changes from outside: by an example, an alert, the browser's history.
  useEffect(() => {
    draft.value = current;
  }, [current]);
  useEffect(() => {
    const box = area.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight + 2}px`;
  }, [draft.value]);
  const submit = () => {
    if (draft.value === page.value.expression) askAgain();
    else change({ expression: draft.value });
  };
  return (
    <form
      class="editor"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={area}
        rows={1}
        value={draft.value}
        aria-label="PromQL expression"
        placeholder={names.value.length === 0 ? 'Waiting for the first samples…' : 'A PromQL expression, such as up'}
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        onInput={(event) => (draft.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            submit();
          }
        }}
      />
      <button type="submit" class="primary">
        {loading.value ? 'Running…' : 'Run'}
      </button>
    </form>
  );
}

function Toolbar() {
  const state = page.value;
  const shown = result.value;
  return (
    <div class="toolbar">
      <div class="tabs" role="group" aria-label="how to show the answer">
        {(['graph', 'table'] as const).map((view) => (
          <button type="button" key={view} aria-pressed={state.view === view} onClick={() => change({ view })}>
            {view === 'graph' ? 'Graph' : 'Table'}
          </button>
        ))}
      </div>
      {state.view === 'graph' ? (
        <>
          <div class="range">
            <button type="button" title="narrower" onClick={() => change({ range: neighbour(state.range, false) })}>
              −
            </button>
            <select
              aria-label="range"
              value={String(state.range)}
              onChange={(event) => change({ range: Number(event.currentTarget.value) })}
            >
              {[...new Set([...RANGES, state.range])]
                .sort((a, b) => a - b)
                .map((range) => (
                  <option key={range} value={String(range)}>
                    {formatDuration(range)}
                  </option>
                ))}
            </select>
            <button type="button" title="wider" onClick={() => change({ range: neighbour(state.range, true) })}>
              +
            </button>
          </div>
          <StepBox />
          <label title="single measurements with labels of their own, such as a trace's id, as diamonds over the graph">
            <input type="checkbox" checked={state.exemplars} onChange={(event) => change({ exemplars: event.currentTarget.checked })} /> exemplars
          </label>
        </>
      ) : null}
      <div class="range">
        <button type="button" title="earlier" onClick={() => move(-0.5)}>
          ‹
        </button>
        <button type="button" class="wide" aria-pressed={state.end === undefined} onClick={() => change({ end: undefined })}>
          {state.end === undefined ? 'now' : `${formatDate(state.end)} ${formatClock(state.end)}`}
        </button>
        <button type="button" title="later" disabled={state.end === undefined} onClick={() => move(0.5)}>
          ›
        </button>
      </div>
      <label>
        refresh{' '}
        <select
          value={String(state.refresh)}
          disabled={state.end !== undefined}
          onChange={(event) => change({ refresh: Number(event.currentTarget.value) })}
        >
          {[...new Set([...REFRESHES, state.refresh])]
            .sort((a, b) => a - b)
            .map((period) => (
              <option key={period} value={String(period)}>
                {period === 0 ? 'off' : formatDuration(period)}
              </option>
            ))}
        </select>
      </label>
      {shown ? (
        <span class="quiet facts">
          {count(shown)}
          {shown.view === 'graph' ? `, step ${formatDuration(shown.window.step)}` : ''}, {Math.round(shown.millis)} ms
        </span>
      ) : null}
    </div>
  );
}

function StepBox() {
  const wrong = useSignal(false);
  const step = page.value.step;
  return (
    <label>
      step{' '}
      <input
        class={wrong.value ? 'step wrong' : 'step'}
        placeholder="auto"
        value={step === undefined ? '' : formatDuration(step)}
        onChange={(event) => {
          const text = event.currentTarget.value.trim();
          const parsed = parseDuration(text);
          wrong.value = text !== '' && parsed === undefined;
          if (!wrong.value) change({ step: parsed });
        }}
      />
    </label>
  );
}

/** Moves the window by a part of its range; past the clock it follows the clock again. */
function move(part: number): void {
  const now = Date.now() / 1000;
  const end = Math.round((page.value.end ?? now) + part * page.value.range);
  change({ end: end >= now ? undefined : end });
}

function count(shown: Result): string {
  const data = shown.data;
  const length = data.resultType === 'matrix' || data.resultType === 'vector' ? data.result.length : 1;
  return length === 1 ? '1 series' : `${length} series`;
}

function Failure() {
  const error = failure.value;
  if (!error) return null;
  const position = errorPosition(error.message);
  const line = position ? error.expression.split('\n')[position.line - 1] : undefined;
  return (
    <div class="failure" role="alert">
      <b>{error.type === 'bad_data' ? 'This cannot be asked' : error.type}</b> {error.message}
      {position && line !== undefined ? (
        <pre>
          {line}
          {'\n'}
          {' '.repeat(Math.max(0, Math.min(line.length, position.column - 1)))}^
        </pre>
      ) : null}
    </div>
  );
}

function Outcome() {
  const shown = result.value;
  const state = page.value;
  if (!shown) {
    if (failure.value) return null;
    return (
      <p class="empty">
        {state.expression === '' && names.value.length === 0
          ? 'No samples yet. The first ones draw a chart here by themselves.'
          : 'Asking…'}
      </p>
    );
  }
  const notes = [...shown.warnings, ...shown.infos];
  return (
    <>
      {notes.map((note) => (
        <p class="note" key={note}>
          {note}
        </p>
      ))}
      {shown.data.resultType === 'matrix' && shown.view === 'graph' ? (
        shown.data.result.length === 0 ? (
          <p class="empty">No series in this range.</p>
        ) : (
          <Chart result={shown.data.result} window={shown.window} expression={shown.expression} exemplars={shown.exemplars} />
        )
      ) : (
        <Table shown={shown} />
      )}
    </>
  );
}

const ascending = signal(false);

function Table({ shown }: { shown: Result }) {
  const data = shown.data;
  if (data.resultType === 'scalar' || data.resultType === 'string') {
    return <p class="scalar">{data.result[1]}</p>;
  }
  const rows =
    data.resultType === 'vector'
      ? data.result.map((element) => ({ labels: formatLabels(element.metric), value: element.value[1] }))
      : data.result.map((element) => ({
          labels: formatLabels(element.metric),
          value: element.values.map(([time, value]) => `${value} @${time}`).join('\n'),
        }));
  if (rows.length === 0) return <p class="empty">Empty: no series has a sample at this time.</p>;
  if (data.resultType === 'vector') {
    const sign = ascending.value ? 1 : -1;
    rows.sort((a, b) => sign * (parseValue(a.value) - parseValue(b.value)) || a.labels.localeCompare(b.labels));
  }
  return (
    <div class="scroll tall">
      <table>
        <thead>
          <tr>
            <th>Series</th>
            <th class="number">
              <button type="button" class="link" onClick={() => (ascending.value = !ascending.value)}>
                Value {ascending.value ? '↑' : '↓'}
              </button>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.labels}>
              <td>
                <code>{row.labels}</code>
              </td>
              <td class="number" title={formatValue(parseValue(row.value))}>
                <code>{row.value}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const filter = signal('');
const found = computed(() => {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  return names.value.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
});

function Help() {
  return (
    <div class="help">
      {examples.value.length > 0 ? (
        <p class="examples">
          Try{' '}
          {examples.value.map((example) => (
            <button type="button" key={example.title} title={example.expression} onClick={() => change({ expression: example.expression })}>
              {example.title}
            </button>
          ))}
        </p>
      ) : null}
      {names.value.length > 0 ? (
        <details>
          <summary>{names.value.length} metrics</summary>
          <input
            class="filter"
            placeholder="part of a name"
            aria-label="filter metrics"
            value={filter.value}
            onInput={(event) => (filter.value = event.currentTarget.value)}
          />
          <ul class="names">
            {found.value.slice(0, NAMES_SHOWN).map((name) => {
              const known = metadata.value[name]?.[0];
              return (
                <li key={name}>
                  <button type="button" class="link" onClick={() => change({ expression: explore(name, known?.type) })}>
                    {name}
                  </button>{' '}
                  <span class="quiet">{known?.help ?? ''}</span>
                </li>
              );
            })}
          </ul>
          {found.value.length > NAMES_SHOWN ? <p class="quiet">and {found.value.length - NAMES_SHOWN} more</p> : null}
        </details>
      ) : null}
    </div>
  );
}
