const BASE = "/playground";

/** A request that failed: `text` is for people; `again` says that trying again may help. */
export class Failed extends Error {
  constructor(text, again) {
    super(text);
    this.again = again;
  }
}

async function answered(path, options) {
  let response;
  try {
    response = await fetch(BASE + path, options);
  } catch {
    throw new Failed("The desk cannot be reached. Try again.", true);
  }
  if (response.ok) return response;
  const sent = await response.json().catch(() => ({}));
  throw new Failed(sent.error ?? `The desk had a problem (${response.status}). Try again.`, response.status >= 500);
}

export async function get(path, asked) {
  return (await answered(`${path}?${new URLSearchParams(asked)}`)).json();
}

export async function post(path, body) {
  return (await answered(path, posting(body))).json();
}

const posting = (body, accept = "application/json") => ({
  method: "POST",
  headers: { "Content-Type": "application/json", Accept: accept },
  body: JSON.stringify(body),
});

/** Do something; what is to be shown: {kind: "form" | "card" | "failed" | "none", html}. A retry keeps the act's id. */
export async function act(deed) {
  const body = { id: crypto.randomUUID(), ...deed };
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await answered("/act", posting(body, "text/html"));
      return { kind: response.headers.get("Reply"), html: await response.text() };
    } catch (failed) {
      if (!failed.again || attempt === 3) throw failed;
      await new Promise((done) => setTimeout(done, 400 * attempt));
    }
  }
}

/** Have something read out that need not be shown. */
export const say = (text) => document.querySelector("#heard").replaceChildren(text);

export function toast(text) {
  const shown = toasted(text);
  setTimeout(() => shown.remove(), 6000);
}

/** What went wrong stays until it is dismissed, or something else goes wrong. */
export function complain(text) {
  document.querySelector(".toast:has(button)")?.remove();
  const button = element('<button type="button" class="link">Dismiss</button>');
  let before = null;
  button.addEventListener("focus", (event) => (before = event.relatedTarget));
  button.addEventListener("click", () => {
    button.parentElement.remove();
    before?.focus();
  });
  toasted(text).append(" ", button);
}

function toasted(text) {
  const shown = document.createElement("p");
  shown.className = "toast";
  shown.textContent = text;
  document.querySelector(".toasts").append(shown);
  return shown;
}

export const element = (html) => {
  const made = document.createElement("template");
  made.innerHTML = html.trim();
  return made.content.firstElementChild;
};

export const icon = (name) => `<svg class="icon" aria-hidden="true"><use href="${BASE}/static/icons.svg#${name}"></use></svg>`;
