import { Alerts } from './alerts';
import { CardinalityTables } from './cardinality';
import { Nodes } from './nodes';
import { QueryPanel } from './query-panel';
import { StatusStrip } from './status-strip';
import { Targets } from './targets';
import { TokenForm } from './token-form';

/** The whole page: how things stand, a question and its answer, what is wrong, what is watched. */
export function App() {
  return (
    <>
      <header>
        <a class="brand" href="./">
          <img src="./pharos.svg" alt="" width="24" height="24" /> Pharos
        </a>
        <StatusStrip />
      </header>
      <main>
        <TokenForm />
        <QueryPanel />
        <Alerts />
        <Targets />
        <Nodes />
        <CardinalityTables />
      </main>
    </>
  );
}
