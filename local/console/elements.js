/** The element of an id that the page is known to have. */
export const byId = (id) => document.getElementById(id);

/** A new element with text or children; text stays text, whatever it holds. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function setText(node, text) {
  const next = String(text);
  if (node.textContent !== next) node.textContent = next;
}

/** Replaces the children only when `key` says that they differ, so that focus and open details stay. */
export function replaceWhenChanged(node, key, make) {
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.replaceChildren(...make());
}

/** @returns the answer's JSON. @throws Error with what the relay says is wrong. */
export async function call(path, input) {
  const init = input === undefined ? {} : { method: 'POST', body: JSON.stringify(input) };
  const response = await fetch(path, init);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer?.message ?? answer?.errorMessage ?? `the relay answered ${response.status}`);
  return answer;
}
