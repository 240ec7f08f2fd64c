"""What is run inside a page to look at it. Everything returns texts or numbers."""

#: All rules but the one on contrast, which takes most of the time and is run apart.
RUN_AXE = """
async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const {violations} = await axe.run(document, {
    runOnly: {type: "tag", values: tags},
    rules: {"target-size": {enabled: true}, "color-contrast": {enabled: false}},
    resultTypes: ["violations"],
  });
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html)}`);
}
"""

#: The looks of text on a page: its colours and size, and the elements that it stands in. One
#: element of each look is kept in the page for `RUN_CONTRAST`.
LIST_LOOKS = """
() => {
  const looks = globalThis.looks = new Map();
  const states = ["aria-current", "aria-disabled", "aria-sort", "disabled", "open", "type"];
  const walk = (element, above) => {
    const style = getComputedStyle(element);
    const here = [above, element.tagName, element.getAttribute("class"),
      ...states.map((name) => element.getAttribute(name)), element.matches(":has(> :checked)"),
      style.color, style.backgroundColor, style.fontSize, style.fontWeight, style.opacity];
    let hash = 0;
    for (const character of here.join()) hash = hash * 31 + character.codePointAt(0) | 0;
    const says = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const shows = says || element.matches("input, select, textarea");
    if (shows && element.checkVisibility()) looks.set(hash, element);
    for (const child of element.children) walk(child, hash);
  };
  walk(document.body, document.documentElement.className);
  return [...looks.keys()];
}
"""

RUN_CONTRAST = """
async (wanted) => {
  const include = wanted.map((hash) => globalThis.looks.get(hash));
  const rule = {runOnly: {type: "rule", values: ["color-contrast"]}};
  const {violations} = await axe.run({include}, {...rule, resultTypes: ["violations"]});
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html)}`);
}
"""

#: Text as far apart as WCAG 1.4.12 wants it to bear; a sheet made like this is no inline style.
SPACE_TEXT = """
(isOn) => {
  globalThis.spaced ??= new CSSStyleSheet();
  spaced.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important;
      word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = isOn ? [spaced] : [];
}
"""

#: Text that its box cuts off.
FIND_CUT = """
() => [...document.querySelectorAll("body *")].filter((element) => {
  if (element.closest(".sr, .skip, svg, input, select, textarea")) return false;
  const {overflowX, overflowY, display, clipPath} = getComputedStyle(element);
  const isUnseen = display === "inline" || clipPath.startsWith("inset");
  if (isUnseen || !element.textContent.trim()) return false;
  const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
  return (cuts(overflowX) && element.scrollWidth > element.clientWidth + 1)
    || (cuts(overflowY) && element.scrollHeight > element.clientHeight + 1);
}).map((element) => element.outerHTML.slice(0, 160))
"""

#: Marks that are a coloured shape, which the reader's own colours would paint over; the light
#: under the masthead says nothing.
FIND_LOST_MARKS = """
() => {
  const canvas = "rgb(255, 255, 255)";
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility() || element.matches(".masthead")) continue;
    for (const part of ["::before", "::after"]) {
      const style = getComputedStyle(element, part);
      if (style.content === "none" || style.clipPath === "none") continue;
      if (style.backgroundColor !== canvas) continue;
      found.add(`${part} of ${element.cloneNode().outerHTML}`);
    }
  }
  return [...found].map((mark) => mark.slice(0, 120));
}
"""

#: What has the focus, and is wholly behind something that sticks to the window (WCAG 2.4.11).
FIND_HIDDEN_FOCUS = """
() => {
  const over = [...document.querySelectorAll("body *")].filter((element) =>
    ["sticky", "fixed"].includes(getComputedStyle(element).position));
  if (!over.length) return [];
  const before = document.activeElement;
  const all = "a[href], button, summary, input:not([type=hidden]), select, textarea";
  const hidden = [...document.querySelectorAll(all)].filter((element) => {
    if (over.some((sticky) => sticky.contains(element))) return false;
    if (!element.checkVisibility()) return false;
    element.focus();
    if (document.activeElement !== element) return false;
    const box = element.getBoundingClientRect();
    return over.some((sticky) => {
      const cover = sticky.getBoundingClientRect();
      return cover.top <= box.top && box.bottom <= cover.bottom
        && cover.left <= box.left && box.right <= cover.right;
    });
  }).map((element) => element.outerHTML.slice(0, 160));
  document.activeElement.blur();
  if (before !== document.body) before.focus({preventScroll: true});
  else {  // Tab begins at the top again
    document.body.tabIndex = -1;
    document.body.focus({preventScroll: true});
    document.body.blur();
    document.body.removeAttribute("tabindex");
  }
  scrollTo(0, 0);
  return hidden;
}
"""

#: What sticks out of the page, where the page is wider than the window.
FIND_OVERFLOW = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const sticksOut = [...document.body.querySelectorAll("*")].filter((element) => {
    const {left, right} = element.getBoundingClientRect();
    const end = element.children.length ? right : Math.max(right, left + element.scrollWidth);
    return end > width + 0.5 && !element.closest(".scroll, .sr");
  });
  return [`${document.documentElement.scrollWidth} > ${width}: `
    + sticksOut.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
}
"""

#: Targets under 24 by 24 CSS pixels (WCAG 2.5.8). A link in a line of text may be as high as
#: its line; that such links keep their distance is a rule of axe. A box counts with its label.
FIND_SMALL_TARGETS = """
() => {
  const all = "a[href], button, summary, input:not([type=hidden]), select, textarea";
  return [...document.querySelectorAll(all)].filter((element) => {
    if (!element.checkVisibility() || element.closest(".sr, .skip")) return false;
    if (getComputedStyle(element).display === "inline" && element.tagName === "A") return false;
    const box = (element.closest("label") || element).getBoundingClientRect();
    return box.width < 24 || box.height < 24;
  }).map((element) => element.outerHTML.slice(0, 160));
}
"""

#: Of which parts a page is built. Two pages with one path of the same parts differ in words.
LIST_PARTS = """
() => [...new Set([...document.querySelectorAll("body *")].map((element) =>
  [element.tagName, element.className, element.type, element.ariaDisabled].join(" ")))].sort()
"""
