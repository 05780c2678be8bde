// How views look that come later: their style comes with them, so that the first load does not carry it.

/** Adds rules to those of the page. @param {string} css */
export function wear(css) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
