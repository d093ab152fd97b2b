import { icon } from "./acts.js";

const KEPT = "firstline.theme";
const THEMES = { auto: ["theme", "automatic"], light: ["sun", "light"], dark: ["moon", "dark"] };

export function startTheme(button) {
  const names = Object.keys(THEMES);
  let theme = names.find((name) => name === localStorage.getItem(KEPT)) ?? "auto";
  const apply = () => {
    document.documentElement.dataset.theme = theme;
    button.innerHTML = icon(THEMES[theme][0]);
    button.ariaLabel = button.title = `Colours: ${THEMES[theme][1]}`;
    localStorage.setItem(KEPT, theme);
  };
  button.addEventListener("click", () => {
    theme = names[(names.indexOf(theme) + 1) % names.length];
    apply();
  });
  apply();
}
