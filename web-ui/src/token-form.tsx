import { useState } from 'preact/hooks';
import { askAgain } from './state';
import { keepToken, tokenWanted } from './token';

/** Asks for the token of the cluster where it wants one; nothing otherwise. */
export function TokenForm() {
  const [typed, setTyped] = useState('');
  if (tokenWanted.value === '') return null;
  const send = (event: Event) => {
    event.preventDefault();
    keepToken(typed);
    setTyped('');
    askAgain();
  };
  return (
    <form class="token" onSubmit={send}>
      <label for="token">This cluster wants its token ({tokenWanted.value}).</label>
      <input id="token" type="password" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      <button type="submit" disabled={typed.trim() === ''}>
        Use it
      </button>
    </form>
  );
}
