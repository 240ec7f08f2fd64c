// What the pages do better with JavaScript; every one of them works without.
"use strict";

// An error summary takes the focus, so that it is read aloud and the links are next.
document.querySelector(".error-summary")?.focus();

// Somebody who typed and leaves without saving is asked first.
document.querySelectorAll("form[data-keep]").forEach((form) => {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
});

// A form that is on its way is not sent twice by a second tap.
const sendOnce = (event) => {
  const form = event.target;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 3000) event.preventDefault();
  else form.dataset.sent = String(Date.now());
};
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) sendOnce(event); });

// A button that leads to another page does so, also in a form of which htmx sends the others.
document.addEventListener("submit", (event) => {
  if (!event.submitter?.matches("[data-whole]")) return;
  event.stopPropagation();
  sendOnce(event);
}, true);

// An answer that asks for more opens what it asks.
document.addEventListener("change", ({target}) => {
  if (target.dataset.opens && target.checked) document.getElementById(target.dataset.opens).open = true;
});

// A button that stands outside the form that it sends is left out by htmx.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const button = detail.triggeringEvent?.submitter;
  if (button?.name) detail.parameters[button.name] = button.value;
});

// What was said beside a visit makes way for what is said next, which comes into sight.
let said = [];
document.addEventListener("htmx:beforeSwap", () => { said = [...document.querySelectorAll(".said")]; });
document.addEventListener("htmx:afterRequest", () => {
  said.forEach((old) => old.remove());
  document.querySelector(".said")?.scrollIntoView({ block: "nearest" });
  // Whoever pressed a button that went away with its row goes on in the list, not at the top.
  if (document.activeElement === document.body) {
    [...document.querySelectorAll("#list a, #tray a")].find((link) => link.checkVisibility())?.focus();
  }
});
